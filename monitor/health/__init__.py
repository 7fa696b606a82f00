"""Whether sites and their sources do their work: judged, stored, told, and shown."""
