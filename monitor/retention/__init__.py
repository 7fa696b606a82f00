"""How long what is old stays, and how it goes: pruned in short transactions."""
