"""Markdown tables of figures, and the figures in them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NOTHING = "–"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float | None, digits: int = 1) -> str:
    return NOTHING if value is None else f"{value:,.{digits}f}"


def times(value: float | None, ours: float | None) -> str:
    """How many times as much as Siaga's a figure is."""
    return NOTHING if value is None or not ours else f"{value / ours:.2f}"


def by_size(columns: Mapping[str, Mapping[str, Any]], head: str, digits: int = 1) -> str:
    """A row for each size that a column has; `columns`: heading to figures by size."""
    sizes = sorted({int(size) for one in columns.values() for size in one})
    rows = (
        [f"{size:,}", *(number(one.get(str(size)), digits) for one in columns.values())]
        for size in sizes
    )
    return table([head, *columns], rows)
