"""Small line charts as SVG, readable on light and on dark pages: mid-tones on nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT = 640, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 72, 52
_INK = "#7d8590"  # as far from white as from GitHub's dark grey
_COLOURS = ("#2f81f7", "#d9730d", "#3a9d5d")
_FONT = "-apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
_TICKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lines over a logarithmic x axis; y begins at zero. `lines`: name to points (x above zero, y)."""

    title: str
    x: str
    y: str
    lines: Mapping[str, Sequence[tuple[float, float]]]


def draw(chart: Chart) -> str:
    """The text of an SVG file that refers to nothing outside itself; the same chart, the same text."""
    top = _ceiling(max(y for points in chart.lines.values() for _, y in points))
    parts = [*_frame(chart), *_y_axis(top), *_x_axis(chart)]
    for number, (name, points) in enumerate(chart.lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        lowest = 0 < number == len(chart.lines) - 1
        parts += _line(_placed(points, chart, top), points, colour, lift=-15 if lowest else 10)
        parts += _legend(number, name, colour, only=len(chart.lines) == 1)
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}"\n  font-family="{_FONT}" font-size="12" role="img">\n{body}\n</svg>\n'
    )


def _frame(chart: Chart) -> list[str]:
    middle = _LEFT + (_WIDTH - _LEFT - _RIGHT) / 2
    return [
        f"<title>{escape(chart.title)}</title>",
        _text(_LEFT, 20, chart.title, anchor="start", more=' font-weight="bold" font-size="14"'),
        _text(_LEFT, 40, chart.y, anchor="start"),
        _text(middle, _HEIGHT - 10, chart.x),
    ]


def _y_axis(top: float) -> list[str]:
    parts = []
    for number in range(_TICKS + 1):
        value = top * number / _TICKS
        y = _y(value, top)
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_INK}" '
            f'stroke-opacity="{0.9 if number == 0 else 0.25}"/>'
        )
        parts.append(_text(_LEFT - 8, y + 4, f"{value:g}", anchor="end"))
    return parts


def _x_axis(chart: Chart) -> list[str]:
    values = sorted({x for points in chart.lines.values() for x, _ in points})
    return [_text(_x(value, values), _HEIGHT - _BOTTOM + 20, f"{value:,.0f}") for value in values]


def _placed(
    points: Sequence[tuple[float, float]], chart: Chart, top: float
) -> list[tuple[float, float]]:
    values = sorted({x for line in chart.lines.values() for x, _ in line})
    return [(_x(x, values), _y(y, top)) for x, y in points]


def _line(
    placed: Sequence[tuple[float, float]],
    points: Sequence[tuple[float, float]],
    colour: str,
    *,
    lift: float,
) -> list[str]:
    """`lift` is how far above its point each figure stands."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    parts = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>']
    for (x, y), (_, value) in zip(placed, points, strict=True):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')
        parts.append(_text(x, y - lift, f"{value:.1f}", colour=colour))
    return parts


def _legend(number: int, name: str, colour: str, *, only: bool) -> list[str]:
    """A name for each line, at the right; a single line needs none."""
    if only:
        return []
    y = 20 + 16 * number
    return [_text(_WIDTH - _RIGHT, y, f"● {name}", anchor="end", colour=colour)]


def _text(
    x: float, y: float, text: str, *, anchor: str = "middle", colour: str = _INK, more: str = ""
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{more}>'
        f"{escape(text)}</text>"
    )


def _x(value: float, values: Sequence[float]) -> float:
    low, high = log10(values[0]), log10(values[-1])
    share = (log10(value) - low) / (high - low) if high > low else 0.5
    return _LEFT + 30 + share * (_WIDTH - _LEFT - _RIGHT - 60)


def _y(value: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM)


def _ceiling(value: float) -> float:
    """The next number above that divides well into ticks: 2, 4, 8 or 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    step = next(one for one in (2, 4, 8, 10, 20) if one * power >= value * 1.05)
    return float(ceil(step * power)) if power >= 1 else step * power
