"""Why a leaf of a query does not hold in an article, and what came nearest to it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from core.text import count, folded_words
from monitor.query.nodes import Exact, Near, Or, Pattern, Phrase
from monitor.query.places import count_mentions, pattern_spans, places_of
from monitor.why.likeness import Likeness, likeliest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.query.nodes import Count, NearSide, Query, Window, Word
    from monitor.query.reading import FieldReading, Reading, Scope

Place = tuple[str, int, int]
"""(field, start, end), in code points of the field."""


class Miss(StrEnum):
    """Why a clause does not hold, the nearest reason."""

    ABSENT = "absent"  # nothing like it stands there
    LIKE = "another-word"  # a word like it does
    SOME_WORDS = "some-words"  # of a phrase, some words are missing
    APART = "apart"  # all words stand there, not in a row
    ORDER = "order"  # they stand there in another order
    SENTENCE = "sentence"  # they stand in a row, and a sentence ends between them
    CLITIC = "clitic"  # in a row, and a word before the last carries a clitic
    FAR = "far"  # both sides of a NEAR, further from each other
    ONE_SIDE = "one-side"  # only one side of a NEAR
    CASE = "case"  # in other capitals
    ELSEWHERE = "elsewhere"  # in a field that is not looked at
    DAY = "day"  # the name was not in use on the article's day
    TOO_FEW = "too-few"  # fewer mentions than are asked for
    TOO_MANY = "too-many"
    OCCURS = "occurs"  # it must not stand there, and does


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """Why a clause does not hold; `places` are the words that came nearest."""

    kind: Miss
    said: str
    places: tuple[Place, ...] = ()


_ABSENT = NearMiss(kind=Miss.ABSENT, said="nothing like it stands there")
_FAR_AWAY = 10**9


def near_miss(
    query: Phrase | Exact | Pattern | Near | Count, scope: Scope, article: Reading
) -> NearMiss:
    """What came nearest to a leaf that does not hold in the fields of a scope."""
    match query:
        case Phrase():
            return _phrase(query, scope, article)
        case Exact():
            return _exact(query, scope, article)
        case Pattern():
            return _pattern(query, scope, article)
        case Near():
            return _near(query, scope, article)
        case _:
            return _count(query, scope, article)


def nearest(misses: Iterable[NearMiss]) -> NearMiss:
    """Of several misses the one that came closest: anything rather than nothing."""
    return min(misses, key=lambda miss: miss.kind is Miss.ABSENT, default=_ABSENT)


# Words and phrases --------------------------------------------------------------------------------


def _phrase(query: Phrase, scope: Scope, article: Reading) -> NearMiss:
    if query.during is not None and not query.during.holds(article.on):
        return NearMiss(kind=Miss.DAY, said=f"this name counts {_time(query.during)} only")
    found = _elsewhere(query, scope, article)
    if found is not None:
        return found
    if len(query.words) == 1:
        return _word(query.words[0], scope)
    return _row_of_words(query.words, scope)


def _time(during: Window) -> str:
    since = f"from {during.since}" if during.since else ""
    until = f"until {during.until}" if during.until else ""
    return f"{since} {until}".strip()


def _elsewhere(query: Phrase | Exact, scope: Scope, article: Reading) -> NearMiss | None:
    """The fields that are not looked at in which it does stand."""
    looked_at = {name for name, _ in scope.fields}
    others = article.scope(tuple(name for name in article.names if name not in looked_at))
    places = list(_places(query, others, article))
    if not places:
        return None
    names = ", ".join(dict.fromkeys(name for name, _, _ in places))
    return NearMiss(
        kind=Miss.ELSEWHERE,
        said=f"it stands in {names}, which is not looked at",
        places=tuple(places[:1]),
    )


def _places(query: NearSide, scope: Scope, article: Reading) -> Iterator[Place]:
    for name, field in scope.fields:
        for found in places_of(query, field, article.on):
            for occurrence in found:
                yield (name, *field.span(occurrence))


def _word(word: Word, scope: Scope) -> NearMiss:
    """The word of the text that is most like one that does not stand there."""
    found = likeliest(word, (one for _, field in scope.fields for one in field.words))
    if found is None:
        return _ABSENT
    return NearMiss(
        kind=Miss.LIKE,
        said=_SAID[found.kind].format(found.word, word=_plain(word)),
        places=_first_of(found.word, scope),
    )


_SAID = {
    Likeness.FORM: "{0!r} is a form of it: ~{word} would meet it",
    Likeness.LONGER: "it stands inside {0!r}, which is another word",
    Likeness.LETTER: "{0!r} differs by one letter",
    Likeness.BEGINNING: "{0!r} begins like it",
    Likeness.SPELLING: "{0!r} comes nearest",
}


def _plain(word: Word) -> str:
    return str(word).strip("~*")


def _first_of(word: str, scope: Scope) -> tuple[Place, ...]:
    for name, field in scope.fields:
        found = field.occurrences((word,))
        if found:
            return ((name, *field.span(found[0])),)
    return ()


def _row_of_words(words: Sequence[Word], scope: Scope) -> NearMiss:
    """What is wrong with the words of a phrase: some are missing, or they stand otherwise."""
    best = min((_standing(words, *one) for one in scope.fields), key=_rank, default=_ABSENT)
    if best.kind is not Miss.ABSENT:
        return best
    missing = [word for word in words if not _first(word, scope)]
    if len(missing) == len(words):
        return _ABSENT
    if not missing:
        return NearMiss(kind=Miss.APART, said="its words stand in different fields")
    like = _word(missing[0], scope)
    near = f" ({like.said})" if like.kind is Miss.LIKE else ""
    names = " and ".join(repr(str(word)) for word in missing)
    are = "is" if len(missing) == 1 else "are"
    return replace(like, kind=Miss.SOME_WORDS, said=f"{names} {are} missing{near}")


def _first(word: Word, scope: Scope) -> bool:
    return any(field.occurrences((word,)) for _, field in scope.fields)


_ORDER_OF_REASONS = (
    Miss.SENTENCE,
    Miss.CLITIC,
    Miss.APART,
    Miss.ORDER,
    Miss.ABSENT,
)


def _rank(miss: NearMiss) -> tuple[int, int]:
    size = sum(end - start for _, start, end in miss.places) or _FAR_AWAY
    return _ORDER_OF_REASONS.index(miss.kind), size


def _standing(words: Sequence[Word], name: str, field: FieldReading) -> NearMiss:
    """How the words of a phrase stand in one field, at their closest; absent when one is missing."""
    positions = [[first for first, _ in field.occurrences((word,))] for word in words]
    if not all(positions):
        return _ABSENT
    inside, anyhow = _closest(positions), _closest_in_any_order(positions)
    if inside is None or _length(anyhow) < _length(inside):
        place = (name, *field.span((min(anyhow), max(anyhow))))
        said = "its words stand there in another order"
        return NearMiss(kind=Miss.ORDER, said=said, places=(place,))
    first, last = inside[0], inside[-1]
    place = (name, *field.span((first, last)))
    between = last - first + 1 - len(words)
    if between:
        said = f"its words stand {count(between, 'other word')} apart"
        return NearMiss(kind=Miss.APART, said=said, places=(place,))
    if any(map(field.ends_sentence, range(first, last))):
        said = "its words stand in a row, but a sentence ends between them"
        return NearMiss(kind=Miss.SENTENCE, said=said, places=(place,))
    said = "only the last word of a phrase may carry -nya and the like"
    return NearMiss(kind=Miss.CLITIC, said=said, places=(place,))


def _closest(positions: Sequence[Sequence[int]]) -> list[int] | None:
    """One position of each word, in their order and as close as they come; None when in no order.

    From each place of the first word the next of the second is taken, and so on.
    """
    rows = (_from(start, positions[1:]) for start in positions[0])
    found = [row for row in rows if row is not None]
    return min(found, key=lambda row: row[-1] - row[0], default=None)


def _from(start: int, others: Sequence[Sequence[int]]) -> list[int] | None:
    row = [start]
    for positions in others:
        after = next((one for one in positions if one > row[-1]), None)
        if after is None:
            return None
        row.append(after)
    return row


def _closest_in_any_order(positions: Sequence[Sequence[int]]) -> list[int]:
    """For each place of the first word the nearest of every other; the row that is shortest."""
    rows = (
        [start, *(min(other, key=partial(_distance, start)) for other in positions[1:])]
        for start in positions[0]
    )
    return min(rows, key=_length)


def _distance(one: int, other: int) -> int:
    return abs(one - other)


def _length(row: Sequence[int]) -> int:
    return max(row) - min(row)


def _exact(query: Exact, scope: Scope, article: Reading) -> NearMiss:
    """In which case the words do stand there."""
    blind = Phrase(tuple(folded_words(" ".join(query.words))))
    places = list(_places(blind, scope, article))
    if not places:
        return _elsewhere(query, scope, article) or _phrase(blind, scope, article)
    written = dict.fromkeys(article.text(name)[start:end] for name, start, end in places)
    forms = ", ".join(repr(one) for one in list(written)[:3])
    return NearMiss(kind=Miss.CASE, said=f"it stands there as {forms}", places=tuple(places[:1]))


def _pattern(query: Pattern, scope: Scope, article: Reading) -> NearMiss:
    blind = replace(query, exact_case=False)
    for name, field in scope.fields:
        found = next(pattern_spans(blind, field), None)
        if found is not None:
            said = f"it is met in another case, by {field.text[slice(*found)]!r}"
            return NearMiss(kind=Miss.CASE, said=said, places=((name, *found),))
    looked_at = {name for name, _ in scope.fields}
    for name, field in article.scope(article.names).fields:
        found = next(pattern_spans(query, field), None)
        if found is not None and name not in looked_at:
            said = f"it is met in {name}, which is not looked at"
            return NearMiss(kind=Miss.ELSEWHERE, said=said, places=((name, *found),))
    return NearMiss(kind=Miss.ABSENT, said="nothing meets it")


# Distances and counts -----------------------------------------------------------------------------


def _near(query: Near, scope: Scope, article: Reading) -> NearMiss:
    lefts, rights = (
        [(name, places_of(side, field, article.on)) for name, field in scope.fields]
        for side in (query.left, query.right)
    )
    there = [any(any(found) for _, found in side) for side in (lefts, rights)]
    if not any(there):
        return _ABSENT
    if not all(there):
        return _one_side(query.right if there[0] else query.left, scope, article)
    fields = dict(scope.fields)
    pairs = [
        (distance, name, pair)
        for (name, left), (_, right) in zip(lefts, rights, strict=True)
        for distance, pair in _pairs(_flat(left), _flat(right))
    ]
    if not pairs:
        said = "its two sides stand in different fields"
        return NearMiss(kind=Miss.FAR, said=said)
    distance, name, (first, last) = min(pairs)
    place = (name, *fields[name].span((first, last)))
    if distance <= query.distance:
        said = "its two sides stand in the other order, or share a word"
        return NearMiss(kind=Miss.ORDER, said=said, places=(place,))
    said = (
        f"the nearest two stand {count(distance, 'word')} apart, and {query.distance} are allowed"
    )
    return NearMiss(kind=Miss.FAR, said=said, places=(place,))


def _one_side(missing: NearSide, scope: Scope, article: Reading) -> NearMiss:
    inner = leaf_miss(missing, scope, article)
    return replace(inner, kind=Miss.ONE_SIDE, said=f"{missing} is missing: {inner.said}")


def leaf_miss(side: Query, scope: Scope, article: Reading) -> NearMiss:
    """As near_miss, of one leaf or of the best of several that are joined by OR."""
    if isinstance(side, Or):
        return nearest(leaf_miss(part, scope, article) for part in side.parts)
    if isinstance(side, Phrase | Exact | Pattern):
        return near_miss(side, scope, article)
    return _ABSENT


def _flat(found: Iterable[Sequence[tuple[int, int]]]) -> list[tuple[int, int]]:
    return sorted(occurrence for one in found for occurrence in one)


def _pairs(
    lefts: Sequence[tuple[int, int]], rights: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, tuple[int, int]]]:
    """Words between neighbours of the two sides, and the words from the one to the other."""
    both = sorted([(one, 0) for one in lefts] + [(one, 1) for one in rights])
    for (one, side), (other, another) in pairwise(both):
        if side != another:
            yield max(0, other[0] - one[1] - 1), (one[0], max(one[1], other[1]))


def _count(query: Count, scope: Scope, article: Reading) -> NearMiss:
    seen = count_mentions(query.part, scope, article)
    if not seen:
        return leaf_miss(query.part, scope, article)
    kind = Miss.TOO_FEW if seen < query.low else Miss.TOO_MANY
    asked = f"{query.low} are" if kind is Miss.TOO_FEW else f"at most {query.high} are"
    return NearMiss(kind=kind, said=f"it is counted {count(seen, 'time')}, and {asked} asked for")
