"""A week of articles in a line of characters: how many came, and when nobody watched. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from monitor.health.watch import Stretch

DAYS = 7
PARTS = 4  # of a day: six hours each
UNWATCHED = "·"
_BLOCKS = "▁▂▃▄▅▆▇█"


def bounds(now: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """The instants that part the week up to the end of today, in the reader's zone, every six hours."""
    first = now.astimezone(zone).date() - timedelta(days=DAYS - 1)
    hours = 24 // PARTS
    marks = [
        datetime.combine(first + timedelta(days=day), time(part * hours), zone)
        for day in range(DAYS)
        for part in range(PARTS)
    ]
    return (*marks, datetime.combine(first + timedelta(days=DAYS), time(), zone))


def counts(
    arrivals: Iterable[datetime], stretches: Sequence[Stretch], marks: Sequence[datetime]
) -> list[int | None]:
    """How many articles came between each two marks; None where none did and nobody watched."""
    came = sorted(arrivals)
    return [
        sum(since <= at < until for at in came)
        or (0 if _overlaps(stretches, since, until) else None)
        for since, until in pairwise(marks)
    ]


def by_day(week: Sequence[int | None]) -> list[int | None]:
    """The counts of six hours as counts of days; a day is unwatched when all of it is."""
    days = [week[start : start + PARTS] for start in range(0, len(week), PARTS)]
    return [
        sum(one or 0 for one in day) if any(one is not None for one in day) else None
        for day in days
    ]


def sparkline(numbers: Sequence[int | None]) -> str:
    """A block for each number, as high as it is beside the largest; only none at all is the lowest."""
    most = max((one for one in numbers if one is not None), default=0)
    return "".join(_block(one, most) for one in numbers)


def _block(number: int | None, most: int) -> str:
    if number is None:
        return UNWATCHED
    if number == 0:
        return _BLOCKS[0]
    steps = len(_BLOCKS) - 1
    return _BLOCKS[max(1, round(steps * number / most))]


def _overlaps(stretches: Iterable[Stretch], since: datetime, until: datetime) -> bool:
    return any(one.since < until and one.until >= since for one in stretches)
