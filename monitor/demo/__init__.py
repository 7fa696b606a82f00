"""What `siaga demo` shows: an invented newsroom, receivers for alerts, and the story of both."""
