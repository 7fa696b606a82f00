"""The words of a query's tokens: folded, with what * and ~ make of them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.text import cased_words, folded_words
from monitor.query.affixes import SHORTEST_ROOT
from monitor.query.errors import QueryError
from monitor.query.lexer import Kind
from monitor.query.nodes import Affixed, Exact, Pattern, Prefix
from monitor.query.patterns import PatternError, compiled
from monitor.query.shield import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.query.lexer import Token
    from monitor.query.nodes import Word

SHORTEST_PREFIX = 3


def phrase_words(text: str, row: Sequence[Token]) -> tuple[Word, ...]:
    """The words of tokens that make one phrase. Raises QueryError."""
    found: list[Word] = []
    for token in row:
        if token.kind is Kind.AFFIXED:
            found.append(_affixed(text, token))
            continue
        plain = folded_words(token.text)
        if token.kind in (Kind.PREFIX, Kind.QUOTED_PREFIX):
            found += [*plain[:-1], _prefix(text, token, plain)]
        else:
            found += plain
    if not found:
        raise QueryError(text, row[0].column, f"there is no word in {row[0].text!r} to search for")
    return tuple(found)


def exact(text: str, token: Token) -> Exact:
    """A quoted phrase in exact case. Raises QueryError."""
    words = cased_words(token.text)
    if not words:
        raise QueryError(text, token.column, f"there is no word in {token.text!r} to search for")
    return Exact(tuple(words))


def pattern(text: str, token: Token) -> Pattern:
    """A regular expression. Raises QueryError, at the very character where RE2 names one."""
    exact_case = token.kind is Kind.EXACT_PATTERN
    try:
        compiled(token.text, exact_case=exact_case)
    except PatternError as error:
        raise QueryError(text, token.column + 1 + error.offset, str(error)) from None
    return Pattern(token.text, exact_case)


def _prefix(text: str, token: Token, plain: Sequence[str]) -> Prefix:
    if not plain or len(plain[-1]) < SHORTEST_PREFIX:
        message = f"write {SHORTEST_PREFIX} letters or more before *: fewer begin too many words"
        raise QueryError(text, token.column, message)
    return Prefix(plain[-1])


def _affixed(text: str, token: Token) -> Affixed:
    words = folded_words(token.text)
    if len(words) != 1 or not (words[0].isascii() and words[0].isalpha()):
        raise QueryError(text, token.column, "~ takes one root, in letters: ~serang")
    root = words[0]
    if len(root) < SHORTEST_ROOT:
        message = (
            f"~ takes a root of {SHORTEST_ROOT} letters or more: write the words, joined by OR"
        )
        raise QueryError(text, token.column, message)
    if root in NAMES:
        message = f"{token.text} is a name, and a name takes no affixes: write it without ~"
        raise QueryError(text, token.column, message)
    return Affixed(root)
