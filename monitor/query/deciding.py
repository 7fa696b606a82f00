"""A query made into a function that only says whether it holds: several times as fast as evidence. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.text import folded_words
from monitor.query.affixes import forms
from monitor.query.nodes import (
    Affixed,
    And,
    Count,
    Exact,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Prefix,
    Within,
)
from monitor.query.patterns import compiled
from monitor.query.places import (
    count_mentions,
    exact_occurrences,
    near_places,
    pattern_spans,
    unresolved,
)
from monitor.query.reading import Reading, Scope

if TYPE_CHECKING:
    from monitor.query.nodes import Query, Word

Decide = Callable[[Scope, Reading], bool]

_COSTS = {Phrase: 0, Exact: 2, Near: 3, Count: 4, Pattern: 5}
"""In which order the parts of an AND are asked: the cheapest first."""


def decider(query: Query) -> Decide:
    """Whether the query holds in the fields of a scope; agrees with monitor.query.evaluation.

    Raises ValueError for a reference that was not resolved.
    """
    match query:
        case Phrase():
            return _phrase(query)
        case Exact():
            return _exact(query)
        case Pattern():
            compiled(query.expression, exact_case=query.exact_case)
            return lambda scope, _: any(any(pattern_spans(query, one)) for _, one in scope.fields)
        case Near():
            return _near(query)
        case Count():
            return _count(query)
        case Within():
            fields, inner = query.fields, decider(query.part)
            return lambda _, article: inner(article.scope(fields), article)
        case Not():
            denied = decider(query.part)
            return lambda scope, article: not denied(scope, article)
        case And():
            return _all([decider(part) for part in sorted(query.parts, key=_cost)])
        case Or():
            return _any([decider(part) for part in sorted(query.parts, key=_cost)])
        case _:
            raise unresolved(query)


def _cost(query: Query) -> int:
    if isinstance(query, Phrase):
        return int(len(query.words) > 1 or not isinstance(query.words[0], str))
    if isinstance(query, Not | Within):
        return _cost(query.part)
    return (
        max(map(_cost, query.parts)) if isinstance(query, And | Or) else _COSTS.get(type(query), 9)
    )


def _phrase(query: Phrase) -> Decide:
    holds = _words(query.words)
    during = query.during
    if during is None:
        return holds
    return lambda scope, article: during.holds(article.on) and holds(scope, article)


def _words(words: tuple[Word, ...]) -> Decide:
    if len(words) == 1:
        return _word(words[0])
    plain = tuple(word for word in words if isinstance(word, str))
    if len(plain) < len(words):
        return lambda scope, _: any(field.occurrences(words) for _, field in scope.fields)
    joined, needed = "".join(f" {word}" for word in plain), frozenset(plain)
    return lambda scope, _: (
        scope.vocabulary >= needed and any(one.has(plain, joined) for _, one in scope.fields)
    )


def _word(word: Word) -> Decide:
    match word:
        case Prefix():
            begins = f" {word.letters}"
            return lambda scope, _: any(begins in field.padded for _, field in scope.fields)
        case Affixed():
            every = forms(word.root)
            return lambda scope, _: not every.isdisjoint(scope.vocabulary)
        case _:
            return lambda scope, _: word in scope.vocabulary


def _exact(query: Exact) -> Decide:
    needed = frozenset(folded_words(" ".join(query.words)))
    return lambda scope, _: (
        scope.vocabulary >= needed
        and any(exact_occurrences(query, field) for _, field in scope.fields)
    )


def _near(query: Near) -> Decide:
    left, right = decider(query.left), decider(query.right)
    return lambda scope, article: (
        left(scope, article)
        and right(scope, article)
        and any(any(near_places(query, field, article.on)) for _, field in scope.fields)
    )


def _count(query: Count) -> Decide:
    occurs, low, high, part = decider(query.part), query.low, query.high, query.part
    most = float("inf") if high is None else high
    return lambda scope, article: (
        occurs(scope, article) and low <= count_mentions(part, scope, article) <= most
    )


def _all(parts: list[Decide]) -> Decide:
    if len(parts) == 2:
        first, second = parts
        return lambda scope, article: first(scope, article) and second(scope, article)
    return lambda scope, article: all(part(scope, article) for part in parts)


def _any(parts: list[Decide]) -> Decide:
    if len(parts) == 2:
        first, second = parts
        return lambda scope, article: first(scope, article) or second(scope, article)
    return lambda scope, article: any(part(scope, article) for part in parts)
