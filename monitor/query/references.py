"""Watchlists named in other watchlists' terms (`@suriah`), and what they are replaced by. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.query.nodes import And, Count, Near, Not, Or, Reference, Within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.query.nodes import Query


def references(query: Query) -> tuple[str, ...]:
    """The names of the watchlists that a query refers to, in order, none twice."""
    match query:
        case Reference():
            return (query.name,)
        case And() | Or():
            return tuple(dict.fromkeys(name for part in query.parts for name in references(part)))
        case Not() | Within() | Count():
            return references(query.part)
        case _:
            return ()


def resolved(query: Query, meanings: Mapping[str, Query]) -> Query:
    """The query with each reference replaced by what the watchlist of that name looks for.

    Raises KeyError for a name without a meaning.
    """
    match query:
        case Reference():
            return meanings[query.name]
        case And() | Or():
            return replace(query, parts=tuple(resolved(part, meanings) for part in query.parts))
        case Not() | Within():
            return replace(query, part=resolved(query.part, meanings))
        case _:
            return query


def size(query: Query) -> int:
    """How many leaves a query has."""
    match query:
        case And() | Or():
            return sum(map(size, query.parts))
        case Not() | Within() | Count():
            return size(query.part)
        case Near():
            return size(query.left) + size(query.right)
        case _:
            return 1


def counts(query: Query) -> bool:
    """Whether a query counts mentions anywhere."""
    match query:
        case And() | Or():
            return any(map(counts, query.parts))
        case Not() | Within():
            return counts(query.part)
        case _:
            return isinstance(query, Count)
