"""The threads that empty the outbox, and what looks after them."""
