"""Several alerts in one message."""
