"""Whether a query holds in an article, and which of its words there make it hold. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.query.nodes import And, Count, Exact, Near, Not, Or, Pattern, Phrase, Within
from monitor.query.places import (
    count_mentions,
    merged,
    near_places,
    pattern_spans,
    places_of,
    unresolved,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.query.nodes import Counted, Query
    from monitor.query.reading import Reading, Scope

Evidence = frozenset[tuple[str, int, int]]
"""(field, start, end) of the words that made a query hold, in code points of the field."""

_NOTHING: Evidence = frozenset()


def evidence(query: Query, article: Reading, fields: Iterable[str]) -> Evidence | None:
    """The words that make the query hold in these fields of the article; None when it does not.

    Only branches that hold give evidence: `(a AND b) OR c` shows no a where b is missing. What NOT
    keeps out gives none, so a query may hold with empty evidence. Overlapping places of one phrase
    are one piece of evidence. Raises ValueError for a reference that was not resolved.
    """
    return _evidence(query, article.scope(tuple(fields)), article)


def _evidence(query: Query, scope: Scope, article: Reading) -> Evidence | None:
    match query:
        case Phrase() | Exact() | Near() | Pattern():
            return _leaf(query, scope, article) or None
        case Count():
            return _counted(query, scope, article)
        case Or():
            found = [_evidence(part, scope, article) for part in query.parts]
            holding = [one for one in found if one is not None]
            return _NOTHING.union(*holding) if holding else None
        case And():
            return _all(query, scope, article)
        case Not():
            return _NOTHING if _evidence(query.part, scope, article) is None else None
        case Within():
            return _evidence(query.part, article.scope(query.fields), article)
        case _:
            raise unresolved(query)


def _all(query: And, scope: Scope, article: Reading) -> Evidence | None:
    together = _NOTHING
    for part in query.parts:
        found = _evidence(part, scope, article)
        if found is None:
            return None
        together |= found
    return together


def _counted(query: Count, scope: Scope, article: Reading) -> Evidence | None:
    mentions = count_mentions(query.part, scope, article)
    if mentions < query.low or (query.high is not None and mentions > query.high):
        return None
    return _mentions(query.part, scope, article)


def _mentions(part: Counted, scope: Scope, article: Reading) -> Evidence:
    if isinstance(part, Or):
        return _NOTHING.union(*(_evidence(one, scope, article) or () for one in part.parts))
    return _leaf(part, scope, article)


def _leaf(query: Phrase | Exact | Near | Pattern, scope: Scope, article: Reading) -> Evidence:
    if isinstance(query, Pattern):
        return frozenset(
            (name, start, end)
            for name, field in scope.fields
            for start, end in pattern_spans(query, field)
        )
    places = near_places if isinstance(query, Near) else places_of
    return frozenset(
        (name, *field.span(occurrence))
        for name, field in scope.fields
        for found in places(query, field, article.on)  # type: ignore[arg-type]
        for occurrence in merged(found)
    )
