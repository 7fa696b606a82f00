"""Watchlists as config.yaml writes them: read, checked, advised on, and spelled out."""
