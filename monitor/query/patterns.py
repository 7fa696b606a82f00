"""Regular expressions of watchlists, on RE2: linear in the text whatever the expression, and bounded."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import re2

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHARACTERS = 500
MAX_MEMORY = 2 << 20
"""Bytes of automaton that one expression may take."""

_SAID = (
    ("missing )", "a bracket in this expression is never closed"),
    ("missing ]", "a [ in this expression is never closed"),
    ("unexpected )", "this bracket closes nothing: write \\) for the character itself"),
    ("no argument for repetition", "there is nothing here to repeat: write \\* or \\+ or \\?"),
    ("bad repetition operator", "this repeats a repetition: leave one of the two out"),
    ("invalid repetition size", "this repeats too often: 1000 times, all in all, is the most"),
    ("invalid perl operator", "RE2 knows no look-ahead, look-behind or other (?…): leave it out"),
    ("invalid named capture", "this group has no proper name: leave the name out"),
    ("invalid character class", "this class or range of characters does not exist"),
    ("invalid escape", "this escape does not exist (RE2 has no back-references): leave the \\ out"),
    ("trailing \\", "the expression ends in a \\: write \\\\ for the character itself"),
    ("pattern too large", "this expression is too large: make it simpler"),
)
"""What RE2 says, and what a person is told."""


class PatternError(ValueError):
    """An expression that cannot be used; `offset` is where in it, in code points."""

    def __init__(self, offset: int, message: str) -> None:
        self.offset = offset
        super().__init__(message)


@lru_cache(maxsize=4096)
def compiled(expression: str, *, exact_case: bool) -> Any:
    """The expression, ready to be searched with. Raises PatternError."""
    if len(expression) > MAX_CHARACTERS:
        raise PatternError(
            MAX_CHARACTERS, f"this expression is longer than {MAX_CHARACTERS} characters: split it"
        )
    options = re2.Options()
    options.case_sensitive = exact_case
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    try:
        pattern = re2.compile(expression, options)
    except re2.error as error:
        raise _explained(expression, error) from error
    except UnicodeEncodeError as error:
        raise PatternError(error.start, "this character is half of one: leave it out") from error
    if pattern.search("") is not None:
        raise PatternError(0, "this matches where nothing stands: make it ask for a character")
    return pattern


def places(pattern: Any, text: str) -> Iterator[tuple[int, int]]:
    """Where a compiled expression matches: (start, end) in code points, apart, in order, never empty."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()  # half a surrogate pair becomes "?"
    spans = (match.span() for match in pattern.finditer(text))
    return ((start, end) for start, end in spans if start < end)


def _explained(expression: str, error: Exception) -> PatternError:
    raw = error.args[0]
    said = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    kind, _, fragment = said.partition(": ")
    offset = max(expression.find(fragment), 0) if fragment else 0
    for known, message in _SAID:
        if kind.startswith(known):
            return PatternError(offset, message)
    return PatternError(offset, f"this is no regular expression ({said})")
