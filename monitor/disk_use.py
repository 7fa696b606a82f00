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
    """Bytes: of the database with its write-ahead log, free in the file for what comes, free on the disk.

    `a_day` is what the database grew by each day of late, below 0 where it shrank; None before a day is
    over. `due` is about what `keep:` lets go at the next pruning. `full_in_days` is None where the
    database does not grow.
    """

    octets: int
    free_in_file: int
    free_on_disk: int
    a_day: int | None
    due: int

    @property
    def full_in_days(self) -> int | None:
        if self.a_day is None or self.a_day <= 0:
            return None
        return self.free_on_disk // self.a_day

    def to_data(self) -> dict[str, int | None]:
        """As JSON data."""
        return {
            "bytes": self.octets,
            "free_in_file": self.free_in_file,
            "free_on_disk": self.free_on_disk,
            "growth_per_day": self.a_day,
            "disk_full_in_days": self.full_in_days,
            "keep_would_free": self.due,
        }


def growth(sizes: Mapping[date, int], octets: int, today: date) -> int | None:
    """By how many bytes a day the database grew over the last week, from its size day by day."""
    known = [day for day in sizes if today - OVER <= day < today]
    if not known:
        return None
    first = min(known)
    return round((octets - sizes[first]) / (today - first).days)
