"""The houses of a newsroom on loopback: what they write, their pages, their listings, their server."""
