"""Which articles are copies of which: compared, found, and stored."""
