"""A newsroom in which every site that can fail fails in its own way, and the others are well."""

from __future__ import annotations

from tests.e2e.faulty_newsroom import (
    ODD_FEEDS,
    PAGE_TROUBLES,
    QUICK_FEED_TROUBLES,
    SLOW_FEED_TROUBLES,
    FaultyNewsroom,
)

EVERY = 10.0  # seconds between two articles of a site, and between two looks
LISTED = 240  # articles that a site names, forty minutes of news: one that only grew would look like a leak

_TROUBLES = (*QUICK_FEED_TROUBLES, *SLOW_FEED_TROUBLES, *PAGE_TROUBLES)


def troubled_newsroom(sites: int) -> FaultyNewsroom:
    """So many sites; all of those that can fail, where there are fewer than that."""
    healthy = max(0, sites - len(_TROUBLES) - len(ODD_FEEDS))
    room = FaultyNewsroom(_TROUBLES, ODD_FEEDS, healthy=healthy)
    for member in room.members:
        member.site.listed = LISTED
    return room
