"""Draws docs/alert.svg: the docs' alert as Slack shows it, from the very blocks that Slack is sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from tests.docs.messages import example_of, payload_of
from tests.docs.sample import SENT_AT, ZONE

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

_Run = tuple[str, str]
"""Words, and the attributes of the <tspan> that they stand in."""


def draw() -> str:
    """The picture, as the text of an SVG file that refers to nothing outside itself."""
    message = json.loads(payload_of(example_of("slack")))
    y, lines = _TOP, list[str]()
    for block in message["blocks"]:
        style = _STYLES[block["type"]]
        for line in _wrapped(_runs(block), style.columns):
            y += style.lead
            lines.append(_line(line, style, y))
        y += 6
    return _page("\n".join(lines), height=y + 18, title=message["text"])


def _runs(block: Any) -> list[_Run]:
    match block["type"]:
        case "header":
            return [(block["text"]["text"], "")]
        case "context":
            return [("   ".join(element["text"] for element in block["elements"]), "")]
        case _:
            return [_run(element) for part in block["elements"] for element in part["elements"]]


def _run(element: Any) -> _Run:
    if element["type"] == "link":
        return element["text"], 'fill="#1264a3"'
    return element["text"], 'font-weight="bold"' if "style" in element else ""


def _wrapped(runs: Sequence[_Run], columns: int) -> Iterator[list[_Run]]:
    """The runs as lines of at most so many characters, broken between words."""
    line, length = list[_Run](), 0
    for piece, attributes in _pieces(runs):
        if length + len(piece.rstrip()) > columns and line:
            yield line
            line, length = [], 0
        line.append((piece, attributes))
        length += len(piece)
    yield line


def _pieces(runs: Sequence[_Run]) -> Iterator[_Run]:
    """The runs cut after each space."""
    for text, attributes in runs:
        words = text.split(" ")
        for index, word in enumerate(words):
            piece = word + (" " if index < len(words) - 1 else "")
            if piece:
                yield piece, attributes


def _line(runs: Sequence[_Run], style: _Style, y: int) -> str:
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
