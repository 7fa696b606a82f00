"""A text with a caret under one place of it, as a terminal shows it. Pure."""

from __future__ import annotations

import unicodedata

_BEFORE, _AFTER = 60, 40
"""Characters shown of a long text, before the place and behind it."""
_JOINERS = "\u200c\u200d"


def with_caret(text: str, column: int) -> str:
    """Two lines: the text, of a long one what stands round `column` (from 1), and a caret under it."""
    shown, before = around(text, column)
    line = "".join(map(_seen, shown))
    return f"{line}\n{' ' * sum(map(_cells, line[:before]))}^"


def around(text: str, column: int) -> tuple[str, int]:
    """What of a text is shown for a place in it, and how many characters of that stand before it."""
    start = column - 1
    first = 0 if start <= _BEFORE else start - _BEFORE
    last = len(text) if len(text) - start <= _AFTER else start + _AFTER
    before = "…" if first else ""
    after = "…" if last < len(text) else ""
    return f"{before}{text[first:last]}{after}", len(before) + start - first


def _seen(character: str) -> str:
    """The character, or one that can be seen in the place of what would move the others or the cursor."""
    if character.isspace():
        return " "
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in _JOINERS
    return "\ufffd" if hidden else character


def _cells(character: str) -> int:
    """How many columns of a terminal a character takes."""
    if unicodedata.combining(character) or character in _JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
