"""What bench/growth.py measures: costs as sites, watchlists and stored articles become more."""
