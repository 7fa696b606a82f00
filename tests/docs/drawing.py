"""Draws the docs' alert as chat programs show it, from the very messages that they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tests.docs.layouts import Run, lines_of
from tests.docs.sample import SENT_AT, ZONE, sample_alert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WIDTH = 720
_LEFT, _TOP = 72, 46
_FONT = "Lato, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """How a kind of block is set; sizes in pixels. `columns` is how many characters fit in a line."""

    size: int
    lead: int
    columns: int
    fill: str
    weight: str = "normal"


_STYLES = {
    "header": _Style(size=18, lead=25, columns=56, fill="#1d1c1d", weight="bold"),
    "rich_text": _Style(size=15, lead=22, columns=74, fill="#1d1c1d"),
    "context": _Style(size=13, lead=20, columns=88, fill="#616061"),
}

PICTURES = {
    "slack": "alert.svg",
    "discord": "alert-discord.svg",
    "telegram": "alert-telegram.svg",
    "ntfy": "alert-ntfy.svg",
    "teams": "alert-teams.svg",
}
"""The kinds of channels of which there is a picture, and its file."""


def draw(kind: str) -> str:
    """The picture, as the text of an SVG file that refers to nothing outside itself."""
    y, lines = _TOP, list[str]()
    for name, runs in lines_of(kind):
        style = _STYLES[name]
        for line in _wrapped(runs, style.columns):
            y += style.lead
            lines.append(_line(line, style, y))
        y += 6
    title = f"{kind}: {sample_alert().article['title']}"
    return _page("\n".join(lines), height=y + 18, title=title)


def _wrapped(runs: Sequence[Run], columns: int) -> Iterator[list[Run]]:
    """The runs as lines of at most so many characters, broken between words."""
    line, length = list[Run](), 0
    for piece, attributes in _pieces(runs):
        if length + len(piece.rstrip()) > columns and line:
            yield line
            line, length = [], 0
        line.append((piece, attributes))
        length += len(piece)
    yield line


def _pieces(runs: Sequence[Run]) -> Iterator[Run]:
    """The runs cut after each space."""
    for text, attributes in runs:
        words = text.split(" ")
        for index, word in enumerate(words):
            piece = word + (" " if index < len(words) - 1 else "")
            if piece:
                yield piece, attributes


def _line(runs: Sequence[Run], style: _Style, y: int) -> str:
    spans = "".join(
        f"<tspan {attributes}>{escape(text)}</tspan>" if attributes else escape(text)
        for text, attributes in runs
    )
    return (
        f'<text x="{_LEFT}" y="{y}" font-size="{style.size}" font-weight="{style.weight}"'
        f' fill="{style.fill}" xml:space="preserve">{spans}</text>'
    )


def _page(lines: str, *, height: int, title: str) -> str:
    at = f"{SENT_AT.astimezone(ZONE):%H.%M}"
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"
  font-family="{_FONT}" role="img">
<title>{escape(title)}</title>
<rect x="0.5" y="0.5" width="{_WIDTH - 1}" height="{height - 1}" rx="8" fill="#ffffff" stroke="#dddddd"/>
<rect x="20" y="20" width="38" height="38" rx="7" fill="#b3261e"/>
<text x="39" y="46" font-size="22" font-weight="bold" fill="#ffffff" text-anchor="middle">S</text>
<text x="{_LEFT}" y="36" font-size="15" font-weight="bold" fill="#1d1c1d">Siaga</text>
<text x="124" y="36" font-size="12" fill="#616061">{at}</text>
{lines}
</svg>
"""
