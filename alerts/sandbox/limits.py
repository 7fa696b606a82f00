"""What a message template may use, on both sides of the process that renders it. Pure."""

from __future__ import annotations

SECONDS = 1.0
MOST_TEXT = 4000
"""In characters; peers take a few thousand."""
MOST_TEMPLATE = 16_000
"""In characters."""
MOST_MEMORY = 512 * 2**20
"""In bytes of address space; an interpreter with Jinja in it has about 100 MB of it."""
