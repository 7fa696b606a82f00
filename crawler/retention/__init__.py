"""Takes what is old out of the crawler's tables, and leaves tombstones."""
