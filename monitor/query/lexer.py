"""Cuts the text of a query into words, quoted words, operators, fields, counts and brackets.

What other search engines understand and Siaga does not is refused with a sentence, because it would
otherwise be taken for plain words and quietly find something else.
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
FIELDS = ("title", "body", "tags", "author", "site", "section", "url", "lead")
"""What may stand before a colon; `lead` is the title and the first paragraph."""

_QUOTES = '"“”„«»'
_FIELD = f"(?:{'|'.join(FIELDS)})"
_PIECE = re.compile(
    rf"(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<count>\{{[^{{}}]*\}}?)|(?P<stray>\}})"
    rf"|(?P<field>(?i:{_FIELD}(?:\+{_FIELD})*)):"
    r"|/(?=[^\s/])(?P<pattern>(?:\\.|[^\\/])*)(?P<slash>(?:/c?)?)"
    rf"|(?P<bare>[^\s(){{}}{_QUOTES}]+)"
    rf"|[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)(?P<end>[{_QUOTES}]?)(?P<mark>[c*]?)",
    re.DOTALL,
)
_NEAR = re.compile(r"(?P<ordered>O?)NEAR(?:/(?P<distance>[0-9]{1,3}))?")
_COUNT = re.compile(r"\{(?P<low>[0-9]{1,4})(?P<range>,(?P<high>[0-9]{1,4})?)?\}")
_NAME = re.compile(r"@[^\W_][\w.-]*")
_LITERAL = "put it in quotes to mean the words themselves"
_OUGHT = {"judul": "title", "isi": "body", "tag": "tags", "penulis": "author", "situs": "site"}
"""Fields as one might call them."""

_REFUSED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (r"(?i:o?near)/.*", "write NEAR in upper case, with a number of words below 1000: NEAR/5"),
        (r"&&", "write AND, in upper case, between the two"),
        (r"\|{1,2}", "write OR, in upper case, between the two"),
        (r"[-!][^\W\d].*", "write NOT, in upper case, before what must not occur"),
        (r"\+[^\W\d].*", "write AND, in upper case, between words that must all occur"),
        (r"~", "~ stands right before one root, without a space or quotes: ~serang"),
        (r".+~.*|~.*[~*].*", f"~ stands alone before one root, as in ~serang; {_LITERAL}"),
        (r"\*", "* stands right after the beginning of a word: korup*"),
        (r".*\*.+", f"* stands at the end of a word, as in korup*; {_LITERAL}"),
        (r"@.*", "a watchlist's name is missing after @, or has other characters than names have"),
    )
)
_MARKED = re.compile(r"(?P<field>[^\W\d]\w*):.+")


class Kind(StrEnum):
    """What a token is; the value is how messages name it."""

    WORD = "a word"
    PREFIX = "the beginning of a word"
    AFFIXED = "a root"
    QUOTED = "a quoted phrase"
    QUOTED_PREFIX = "a quoted phrase and *"
    EXACT = "a quoted phrase in exact case"
    PATTERN = "a regular expression"
    EXACT_PATTERN = "a regular expression in exact case"
    REFERENCE = "a watchlist"
    FIELD = "a field"
    COUNT = "a count"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"
    ORDERED_NEAR = "ONEAR"
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
    """One piece of a query; `text` is without quotes and marks, `column` counts from 1.

    `numbers` are the distance of a NEAR, or the least and the most of a count (None: any number).
    """

    kind: Kind
    text: str
    column: int
    numbers: tuple[int | None, ...] = ()
    shown: str = ""
    """The token as messages show it; its text when empty."""

    def __str__(self) -> str:
        return self.shown or self.text


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query, the last one of Kind.END. Raises QueryError."""
    for piece in _PIECE.finditer(text):
        column = piece.start() + 1
        match piece.lastgroup:
            case "bare":
                yield _bare(text, piece["bare"], column)
            case "mark":
                yield _quoted(text, piece, column)
            case "slash":
                yield _pattern(text, piece, column)
            case "count":
                yield _count(text, piece["count"], column)
            case "field":
                yield Token(
                    kind=Kind.FIELD, text=piece["field"].lower(), column=column, shown=piece[0]
                )
            case "open" | "close":
                kind = Kind.OPEN if piece[0] == "(" else Kind.CLOSE
                yield Token(kind=kind, text=piece[0], column=column)
            case "stray":
                raise QueryError(text, column, f"this brace closes nothing; {_LITERAL}")
    yield Token(kind=Kind.END, text="", column=len(text) + 1)


