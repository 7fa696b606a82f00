"""A visit to a site: planned, decided step by step, and what it leaves for the next."""
