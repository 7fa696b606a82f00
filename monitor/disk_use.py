"""How large a database is, how fast it grows and when the disk is full. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

OVER = timedelta(days=7)
"""Growth is told of so long a time, or of what is known of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskUse:
    """Bytes, with those of the write-ahead log; `free_in_file` are used for what comes.

    `a_day` is what the database grew by each day of late, below 0 where it shrank; None before a day is
    over. `full_in_days` is None where it does not grow.
    """

    octets: int
    free_in_file: int
    free_on_disk: int
    a_day: int | None

    @property
    def full_in_days(self) -> int | None:
        if self.a_day is None or self.a_day <= 0:
            return None
        return self.free_on_disk // self.a_day


def growth(sizes: Mapping[date, int], octets: int, today: date) -> int | None:
    """By how many bytes a day the database grew over the last week, from its size day by day."""
    known = [day for day in sizes if today - OVER <= day < today]
    if not known:
        return None
    first = min(known)
    return round((octets - sizes[first]) / (today - first).days)
