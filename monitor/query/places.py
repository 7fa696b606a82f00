"""Where the leaves of a query stand in a field. Pure."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from core.text import folded_words
from monitor.query.nodes import Exact, Near, Or, Pattern, Phrase
from monitor.query.patterns import compiled, places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from monitor.query.nodes import Counted, NearSide, Query
    from monitor.query.reading import FieldReading, Occurrence, Reading, Scope

Places = list[list["Occurrence"]]
"""For each phrase, where it stands, in order."""


def places_of(query: NearSide, field: FieldReading, on: date | None) -> Places:
    """Where each phrase of a query stands in a field of an article of this day."""
    match query:
        case Phrase():
            if query.during is not None and not query.during.holds(on):
                return []
            return [field.occurrences(query.words)]
        case Exact():
            return [exact_occurrences(query, field)]
        case Or():
            return [
                found
                for part in query.parts
                for found in places_of(part, field, on)  # type: ignore[arg-type]
            ]


def exact_occurrences(query: Exact, field: FieldReading) -> list[Occurrence]:
    """Where a phrase stands in exactly this case.

    A clitic written onto its last word is in small letters: KAInya is KAI, KAIMU another name. Behind
    a hyphen it may be in any case.
    """
    folded = tuple(folded_words(" ".join(query.words)))
    *inner, last = query.words
    return [
        (first, end)
        for first, end in field.occurrences(folded)
        if (cased := field.cased(first, first + len(folded) - 1))[:-1] == inner
        and cased[-1].startswith(last)
        and cased[-1][len(last) :] == cased[-1][len(last) :].lower()
    ]


def near_places(query: Near, field: FieldReading, on: date | None) -> Places:
    """Where each phrase of either side stands with one of the other side close by."""
    lefts = places_of(query.left, field, on)
    rights = places_of(query.right, field, on) if any(lefts) else []
    if not any(rights):
        return []
    near_rights, near_lefts = _Neighbours(rights), _Neighbours(lefts)
    distance, either = query.distance, not query.ordered
    return [
        *(
            [
                place
                for place in found
                if near_rights.one_after(place, distance)
                or (either and near_rights.one_before(place, distance))
            ]
            for found in lefts
        ),
        *(
            [
                place
                for place in found
                if near_lefts.one_before(place, distance)
                or (either and near_lefts.one_after(place, distance))
            ]
            for found in rights
        ),
    ]


class _Neighbours:
    """One side of a NEAR, asked whether any of it stands close to a place of the other side."""

    def __init__(self, found: Places) -> None:
        self._firsts = sorted(first for one in found for first, _ in one)
        self._lasts = sorted(last for one in found for _, last in one)

    def one_after(self, place: Occurrence, distance: int) -> bool:
        after = bisect_left(self._firsts, place[1] + 1)
        return after < len(self._firsts) and self._firsts[after] - place[1] - 1 <= distance

    def one_before(self, place: Occurrence, distance: int) -> bool:
        before = bisect_left(self._lasts, place[0]) - 1
        return before >= 0 and place[0] - self._lasts[before] - 1 <= distance


def pattern_spans(query: Pattern, field: FieldReading) -> Iterator[tuple[int, int]]:
    """Start and end of each match of a regular expression in a field's text, in code points."""
    return places(compiled(query.expression, exact_case=query.exact_case), field.text)


def count_mentions(part: Counted, scope: Scope, article: Reading) -> int:
    """The most mentions that can be counted in these fields without counting a word twice."""
    return sum(
        _count_apart(sorted(_spans(part, field, article.on), key=_end)) for _, field in scope.fields
    )


def _spans(part: Counted, field: FieldReading, on: date | None) -> Iterator[tuple[int, int]]:
    if isinstance(part, Or):
        for one in part.parts:
            yield from _spans(one, field, on)  # type: ignore[arg-type]
    elif isinstance(part, Pattern):
        yield from pattern_spans(part, field)
    else:
        for found in places_of(part, field, on):
            yield from map(field.span, found)


def _count_apart(spans: Sequence[tuple[int, int]]) -> int:
    """How many of these spans, in the order of their ends, stand apart: the earliest end goes first."""
    count = last = 0
    for start, end in spans:
        if start >= last:
            count, last = count + 1, end
    return count


def _end(span: tuple[int, int]) -> int:
    return span[1]


def merged(found: Sequence[Occurrence]) -> list[Occurrence]:
    """Places in order, those that overlap as one."""
    together: list[Occurrence] = []
    for first, last in found:
        if together and first <= together[-1][1]:
            together[-1] = (together[-1][0], max(last, together[-1][1]))
        else:
            together.append((first, last))
    return together


def unresolved(query: Query) -> ValueError:
    """What is raised for a reference that nothing was put in the place of."""
    return ValueError(f"{query} must be resolved before it can be matched")
