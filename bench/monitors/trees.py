"""Whole process trees as /proc shows them: who belongs to one, what it uses, and its end."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

from bench import proc

_GONE = (ProcessLookupError, FileNotFoundError)


def tree(root: int) -> list[int]:
    """The process, its children, theirs and so on; processes of other sessions included."""
    children = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(*_GONE):
            children[proc.parent(int(folder.name))].append(int(folder.name))
    found = [root]
    for pid in found:
        found += children[pid]
    return found


def cpu_seconds(root: int) -> float:
    """User and system time of the tree as it is, with that of the children which it has waited for."""
    seconds = 0.0
    for pid in tree(root):
        with suppress(*_GONE):
            seconds += proc.cpu_seconds(pid, with_children=True)
    return seconds


def proportional_megabytes(root: int) -> float:
    """The proportional set sizes of the tree: pages that several processes share count once."""
    megabytes = 0.0
    for pid in tree(root):
        with suppress(*_GONE, PermissionError):  # a process that ends has no memory to be read
            megabytes += proc.proportional_megabytes(pid)
    return megabytes


def kill(root: int) -> None:
    """SIGKILL to each, the root first, so that it starts nothing new."""
    for pid in tree(root):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
