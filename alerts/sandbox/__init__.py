"""Messages in the user's own words, rendered in a process of few rights."""
