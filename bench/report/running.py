"""Runs a script of bench/ as a child: its table goes to the terminal as it comes, its last line is kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.report.plan import ENVIRONMENTS
from bench.report.results import Result

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.report.plan import Script

BENCH = Path(__file__).resolve().parents[1]


def run(
    script: Script,
    environments: Path,
    *,
    say: Callable[[str], None] = print,
    folder: Path = BENCH,
) -> Result:
    """Runs it to its end, or stops it, with all that it started, when its time is over.

    `environments` is where comparators are kept installed, `folder` where the script stands; `say` hears
    each line of its table.
    """
    at, load, began = datetime.now(UTC), os.getloadavg()[0], time.monotonic()
    arguments = tuple(one.replace(ENVIRONMENTS, str(environments)) for one in script.arguments)
    code, last, in_time = _played(folder / f"{script.name}.py", arguments, say, limit=script.limit)
    figures = figures_in(last)
    return Result(
        script=script.name,
        arguments=script.arguments,
        at=at.isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - began, 1),
        load=round(load, 2),
        figures=figures,
        problem=_problem(script, code, figures, in_time=in_time),
    )


def _played(
    path: Path, arguments: tuple[str, ...], say: Callable[[str], None], *, limit: float
) -> tuple[int, str, bool]:
    """Exit status, last line that is not empty, and whether it ended in time."""
    child = subprocess.Popen(
        [sys.executable, path, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=path.parent.parent,
        start_new_session=True,
    )
    over = threading.Event()

    def stop() -> None:
        over.set()
        os.killpg(child.pid, signal.SIGKILL)

    timer = threading.Timer(limit, stop)
    timer.start()
    last = ""
    with child:
        for line in child.stdout or ():
            if figures_in(line) is None:
                say(line.rstrip("\n"))
            last = line if line.strip() else last
    timer.cancel()
    return child.returncode, last, not over.is_set()


def figures_in(line: str) -> dict[str, Any] | None:
    """The JSON object that a line holds, if it does."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _problem(
    script: Script, code: int, figures: dict[str, Any] | None, *, in_time: bool
) -> str | None:
    if not in_time:
        return f"stopped after {script.limit:.0f} s"
    if code:
        return f"ended with status {code}"
    return None if figures is not None else "its last line holds no figures"
