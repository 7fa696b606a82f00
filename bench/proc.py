"""What a process uses, as /proc shows it; see proc(5)."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on: state, parent, …; raises OSError."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def parent(pid: int) -> int:
    return int(stat(pid)[1])


def cpu_seconds(pid: int, *, with_children: bool = False) -> float:
    """User and system time so far; on demand with that of the children which it has waited for."""
    ticks = stat(pid)[11 : 15 if with_children else 13]
    return sum(map(int, ticks)) / _TICKS_A_SECOND


def threads(pid: int) -> int:
    return int(stat(pid)[17])


def open_files(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def proportional_megabytes(pid: int) -> float:
    """The proportional set size: of pages that several processes share, each counts its part."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
