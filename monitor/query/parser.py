"""Reads a watchlist term by recursive descent.

    query  = all { OR all }
    all    = none { [ AND ] none }         AND may be left out before NOT only
    none   = { NOT } near
    near   = atom [ ( NEAR | ONEAR )[/n] atom ]
    atom   = fields ":" atom | part [ "{" count "}" ]
    part   = "(" query ")" | phrase | "…"c | /…/ | /…/c | @watchlist
    phrase = quoted | "…"* | word { word | quoted word }
    word   = letters | letters* | ~root

DAN, ATAU and BUKAN are AND, OR and NOT. Operators are upper case only, so that "Bea dan Cukai" is a
phrase; in quotes they are words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.text import folded_words
from monitor.query.errors import QueryError
from monitor.query.lexer import Kind, Token, tokens
from monitor.query.nodes import And, Count, Near, Not, Or, Phrase, Reference, Within
from monitor.query.sides import may_be_counted, may_be_near
from monitor.query.wording import exact, pattern, phrase_words

if TYPE_CHECKING:
    from monitor.query.nodes import NearSide, Query

MAX_CHARACTERS = 10_000
MAX_DEPTH = 25  # SQLite's full text index, which search asks, gives up at about 35

_JOINABLE = (Kind.WORD, Kind.QUOTED, Kind.PREFIX, Kind.AFFIXED)
_STARTS = (
    *_JOINABLE,
    Kind.QUOTED_PREFIX,
    Kind.EXACT,
    Kind.PATTERN,
    Kind.EXACT_PATTERN,
    Kind.REFERENCE,
    Kind.FIELD,
    Kind.OPEN,
)


def parse(text: str) -> Query:
    """The tree of a query. Raises QueryError, with the column, for what cannot be read."""
    if len(text) > MAX_CHARACTERS:
        raise QueryError(text, 1, f"this is longer than {MAX_CHARACTERS:,} characters: split it")
    return _Parser(text).query()


class _Parser:
    """One pass over the tokens of one query."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._at = 0
        self._depth = 0

    def query(self) -> Query:
        if self._next.kind is Kind.END:
            raise self._error(self._next, "there is nothing to search for: write a word")
        query = self._any()
        if self._next.kind is Kind.CLOSE:
            raise self._error(self._next, "this bracket closes nothing: take it out, or open one")
        return query

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _error(self, token: Token, message: str) -> QueryError:
        return QueryError(self._text, token.column, message)

    def _any(self) -> Query:
        parts = [self._all()]
        while self._next.kind is Kind.OR:
            self._take()
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Query:
        parts = [self._none()]
        while self._next.kind in (Kind.AND, Kind.NOT):
            if self._next.kind is Kind.AND:
                self._take()
            parts.append(self._none())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _none(self) -> Query:
        if self._next.kind is not Kind.NOT:
            return self._near()
        self._enter(self._take())
        part = self._none()
        self._depth -= 1
        return Not(part)

    def _near(self) -> Query:
        first = self._next
        left = self._atom()
        if self._next.kind not in (Kind.NEAR, Kind.ORDERED_NEAR):
            return self._finished(left)
        near, second = self._take(), self._next
        right = self._atom()
        if self._next.kind in (Kind.NEAR, Kind.ORDERED_NEAR):
            message = "NEAR joins two things: write (a NEAR/5 b) AND (b NEAR/5 c) for three"
            raise self._error(self._next, message)
        return self._finished(
            Near(
                near.numbers[0] or 0,
                self._near_side(left, first),
                self._near_side(right, second),
                near.kind is Kind.ORDERED_NEAR,
            )
        )

    def _near_side(self, side: Query, token: Token) -> NearSide:
        if may_be_near(side):
            return side
        message = "NEAR takes words, phrases and (a OR b); join the rest with AND outside it"
        if isinstance(side, Within):
            message = f"write the field before the whole: {token}(a NEAR/5 b)"
        raise self._error(token, message)

    def _finished(self, operand: Query) -> Query:
        """The operand, unless something that is no operator follows it."""
        follower = self._next
        if follower.kind in _STARTS:
            message = f"write AND, OR or NEAR before {follower}, or put the whole phrase in quotes"
            raise self._error(follower, message)
        if follower.kind is Kind.COUNT:
            raise self._error(follower, "one count is enough: take this one out")
        return operand

    def _atom(self) -> Query:
        if self._next.kind is Kind.FIELD:
            field = self._take()
            self._enter(field)
            part = self._atom()
            self._depth -= 1
            return Within(tuple(dict.fromkeys(field.text.split("+"))), part)
        part = self._part()
        return self._counted(part) if self._next.kind is Kind.COUNT else part

    def _counted(self, part: Query) -> Query:
        count = self._take()
        if not may_be_counted(part):
            message = "only words, phrases, /…/ and (a OR b) are counted: count each by itself"
            raise self._error(count, message)
        low, high = count.numbers
        return Count(low or 1, high, part)

    def _part(self) -> Query:
        token = self._take()
        match token.kind:
            case Kind.OPEN:
                return self._brackets(token)
            case Kind.EXACT:
                return exact(self._text, token)
            case Kind.PATTERN | Kind.EXACT_PATTERN:
                return pattern(self._text, token)
            case Kind.REFERENCE:
                return Reference(token.text)
            case Kind.QUOTED_PREFIX:
                return Phrase(phrase_words(self._text, [token]))
            case Kind.WORD | Kind.QUOTED | Kind.PREFIX | Kind.AFFIXED:
                return Phrase(phrase_words(self._text, self._row(token)))
            case _:
                raise self._error(token, self._missing(token))

    def _row(self, first: Token) -> list[Token]:
        """The tokens that make one phrase, as far as they stand side by side."""
        row = [first]
        joins = _joins(first)
        while joins and _joins(self._next) and not self._two_quoted():
            row.append(self._take())
        return row

    def _two_quoted(self) -> bool:
        return self._next.kind is Kind.QUOTED is self._tokens[self._at - 1].kind

    def _missing(self, token: Token) -> str:
        """What is wrong with a token that stands where a word should."""
        before = self._tokens[self._at - 2] if self._at > 1 else None
        if token.kind is Kind.CLOSE and (before is None or before.kind is not Kind.OPEN):
            return f"a word is missing before this bracket{_after(before)}"
        if token.kind is Kind.CLOSE:
            return "there is nothing between these brackets"
        if token.kind is Kind.END:
            return f"a word is missing at the end{_after(before)}"
        if token.kind is Kind.COUNT:
            return "a count stands right after a word, phrase or bracket: Suriah{3,}"
        return f"a word is missing before {token}; in quotes {token} is a word itself"

    def _brackets(self, opened: Token) -> Query:
        self._enter(opened)
        inner = self._any()
        if self._next.kind is not Kind.CLOSE:
            raise self._error(opened, "this bracket is never closed")
        self._take()
        self._depth -= 1
        return inner

    def _enter(self, token: Token) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(token, f"this is nested more than {MAX_DEPTH} deep: make it flatter")


def _joins(token: Token) -> bool:
    """Whether a token makes one phrase with the words beside it.

    A quoted phrase stands for itself: `"Nurdin Abdullah" suap` more likely wants both than the row.
    """
    if token.kind is Kind.QUOTED:
        return len(folded_words(token.text)) == 1
    return token.kind in _JOINABLE


def _after(token: Token | None) -> str:
    return f", after {token}" if token is not None and token.text else ""
