"""Published articles looked at again: when, what became of them, and what they said before."""
