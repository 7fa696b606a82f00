"""The week as a newsroom lives it: which local hour of it an instant falls into. Pure.

Instants are seconds since 1970 here: these few lines run at every look at every source.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

HOUR = 3600.0
_HOURS_OF_DAY = 24


class Stretch(NamedTuple):
    """Some seconds within one local hour of the week (0 is the first hour of Monday)."""

    hour: int
    start: float
    end: float
    into: float  # how many seconds of the hour had passed at the start

    @property
    def hours(self) -> float:
        return (self.end - self.start) / HOUR


def stretches(since: float, until: float, zone: tzinfo) -> Iterator[Stretch]:
    """The time between two instants, cut at the local full hours; nothing when `until` is no later.

    Where a zone sets its clocks back an hour comes twice, where it sets them forward one is left out.
    """
    while since < until:
        hour, into = hour_of_week(since, zone)
        # Floats of today are some 0.2 µs apart: a shorter rest of an hour would not move `since`.
        end = min(until, since + max(HOUR - into, 1e-3))
        yield Stretch(hour, since, end, into)
        since = end


def hour_of_week(at: float, zone: tzinfo) -> tuple[int, float]:
    """The local hour of the week, 0 to 167 from Monday, and how many seconds of it have passed."""
    local = datetime.fromtimestamp(at, zone)
    into = local.minute * 60 + local.second + local.microsecond / 1e6
    return local.weekday() * _HOURS_OF_DAY + local.hour, into
