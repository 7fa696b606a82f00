"""Where a figure stands in what a script said, and what may be asked of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Figures = Mapping[str, Any]
Reading = Callable[[Figures], float | None]
"""Takes one figure out of a script's; None where it was not measured."""


# Where a figure stands ------------------------------------------------------------------------------


def at(*path: str) -> Reading:
    """The number at a path through the figures."""

    def read(figures: Figures) -> float | None:
        found = _at(figures, path)
        return None if found is None else float(found)

    return read


def _at(figures: Figures, path: tuple[str, ...]) -> Any:
    found: Any = figures
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def ratio(above: Reading, below: Reading) -> Reading:
    def read(figures: Figures) -> float | None:
        one, other = above(figures), below(figures)
        return None if one is None or not other else one / other

    return read


def less(one: Reading, other: Reading) -> Reading:
    def read(figures: Figures) -> float | None:
        first, second = one(figures), other(figures)
        return None if first is None or second is None else first - second

    return read


def together(*readings: Reading) -> Reading:
    """Their sum; None where one of them is."""

    def read(figures: Figures) -> float | None:
        found = [one(figures) for one in readings]
        known = [one for one in found if one is not None]
        return sum(known) if len(known) == len(found) else None

    return read


def largest(*path: str) -> Reading:
    """The largest of the numbers at a path, by whatever they are keyed."""

    def read(figures: Figures) -> float | None:
        found = _at(figures, path)
        return max(map(float, found.values())) if found else None

    return read


def rivals_least(key: str, *, but: str) -> Reading:
    """The smallest figure of this name among all tools but one."""

    def read(figures: Figures) -> float | None:
        found = [
            one[key]
            for name, one in figures.items()
            if name != but and isinstance(one, dict) and one.get(key) is not None
        ]
        return min(found) if found else None

    return read


# What is asked of it --------------------------------------------------------------------------------


def at_most(bound: float) -> Callable[[float], bool]:
    return lambda value: value <= bound


def at_least(bound: float) -> Callable[[float], bool]:
    return lambda value: value >= bound


def below(bound: float) -> Callable[[float], bool]:
    return lambda value: value < bound


def none(value: float) -> bool:
    return value == 0
