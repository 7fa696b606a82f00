"""The language of watchlists: text to syntax tree, and what a tree finds in an article. Pure."""
