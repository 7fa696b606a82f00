"""What bench/rhythm.py measures: newsrooms, and ways to place looks."""
