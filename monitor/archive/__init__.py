"""Stored articles asked again: searched, and held against watchlists as now written."""