def _bare(text: str, word: str, column: int) -> Token:
    if word in _OPERATORS:
        return Token(kind=_OPERATORS[word], text=word, column=column)
    near = _NEAR.fullmatch(word)
    if near is not None:
        kind = Kind.ORDERED_NEAR if near["ordered"] else Kind.NEAR
        distance = int(near["distance"] or DEFAULT_DISTANCE)
        return Token(kind=kind, text=word, column=column, numbers=(distance,))
    if _NAME.fullmatch(word):
        return Token(kind=Kind.REFERENCE, text=word[1:], column=column, shown=word)
    for pattern, message in _REFUSED:
        if pattern.fullmatch(word):
            raise QueryError(text, column, message)
    _refuse_field(text, word, column)
    if word.startswith("~"):
        return Token(kind=Kind.AFFIXED, text=word[1:], column=column, shown=word)
    if word.endswith("*"):
        return Token(kind=Kind.PREFIX, text=word[:-1], column=column, shown=word)
    return Token(kind=Kind.WORD, text=word, column=column)


def _refuse_field(text: str, word: str, column: int) -> None:
    marked = _MARKED.fullmatch(word)
    if marked is None:
        return
    meant = _OUGHT.get(marked["field"].lower())
    hint = f" (did you mean {meant}:?)" if meant else ""
    known = ", ".join(FIELDS)
    message = f"there is no field {marked['field']!r}{hint}: write one of {known}, or {_LITERAL}"
    raise QueryError(text, column, message)


def _quoted(text: str, piece: re.Match[str], column: int) -> Token:
    if not piece["end"]:
        raise QueryError(text, column, "this quote is never closed")
    _refuse_glued(text, piece, "a quote")
    kind = {"": Kind.QUOTED, "c": Kind.EXACT, "*": Kind.QUOTED_PREFIX}[piece["mark"]]
    shown = f'"{piece["quoted"]}"{piece["mark"]}'
    return Token(kind=kind, text=piece["quoted"], column=column, shown=shown)


def _pattern(text: str, piece: re.Match[str], column: int) -> Token:
    if not piece["slash"]:
        message = f"this regular expression is never closed by /; {_LITERAL}"
        raise QueryError(text, column, message)
    _refuse_glued(text, piece, "a regular expression")
    kind = Kind.EXACT_PATTERN if piece["slash"] == "/c" else Kind.PATTERN
    return Token(kind=kind, text=piece["pattern"], column=column, shown=piece[0])


def _refuse_glued(text: str, piece: re.Match[str], what: str) -> None:
    """Refuse what stands right after a closing quote or slash and is no count or bracket."""
    after = text[piece.end() : piece.end() + 1]
    if after.isalnum() or after in ("*", "~", "/", "_"):
        glued = piece["mark"] or after  # of "KPK"cukai, the c
        column = piece.end() + (0 if piece["mark"] else 1)
        message = f"{glued!r} right after {what} has no meaning: put a space between them"
        raise QueryError(text, column, message)


def _count(text: str, written: str, column: int) -> Token:
    count = _COUNT.fullmatch(written)
    if count is None:
        message = f"write {{3,}} for three mentions or more, {{2,5}} or {{2}}; {_LITERAL}"
        raise QueryError(text, column, message)
    low = int(count["low"])
    high = low if count["range"] is None else int(count["high"]) if count["high"] else None
    if low == 0:
        raise QueryError(text, column, "count from 1; write NOT for what must not occur")
    if high is not None and high < low:
        raise QueryError(
            text, column, f"the most must not be less than the least: {{{high},{low}}}"
        )
    before = text[column - 2 : column - 1]
    if not before or before.isspace() or before in "({:":
        message = "a count stands right after a word, phrase or bracket: Suriah{3,}"
        raise QueryError(text, column, message)
    return Token(kind=Kind.COUNT, text=written, column=column, numbers=(low, high))
