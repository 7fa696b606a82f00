"""Cuts the text of a query into words, quoted words, operators and brackets.

What later versions of the language bring (korup*, ~serang, title:x ...) is refused here with a
sentence, because it would otherwise be taken for plain words and quietly find something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.query.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_DISTANCE = 10

_QUOTES = '"“”„«»'
_PIECE = re.compile(
    rf"(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<bare>[^\s(){_QUOTES}]+)"
    rf"|[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)(?P<end>[{_QUOTES}]?)"
)
_NEAR = re.compile(r"NEAR(?:/(?P<distance>[0-9]{1,3}))?")
_FIELDS = "title|body|tags|author|site|section|url|lead"
_LITERAL = "put it in quotes to mean the words themselves"

_REFUSED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (r"ONEAR\b.*", "ONEAR is not understood yet: write NEAR/5, in either order"),
        (r"(?i:near)/.*", "write NEAR in upper case, with a number of words below 1000: NEAR/5"),
        (r"&&", "write AND, in upper case, between the two"),
        (r"\|{1,2}", "write OR, in upper case, between the two"),
        (r"[-!][^\W\d].*", "write NOT, in upper case, before what must not occur"),
        (r"\+[^\W\d].*", "write AND, in upper case, between words that must all occur"),
        (r".*\*.*", "* (any ending) is not understood yet: write the words, joined by OR"),
        (
            r".*~.*",
            "~ (all forms of a word) is not understood yet: write the words, joined by OR",
        ),
        (r"@.+", f"naming another watchlist with @ is not understood yet; {_LITERAL}"),
        (r"/.+", f"regular expressions are not understood yet; {_LITERAL}"),
        (r".*\{.*", "counting mentions with {} is not understood yet: leave it out"),
        (
            rf"(?i:{_FIELDS}):.*|[^\W\d]\w*:.+",
            f"a field before a colon is not understood yet: use `in:` for it, or {_LITERAL}",
        ),
    )
)


class Kind(StrEnum):
    """What a token is; the value is how messages name it."""

    WORD = "a word"
    QUOTED = "a quoted phrase"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"
    OPEN = "("
    CLOSE = ")"
    END = "the end"


_OPERATORS = {
    "AND": Kind.AND,
    "DAN": Kind.AND,
    "OR": Kind.OR,
    "ATAU": Kind.OR,
    "NOT": Kind.NOT,
    "BUKAN": Kind.NOT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One piece of a query; `text` is without quotes, `column` counts from 1."""

    kind: Kind
    text: str
    column: int
    distance: int = DEFAULT_DISTANCE


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query, the last one of Kind.END. Raises QueryError."""
    for piece in _PIECE.finditer(text):
        column = piece.start() + 1
        match piece.lastgroup:
            case "bare":
                yield _bare(text, piece["bare"], column)
            case "end":
                yield _quoted(text, piece, column)
            case "open":
                yield Token(kind=Kind.OPEN, text="(", column=column)
            case "close":
                yield Token(kind=Kind.CLOSE, text=")", column=column)
    yield Token(kind=Kind.END, text="", column=len(text) + 1)


def _bare(text: str, word: str, column: int) -> Token:
    if word in _OPERATORS:
        return Token(kind=_OPERATORS[word], text=word, column=column)
    near = _NEAR.fullmatch(word)
    if near is not None:
        distance = int(near["distance"] or DEFAULT_DISTANCE)
        return Token(kind=Kind.NEAR, text=word, column=column, distance=distance)
    for pattern, message in _REFUSED:
        if pattern.fullmatch(word):
            raise QueryError(text, column, message)
    return Token(kind=Kind.WORD, text=word, column=column)


def _quoted(text: str, piece: re.Match[str], column: int) -> Token:
    if not piece["end"]:
        raise QueryError(text, column, "this quote is never closed")
    after = text[piece.end() : piece.end() + 1]
    if after.isalnum() or after in ("*", "~"):
        message = f"{after!r} right after a quote is not understood yet: put a space between them"
        raise QueryError(text, piece.end() + 1, message)
    return Token(kind=Kind.QUOTED, text=piece["quoted"], column=column)
