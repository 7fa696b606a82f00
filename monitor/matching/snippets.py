"""The passage of an article that shows why it matched, with the matched words marked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.matching.matcher import Span

Mark = tuple[int, int]
"""Start and end of marked words, in code points."""

_ELLIPSIS = "…"
_LEAD = 3  # a third of the passage stands before the first hit
_REACH = 40  # how far a cut moves to fall between words


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A passage in one line; marks are in order, apart, and lie wholly within their text."""

    text: str
    marks: tuple[Mark, ...]
    title_marks: tuple[Mark, ...]


def excerpt_of(title: str, body: str, spans: Iterable[Span], *, length: int = 300) -> Snippet:
    """About `length` characters of the body round its first span, or from its beginning.

    Cut between words where it can be, with an ellipsis at each cut; every stretch of white space is
    one space. Spans of other fields than title and body are left out.
    """
    spans = list(spans)
    marks = _marks(spans, "body", len(body))
    start, end = _window(body, marks[0] if marks else (0, 0), length)
    text, moved = _in_one_line(body[start:end])
    before = _ELLIPSIS if body[:start].strip() else ""
    after = _ELLIPSIS if body[end:].strip() else ""
    inside = [
        (first - start, last - start) for first, last in marks if start <= first and last <= end
    ]
    shift = len(before)
    return Snippet(
        text=f"{before}{text}{after}",
        marks=tuple((moved[first] + shift, moved[last - 1] + 1 + shift) for first, last in inside),
        title_marks=tuple(_marks(spans, "title", len(title))),
    )


def _marks(spans: Iterable[Span], field: str, length: int) -> list[Mark]:
    """The spans of a field in order, those that overlap as one, those that do not fit left out."""
    marks: list[Mark] = []
    places = sorted((span.start, span.end) for span in spans if span.field == field)
    for start, end in places:
        if not 0 <= start < end <= length:
            continue
        if marks and start < marks[-1][1]:
            marks[-1] = (marks[-1][0], max(end, marks[-1][1]))
        else:
            marks.append((start, end))
    return marks


def _window(body: str, hit: Mark, length: int) -> Mark:
    """Where to cut the body: `length` characters that hold the hit, more only when it is longer."""
    end = min(len(body), max(hit[0] - length // _LEAD, 0) + length)
    start = max(0, min(hit[0], end - length))
    end = max(end, hit[1])
    return _next_word(body, start, hit[0]), _last_word(body, end, hit[1])


def _next_word(body: str, start: int, limit: int) -> int:
    """`start`, moved to the beginning of a word if one begins close by and not behind `limit`."""
    if start == 0 or body[start - 1].isspace():
        return start
    for index in range(start, min(start + _REACH, limit)):
        if body[index].isspace():
            return index + 1
    return start


def _last_word(body: str, end: int, limit: int) -> int:
    """`end`, moved back to the end of a word if one ends close by and not before `limit`."""
    if end == len(body) or body[end].isspace():
        return end
    for index in range(end, max(end - _REACH, limit), -1):
        if body[index - 1].isspace():
            return index - 1
    return end


def _in_one_line(text: str) -> tuple[str, Sequence[int]]:
    """The text with single spaces and none round it, and the new place of each old character."""
    kept: list[str] = []
    places: list[int] = []
    gap = False
    for character in text:
        if character.isspace():
            gap = bool(kept)
        else:
            if gap:
                kept.append(" ")
            kept.append(character)
            gap = False
        places.append(max(len(kept) - 1, 0))
    return "".join(kept), places
