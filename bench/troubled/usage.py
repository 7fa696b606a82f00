"""What a process uses, as Linux tells of it, and whether it uses more and more."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench import proc
from crawler.supervisor import resident_memory

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Resident memory in MB, and open files.

    Not the proportional set size: that changes when another process that shares the libraries ends.
    """

    memory: float
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How use went over a time that is compared by its first and its last third.

    `memory_first` and `memory_last` are medians in MB, so that no single peak counts; `files_first` and
    `files_last` are the fewest open files, for a leak raises the floor, and connections come and go.
    """

    memory_first: float
    memory_last: float
    files_first: int
    files_last: int

    @property
    def growth(self) -> float:
        """How much more memory is used in the end, as a part of what was used first."""
        return self.memory_last / self.memory_first - 1


def usage_of(pid: int) -> Usage:
    """Raises OSError when there is no such process (any more)."""
    return Usage(memory=resident_memory(pid) / 2**20, files=proc.open_files(pid))


def trend(used: Sequence[Usage]) -> Trend | None:
    """None where there are too few to compare."""
    if len(used) < 6:
        return None
    third = len(used) // 3
    first, last = used[:third], used[-third:]
    return Trend(
        memory_first=median(one.memory for one in first),
        memory_last=median(one.memory for one in last),
        files_first=min(one.files for one in first),
        files_last=min(one.files for one in last),
    )
