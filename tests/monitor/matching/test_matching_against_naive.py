"""The matcher against an evaluator that knows the words by construction and tries every place."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.matching.matcher import Matcher, Watchlist
from monitor.query.nodes import (
    Affixed,
    And,
    Count,
    Exact,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Within,
    Word,
)

Evidence = set[tuple[str, int, int]]
Place = tuple[int, int]

CLITICS = ["nya", "ku", "mu", "lah", "kah", "pun", "nyalah", "kupun", "mukah"]
BASES = ["suriah", "astana", "istana", "bea", "cukai", "dan", "kpk", "ria", "serang", "menyerang"]
FORMS = {"serang", "menyerang"}  # of ~serang, as far as they occur here
SEPARATORS = [" ", " ", " ", ", ", "-", ". ", "\n", "\n\n", " – ", "! “"]


@dataclass(frozen=True)
class Piece:
    """One word as written, as it folds, and what follows it."""

    written: str
    folded: str
    cased: str
    after: str


def _piece(base: str, clitic: str, style: str, after: str) -> Piece:
    folded = base + clitic
    written = {
        "lower": folded,
        "title": folded.title(),
        "upper": folded.upper(),
        "soft": folded[:2] + "\u00ad" + folded[2:],
        "wide": "".join(chr(ord(letter) + 0xFEE0) for letter in folded),
        "accent": folded[:1] + "\u0301" + folded[1:],
    }[style]
    cased = written if style in ("title", "upper") else folded
    return Piece(written, folded, cased, after)


PIECES = st.lists(
    st.builds(
        _piece,
        st.sampled_from(BASES),
        st.sampled_from(["", "", "", *CLITICS]),
        st.sampled_from(["lower", "title", "upper", "soft", "wide", "accent"]),
        st.sampled_from(SEPARATORS),
    )
    | st.builds(
        _piece,
        st.just(""),
        st.sampled_from(["nya", "lah", "kulah"]),
        st.just("lower"),
        st.sampled_from(SEPARATORS),
    ),
    max_size=14,
)
WORDS: st.SearchStrategy[Word] = st.sampled_from(BASES) | st.sampled_from(
    [Prefix("ast"), Prefix("sur"), Affixed("serang")]
)
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(lambda words: Phrase(tuple(words)))
EXACTS = st.lists(st.sampled_from(["KPK", "Bea", "cukai"]), min_size=1, max_size=2).map(
    lambda words: Exact(tuple(words))
)
LEAVES = PHRASES | EXACTS
SIDES = LEAVES | st.lists(LEAVES, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
COUNTS = st.builds(
    lambda low, more, part: Count(low, None if more is None else low + more, part),
    st.integers(1, 3),
    st.none() | st.integers(0, 2),
    SIDES,
)
FIELDS = st.sampled_from([("title",), ("body",), ("lead",), ("title", "lead")])
QUERIES: st.SearchStrategy[Query] = st.recursive(
    LEAVES | COUNTS | st.builds(Near, st.integers(0, 4), SIDES, SIDES, st.booleans()),
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
        | inner.map(Not)
        | st.builds(Within, FIELDS, inner)
    ),
    max_leaves=5,
)


@dataclass
class NaiveField:
    pieces: list[Piece]
    text: str = field(init=False)
    spans: list[Place] = field(init=False)

    def __post_init__(self) -> None:
        self.text, self.spans = "", []
        for piece in self.pieces:
            start = len(self.text)
            self.text += piece.written
            self.spans.append((start, len(self.text)))
            self.text += piece.after

    def ends_after(self, index: int) -> bool:
        piece = self.pieces[index]
        if piece.after == "\n\n":
            return True
        starts_upper = self.pieces[index + 1].written[0].isupper()
        if piece.after == ". ":
            return starts_upper and piece.folded != "kpk"  # it may be short for something
        return piece.after == "! “" and starts_upper

    def places(self, phrase: Phrase | Exact) -> list[Place]:
        return [
            (first, self._with_hyphened(first + len(phrase.words) - 1))
            for first in range(len(self.pieces) - len(phrase.words) + 1)
            if self._stands(phrase, first)
        ]

    def _stands(self, phrase: Phrase | Exact, first: int) -> bool:
        last = first + len(phrase.words) - 1
        here = self.pieces[first : last + 1]
        is_one = _is_exactly if isinstance(phrase, Exact) else _is
        return (
            all(
                is_one(piece, word, [""])
                for piece, word in zip(here, phrase.words[:-1], strict=False)
            )
            and is_one(here[-1], phrase.words[-1], ["", *_endings()])
            and not any(self.ends_after(index) for index in range(first, last))
        )

    def lead(self) -> NaiveField:
        ends = [index for index, piece in enumerate(self.pieces) if piece.after == "\n\n"]
        return NaiveField(self.pieces[: ends[0] + 1] if ends else self.pieces)

    def _with_hyphened(self, last: int) -> int:
        while (
            last + 1 < len(self.pieces)
            and self.pieces[last].after == "-"
            and self.pieces[last + 1].folded in _endings()
        ):
            last += 1
        return last


def _is(piece: Piece, word: Word, endings: list[str]) -> bool:
    if isinstance(word, Prefix):
        return piece.folded.startswith(word.letters)
    bases = FORMS if isinstance(word, Affixed) else {word}
    return piece.folded in {base + ending for base in bases for ending in endings}


def _is_exactly(piece: Piece, word: Word, endings: list[str]) -> bool:
    lower = str(word).lower()
    clitic = piece.cased.removeprefix(str(word))
    return _is(piece, lower, endings) and piece.cased != clitic and not clitic.isupper()


def _endings() -> list[str]:
    single = ["nya", "ku", "mu", "lah", "kah", "pun"]
    return single + [first + second for first in single[:3] for second in single[3:]]


def naive_evidence(
    query: Query, names: tuple[str, ...], article: dict[str, NaiveField]
) -> Evidence | None:
    if isinstance(query, Not):
        return set() if naive_evidence(query.part, names, article) is None else None
    if isinstance(query, Within):
        return naive_evidence(query.part, query.fields, article)
    if isinstance(query, And | Or):
        found = [naive_evidence(part, names, article) for part in query.parts]
        holding = [one for one in found if one is not None]
        holds = len(holding) == len(found) if isinstance(query, And) else bool(holding)
        return set().union(*holding) if holds else None
    fields = {name: article[name] for name in names if name != "lead"}
    if "lead" in names:
        fields = {"title": article["title"], "body": article["body"].lead(), **fields}
    if isinstance(query, Count):
        spans = [
            [place for phrase in _phrases(query.part) for place in one.places(phrase)]
            for one in fields.values()
        ]
        mentions = sum(_most_apart(places) for places in spans)
        if mentions < query.low or mentions > (query.high or 99):
            return None
        parts = [naive_evidence(phrase, names, article) for phrase in _phrases(query.part)]
        return set().union(*(part for part in parts if part))
    evidence: Evidence = set()
    assert isinstance(query, Phrase | Exact | Near)
    for name, one in fields.items():
        for places in _near(query, one) if isinstance(query, Near) else [one.places(query)]:
            evidence |= {(name, one.spans[a][0], one.spans[b][1]) for a, b in _merged(places)}
    return evidence or None


def _near(query: Near, one: NaiveField) -> list[list[Place]]:
    lefts = [one.places(phrase) for phrase in _phrases(query.left)]
    rights = [one.places(phrase) for phrase in _phrases(query.right)]

    def close(left: Place, right: Place) -> bool:
        after = 0 <= right[0] - left[1] - 1 <= query.distance
        return after or (not query.ordered and 0 <= left[0] - right[1] - 1 <= query.distance)

    every_left = [place for one in lefts for place in one]
    every_right = [place for one in rights for place in one]
    return [[a for a in one if any(close(a, b) for b in every_right)] for one in lefts] + [
        [b for b in one if any(close(a, b) for a in every_left)] for one in rights
    ]


def _phrases(side: Query) -> list[Phrase | Exact]:
    if isinstance(side, Or):
        return [phrase for part in side.parts for phrase in _phrases(part)]
    assert isinstance(side, Phrase | Exact)
    return [side]


def _most_apart(places: list[Place]) -> int:
    """The most of these that share no word: with the first one, or without it."""
    if not places:
        return 0
    (start, end), *others = places
    apart = [(a, b) for a, b in others if b < start or a > end]
    return max(1 + _most_apart(apart), _most_apart(others))


def _merged(places: list[Place]) -> set[Place]:
    merged = set(places)
    for a in places:
        for b in places:
            if a < b and b[0] <= a[1]:
                return _merged(
                    [one for one in places if one not in (a, b)] + [(a[0], max(a[1], b[1]))]
                )
    return merged


@settings(max_examples=200, deadline=None)
@given(PIECES, PIECES, st.lists(st.tuples(QUERIES, st.booleans()), min_size=1, max_size=6))
def test_all_watchlists_at_once_agree_with_a_naive_reading_of_each(
    title: list[Piece], body: list[Piece], queries: list[tuple[Query, bool]]
) -> None:
    fields = {"title": NaiveField(title), "body": NaiveField(body)}
    lists = [
        Watchlist(name=str(index), query=query, fields=("body",) if narrow else ("title", "body"))
        for index, (query, narrow) in enumerate(queries)
    ]
    texts = {name: one.text for name, one in fields.items()}
    matcher = Matcher(lists)
    found = {match.watchlist: match.spans for match in matcher.match(texts, None)}
    assert list(matcher.names(texts, None)) == [one.name for one in lists if one.name in found]
    for one in lists:
        expected = naive_evidence(one.query, one.fields, fields)
        spans = found.get(one.name)
        assert (None if spans is None else {(s.field, s.start, s.end) for s in spans}) == expected
        assert list(spans or ()) == sorted(set(spans or ()))
        assert all(texts[s.field][s.start : s.end] == s.text for s in spans or ())
