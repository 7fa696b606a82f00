"""When each source publishes, as learned, and when to look at it next."""
