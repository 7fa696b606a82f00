"""Reads a watchlist term: recursive descent over words, "phrases", AND OR NOT, NEAR/n and brackets.

    query  = all { OR all }
    all    = none { [ AND ] none }         AND may be left out before NOT only
    none   = { NOT } near
    near   = atom [ NEAR[/n] atom ]
    atom   = "(" query ")" | phrase
    phrase = quoted | word { word | quoted word }

DAN, ATAU and BUKAN are AND, OR and NOT. Operators are upper case only, so that "Bea dan Cukai" is a
phrase; in quotes they are words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from core.text import folded_words
from monitor.query.errors import QueryError
from monitor.query.lexer import Kind, Token, tokens
from monitor.query.nodes import And, Near, Not, Or, Phrase

if TYPE_CHECKING:
    from monitor.query.nodes import NearSide, Query

MAX_CHARACTERS = 10_000
MAX_DEPTH = 25  # SQLite's full text index, which search asks, gives up at about 35

_JOINABLE = (Kind.WORD, Kind.QUOTED)


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
        if self._next.kind is not Kind.NEAR:
            return self._finished(left)
        near, second = self._take(), self._next
        right = self._atom()
        if self._next.kind is Kind.NEAR:
            message = "NEAR joins two things: write (a NEAR/5 b) AND (b NEAR/5 c) for three"
            raise self._error(self._next, message)
        return self._finished(
            Near(near.distance, self._near_side(left, first), self._near_side(right, second))
        )

    def _near_side(self, side: Query, token: Token) -> NearSide:
        if _may_be_near(side):
            return side
        message = "NEAR takes words, phrases and (a OR b); join the rest with AND outside it"
        raise self._error(token, message)

    def _finished(self, operand: Query) -> Query:
        """The operand, unless something that is no operator follows it."""
        follower = self._next
        if follower.kind in (Kind.OPEN, *_JOINABLE):
            shown = follower.text if follower.kind is not Kind.QUOTED else f'"{follower.text}"'
            message = f"write AND, OR or NEAR before {shown}, or put the whole phrase in quotes"
            raise self._error(follower, message)
        return operand

    def _atom(self) -> Query:
        token = self._take()
        if token.kind is Kind.OPEN:
            return self._brackets(token)
        if token.kind in _JOINABLE:
            return self._phrase(token)
        raise self._error(token, self._missing(token))

    def _missing(self, token: Token) -> str:
        """What is wrong with a token that stands where a word should."""
        before = self._tokens[self._at - 2] if self._at > 1 else None
        if token.kind is Kind.CLOSE and (before is None or before.kind is not Kind.OPEN):
            return f"a word is missing before this bracket{_after(before)}"
        if token.kind is Kind.CLOSE:
            return "there is nothing between these brackets"
        if token.kind is Kind.END:
            return f"a word is missing at the end{_after(before)}"
        return f"a word is missing before {token.text}; in quotes {token.text} is a word itself"

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

    def _phrase(self, first: Token) -> Phrase:
        found = folded_words(first.text)
        joins = _joins(first)
        while joins and _joins(self._next) and not self._two_quoted():
            found += folded_words(self._take().text)
        if not found:
            raise self._error(first, f"there is no word in {first.text!r} to search for")
        return Phrase(tuple(found))

    def _two_quoted(self) -> bool:
        return self._next.kind is Kind.QUOTED is self._tokens[self._at - 1].kind


def _joins(token: Token) -> bool:
    """Whether a token makes one phrase with the words beside it.

    A quoted phrase stands for itself: `"Nurdin Abdullah" suap` more likely wants both than the row.
    """
    if token.kind is Kind.QUOTED:
        return len(folded_words(token.text)) == 1
    return token.kind is Kind.WORD


def _may_be_near(side: Query) -> TypeGuard[NearSide]:
    if isinstance(side, Or):
        return all(map(_may_be_near, side.parts))
    return isinstance(side, Phrase)


def _after(token: Token | None) -> str:
    return f", after {token.text}" if token is not None and token.text else ""
