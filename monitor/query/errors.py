"""What is said about a watchlist term that cannot be read."""

from __future__ import annotations

import unicodedata

from core.errors import SiagaError

_BEFORE, _AFTER = 60, 40
"""Characters shown of a long term, before the place and behind it."""


class QueryError(SiagaError):
    """The term `text` cannot be read at `column` (from 1); `message` says why and what to write."""

    def __init__(self, text: str, column: int, message: str) -> None:
        self.text = text
        self.column = column
        self.message = message
        super().__init__(f"{message} (column {column})")

    @property
    def caret(self) -> str:
        """Two lines: the term, of a long one what stands round the place, and a caret under it."""
        shown, before = around(self.text, self.column)
        line = "".join(" " if character.isspace() else character for character in shown)
        return f"{line}\n{' ' * sum(map(_cells, line[:before]))}^"


def around(text: str, column: int) -> tuple[str, int]:
    """What of a term is shown for a place in it, and how many characters of that stand before it."""
    start = column - 1
    first = 0 if start <= _BEFORE else start - _BEFORE
    last = len(text) if len(text) - start <= _AFTER else start + _AFTER
    before = "…" if first else ""
    after = "…" if last < len(text) else ""
    return f"{before}{text[first:last]}{after}", len(before) + start - first


def _cells(character: str) -> int:
    """How many columns of a terminal a character takes."""
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
