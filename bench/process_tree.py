"""What a command costs: CPU of its whole process tree, children that outlive their parent included."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import time
from dataclasses import dataclass
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_SET_CHILD_SUBREAPER = 36  # prctl(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds of CPU, user and system, and of wall time; `status` as the shell would tell it."""

    cpu: float
    wall: float
    status: int


def run_measured(
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    log: Path,
    limit: float = 600.0,
) -> Spent:
    """Run it to its end, its output in `log`; killed with all its children after `limit` seconds.

    Children count as long as they stay in its process group, or are waited for by one that does.
    """
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphans become ours to wait for
    before, began = _children_cpu(), time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        process.returncode = _wait_for_all(process.pid, limit)
    return Spent(
        cpu=_children_cpu() - before,
        wall=time.monotonic() - began,
        status=process.returncode,
    )


def _wait_for_all(group: int, limit: float) -> int:
    """The exit status of the group's leader, when all of the group have ended, killed where need be."""
    timer = Timer(limit, os.killpg, (group, signal.SIGKILL))
    timer.start()
    status: int | None = None
    try:
        while True:
            pid, ended = os.waitpid(-group, 0)
            if pid == group:
                status = os.waitstatus_to_exitcode(ended)
    except ChildProcessError:  # none is left
        return status or 0
    except KeyboardInterrupt:
        os.killpg(group, signal.SIGKILL)
        raise
    finally:
        timer.cancel()


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
