"""News monitors side by side: how each is started, what it uses, what it tells, and what of it counts."""
