"""Whether a query holds in an article, and which of its words there make it hold. Pure."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from monitor.query.nodes import And, Near, Not, Or, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.query.nodes import Query
    from monitor.query.reading import FieldReading, Occurrence, Reading

Evidence = frozenset[tuple[str, int, int]]
"""(field, start, end) of the words that made a query hold, in code points of the field."""

_NOTHING: Evidence = frozenset()


def evidence(query: Query, article: Reading, fields: Iterable[str]) -> Evidence | None:
    """The words that make the query hold in these fields of the article; None when it does not.

    Only branches that hold give evidence: `(a AND b) OR c` shows no a where b is missing. What NOT
    keeps out gives none, so a query may hold with empty evidence. Overlapping places of one phrase
    are one piece of evidence.
    """
    read = {name: article.fields[name] for name in fields if name in article.fields}
    return _evidence(query, read)


def _evidence(query: Query, fields: dict[str, FieldReading]) -> Evidence | None:
    match query:
        case Phrase() | Near():
            return _leaf(query, fields)
        case Or():
            found = [_evidence(part, fields) for part in query.parts]
            holding = [one for one in found if one is not None]
            return _NOTHING.union(*holding) if holding else None
        case And():
            return _all(query, fields)
        case Not():
            return _NOTHING if _evidence(query.part, fields) is None else None


def _all(query: And, fields: dict[str, FieldReading]) -> Evidence | None:
    together = _NOTHING
    for part in query.parts:
        found = _evidence(part, fields)
        if found is None:
            return None
        together |= found
    return together


def _leaf(query: Phrase | Near, fields: dict[str, FieldReading]) -> Evidence | None:
    found = {
        (name, *field.span(occurrence))
        for name, field in fields.items()
        for places in _places(query, field)
        for occurrence in _merged(places)
    }
    return frozenset(found) or None


def _places(query: Phrase | Near, field: FieldReading) -> list[Sequence[Occurrence]]:
    """Where each phrase of the leaf stands and counts."""
    if isinstance(query, Phrase):
        return [field.occurrences(query.words)]
    lefts = _side(query.left, field)
    rights = _side(query.right, field) if any(lefts) else []
    if not any(rights):
        return []
    near_rights, near_lefts = _Neighbours(rights), _Neighbours(lefts)
    return [
        *([one for one in places if near_rights.has(one, query.distance)] for places in lefts),
        *([one for one in places if near_lefts.has(one, query.distance)] for places in rights),
    ]


def _side(side: Query, field: FieldReading) -> list[Sequence[Occurrence]]:
    """Where each phrase of one side of a NEAR stands; the parser lets only these in."""
    if isinstance(side, Or):
        return [places for part in side.parts for places in _side(part, field)]
    return [field.occurrences(side.words)] if isinstance(side, Phrase) else []


class _Neighbours:
    """One side of a NEAR, asked whether any of it stands close to a place of the other side."""

    def __init__(self, places: list[Sequence[Occurrence]]) -> None:
        self._firsts = sorted(first for one in places for first, _ in one)
        self._lasts = sorted(last for one in places for _, last in one)

    def has(self, place: Occurrence, distance: int) -> bool:
        first, last = place
        after = bisect_left(self._firsts, last + 1)
        if after < len(self._firsts) and self._firsts[after] - last - 1 <= distance:
            return True
        before = bisect_left(self._lasts, first) - 1
        return before >= 0 and first - self._lasts[before] - 1 <= distance


def _merged(places: Sequence[Occurrence]) -> list[Occurrence]:
    """Places in order, those that overlap as one."""
    merged: list[Occurrence] = []
    for first, last in places:
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
