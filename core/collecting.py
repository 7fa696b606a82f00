"""Python's garbage collector, tuned for a process that loads much at its start and then works for long."""

from __future__ import annotations

import gc

NEW_OBJECTS = 5_000
"""Containers more than were freed, after which the youngest are looked through; Python's own 700 come with
every page."""


def spare_what_is_loaded() -> None:
    """Leave what lives now (modules, classes, settings) out of all later collections, and make these rarer.

    To look through a hundred thousand objects that stay took a tenth of a crawl's CPU. Call it once, when all
    is loaded; see `gc.freeze`.
    """
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
