"""Results of measurements that nobody made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.report.results import Gathered, Machine, Result

if TYPE_CHECKING:
    from collections.abc import Mapping


def result(script: str, figures: Mapping[str, Any] | None, problem: str | None = None) -> Result:
    return Result(
        script=script,
        arguments=(),
        at="2026-11-22T10:00:00+00:00",
        seconds=61.0,
        load=0.5,
        figures=figures,
        problem=problem,
    )


def gathered(*results: Result, seconds: float | None = None) -> Gathered:
    return Gathered(
        machine=Machine(cpu="Prosesor", cores=2, memory_gb=4.0, kernel="Linux 6"),
        versions={"Python": "3.11"},
        comparators={"pembanding": "1.0"},
        results={one.script: one for one in results},
        seconds=seconds,
    )
