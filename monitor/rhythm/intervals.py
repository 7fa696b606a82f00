"""When each site is looked at: due times that survive a restart and come in no crowd. Pure."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

_CROWD = timedelta(seconds=0.5)  # how far apart sites are put that would all be due at once


def first_look(
    site: str,
    *,
    due_at: datetime | None,
    every: timedelta,
    sites: int,
    now: datetime,
    longest: timedelta | None = None,
) -> datetime:
    """When to look at a site for the first time after a start, or after it came into the config.

    `due_at` is what was planned before, None for a site never looked at; it is believed up to `longest`
    (else `every`) ahead, for the clock may have been set back. Looks that are due already are spread by a
    hash of the site's name over half a second a site, at most over `every`.
    """
    if due_at is not None and now < due_at <= now + max(every, longest or every):
        return due_at
    return now + _share(site) * min(every, sites * _CROWD)


def next_look(
    *, planned_at: datetime, every: timedelta, not_before: datetime | None, now: datetime
) -> datetime:
    """When to look again after a look that was planned for `planned_at`.

    Keeps the site's place in the interval, so that looks stay as spread as they began; a look that
    took longer than the interval is not made up for.
    """
    planned_at = min(planned_at, now)  # the clock may have been set back
    missed = (now - planned_at) // every
    due_at = planned_at + (missed + 1) * every
    return max(due_at, not_before) if not_before is not None else due_at


def _share(site: str) -> float:
    """A number from 0 to 1 that belongs to a name."""
    return int.from_bytes(hashlib.sha256(site.encode()).digest()[:4], "big") / 2**32
