"""From alerts to people: the outbox, its dispatcher, and one file for each channel."""
