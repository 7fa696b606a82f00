"""Renders docs/benchmarks.md from what was gathered: no figure of it is typed by hand. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.report.goals import judge
from bench.report.sections import SECTIONS
from bench.report.tables import number, table

if TYPE_CHECKING:
    from bench.report.results import Gathered, Result

_HEAD = """\
# Measurements

Written by `make bench`, which runs every script of `bench/`, one after the other, with tools for comparison \
that it installs into environments of their own. What each script measures, and how, is said at its top. \
[benchmarks.json](benchmarks.json) has all that they said."""


def render(gathered: Gathered) -> str:
    """The page, for figures of any machine."""
    parts = [_HEAD, "## Goals", _goals(gathered), "## Machine", _machine(gathered)]
    for script, heading, question, show in SECTIONS:
        if (result := gathered.results.get(script)) is None:
            continue
        parts += [f"## {heading}", f"{question} `bench/{script}.py`"]
        figures = gathered.figures(script)
        parts.append(show(figures) if figures else f"Not measured: {result.problem}.")
    parts += ["## The run", _runs(gathered)]
    return "\n\n".join(parts) + "\n"


def _goals(gathered: Gathered) -> str:
    rows = (
        [f"{one.goal.subject}: {one.goal.text}", one.measured, "yes" if one.met else "no"]
        for one in judge(gathered)
    )
    return table(["goal", "measured", "met"], rows)


def _machine(gathered: Gathered) -> str:
    machine = gathered.machine
    rows = [
        ["CPU", machine.cpu],
        ["cores", str(machine.cores)],
        ["memory, GB", number(machine.memory_gb)],
        ["kernel", machine.kernel],
        *([name, version] for name, version in gathered.versions.items()),
        *([f"{name} (compared with)", version] for name, version in gathered.comparators.items()),
    ]
    return table(["", ""], rows)


def _runs(gathered: Gathered) -> str:
    rows = (_run(gathered.results[script]) for script, *_ in SECTIONS if script in gathered.results)
    runs = table(["script", "began (UTC)", "seconds", "load before", "ended"], rows)
    if gathered.seconds is None:
        return runs
    return f"{runs}\n\nAll together {number(gathered.seconds / 60)} minutes, installing included."


def _run(result: Result) -> list[str]:
    return [
        f"`bench/{result.script}.py`",
        result.at[:16].replace("T", " "),
        number(result.seconds, 0),
        number(result.load),
        result.problem or "well",
    ]
