"""Which fields of an article a query names by itself. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.query.nodes import And, Count, Near, Not, Or, Within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.query.nodes import Query

LEAD = "lead"
LEAD_FIELDS = ("title", "body")


def fields_read(query: Query) -> frozenset[str]:
    """The fields of the article that the query looks at, whatever fields its watchlist names."""
    named = frozenset(_named(query))
    return named.union(LEAD_FIELDS) if LEAD in named else named


def _named(query: Query) -> Iterator[str]:
    match query:
        case Within():
            yield from query.fields
            yield from _named(query.part)
        case And() | Or():
            for part in query.parts:
                yield from _named(part)
        case Not() | Count():
            yield from _named(query.part)
        case Near():
            yield from _named(query.left)
            yield from _named(query.right)
        case _:
            return
