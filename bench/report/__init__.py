"""What `make bench` makes of the measurements: one page, its goals and its pictures."""
