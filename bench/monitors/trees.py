"""Whole process trees as /proc shows them: who belongs to one, what it uses, and its end."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_GONE = (ProcessLookupError, FileNotFoundError)


def tree(root: int) -> list[int]:
    """The process, its children, theirs and so on; processes of other sessions included."""
    children = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(*_GONE):
            children[int(_stat(int(folder.name))[1])].append(int(folder.name))
    found = [root]
    for pid in found:
        found += children[pid]
    return found


def cpu_seconds(root: int) -> float:
    """User and system time of the tree as it is, with that of the children which it has waited for."""
    ticks = 0
    for pid in tree(root):
        with suppress(*_GONE):
            ticks += sum(map(int, _stat(pid)[11:15]))
    return ticks / TICKS_A_SECOND


def proportional_megabytes(root: int) -> float:
    """The proportional set sizes of the tree: pages that several processes share count once."""
    kilobytes = 0
    for pid in tree(root):
        with suppress(*_GONE, PermissionError):  # a process that ends has no memory to be read
            kilobytes += _proportional_kilobytes(pid)
    return kilobytes / 1024


def kill(root: int) -> None:
    """SIGKILL to each, the root first, so that it starts nothing new."""
    for pid in tree(root):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on: state, parent, …; see proc(5)."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def _proportional_kilobytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
