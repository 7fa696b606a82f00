"""One file a channel: its config and what it does, found by name and tested by the shared contract."""
