"""Which watchlists an article meets, and by which words."""
