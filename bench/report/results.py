"""What the scripts of one run of `make bench` said, as plain data that is kept as JSON. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one script. `figures` is its last line, None where that was none.

    A script may give figures and a `problem`: one that found a goal missed ends with status 1.
    """

    script: str
    arguments: tuple[str, ...]
    at: str
    """When it began: ISO 8601, UTC."""
    seconds: float
    load: float
    """The machine's load average when it began."""
    figures: Mapping[str, Any] | None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where it was measured. Memory in GB."""

    cpu: str
    cores: int
    memory_gb: float
    kernel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All results, by script. `seconds` is how long a whole run took, None before there was one."""

    machine: Machine
    versions: Mapping[str, str]
    """Of Siaga and what it stands on."""
    comparators: Mapping[str, str]
    """Pinned versions of what it is compared with."""
    results: Mapping[str, Result] = field(default_factory=dict)
    seconds: float | None = None

    def figures(self, script: str) -> Mapping[str, Any]:
        """Empty where the script did not end well, or was not run."""
        result = self.results.get(script)
        return (result.figures or {}) if result is not None else {}


def to_data(gathered: Gathered) -> dict[str, Any]:
    return asdict(gathered)


def from_data(data: Mapping[str, Any]) -> Gathered:
    """The inverse of to_data, also after JSON."""
    results = {
        name: Result(**{**one, "arguments": tuple(one["arguments"])})
        for name, one in data["results"].items()
    }
    return Gathered(**{**data, "machine": Machine(**data["machine"]), "results": results})
