"""The journey of one article toward one watchlist, and what came near."""
