"""The matcher against an evaluator that knows the words by construction and tries every place."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.matching import Matcher, Watchlist
from monitor.query.nodes import And, Near, Not, Or, Phrase, Query

Evidence = set[tuple[str, int, int]]
Place = tuple[int, int]

CLITICS = ["nya", "ku", "mu", "lah", "kah", "pun", "nyalah", "kupun", "mukah"]
BASES = ["suriah", "astana", "istana", "bea", "cukai", "dan", "kpk", "ria"]
SEPARATORS = [" ", " ", " ", ", ", "-", ". ", "\n", "\n\n", " – ", "! “"]


@dataclass(frozen=True)
class Piece:
    """One word as written, as it folds, and what follows it."""

    written: str
    folded: str
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
    return Piece(written, folded, after)


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
PHRASES = st.lists(st.sampled_from(BASES), min_size=1, max_size=3).map(lambda w: Phrase(tuple(w)))
SIDES = PHRASES | st.lists(PHRASES, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
QUERIES: st.SearchStrategy[Query] = st.recursive(
    PHRASES | st.builds(Near, st.integers(0, 4), SIDES, SIDES),
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
        | inner.map(Not)
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

    def places(self, phrase: Phrase) -> list[Place]:
        return [
            (first, self._with_hyphened(first + len(phrase.words) - 1))
            for first in range(len(self.pieces) - len(phrase.words) + 1)
            if self._stands(phrase.words, first)
        ]

    def _stands(self, words: tuple[str, ...], first: int) -> bool:
        last = first + len(words) - 1
        here = [piece.folded for piece in self.pieces[first : last + 1]]
        return (
            here[:-1] == list(words[:-1])
            and here[-1] in {words[-1] + ending for ending in ["", *_endings()]}
            and not any(self.ends_after(index) for index in range(first, last))
        )

    def _with_hyphened(self, last: int) -> int:
        while (
            last + 1 < len(self.pieces)
            and self.pieces[last].after == "-"
            and self.pieces[last + 1].folded in _endings()
        ):
            last += 1
        return last


def _endings() -> list[str]:
    single = ["nya", "ku", "mu", "lah", "kah", "pun"]
    return single + [first + second for first in single[:3] for second in single[3:]]


def naive_evidence(query: Query, fields: dict[str, NaiveField]) -> Evidence | None:
    if isinstance(query, Not):
        return set() if naive_evidence(query.part, fields) is None else None
    if isinstance(query, And | Or):
        found = [naive_evidence(part, fields) for part in query.parts]
        holding = [one for one in found if one is not None]
        holds = len(holding) == len(found) if isinstance(query, And) else bool(holding)
        return set().union(*holding) if holds else None
    evidence: Evidence = set()
    for name, one in fields.items():
        for places in _near(query, one) if isinstance(query, Near) else [one.places(query)]:
            evidence |= {(name, one.spans[a][0], one.spans[b][1]) for a, b in _merged(places)}
    return evidence or None


def _near(query: Near, one: NaiveField) -> list[list[Place]]:
    lefts = [one.places(phrase) for phrase in _phrases(query.left)]
    rights = [one.places(phrase) for phrase in _phrases(query.right)]

    def close(places: list[Place], others: list[list[Place]]) -> list[Place]:
        return [
            (a, b)
            for a, b in places
            if any(0 <= c - b - 1 <= query.distance for other in others for c, _ in other)
            or any(0 <= a - d - 1 <= query.distance for other in others for _, d in other)
        ]

    return [close(one, rights) for one in lefts] + [close(one, lefts) for one in rights]


def _phrases(side: Query) -> list[Phrase]:
    if isinstance(side, Or):
        return [phrase for part in side.parts for phrase in _phrases(part)]
    assert isinstance(side, Phrase)
    return [side]


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
    found = {match.watchlist: match.spans for match in Matcher(lists).match(texts, None)}
    for one in lists:
        expected = naive_evidence(one.query, {name: fields[name] for name in one.fields})
        spans = found.get(one.name)
        assert (None if spans is None else {(s.field, s.start, s.end) for s in spans}) == expected
        assert list(spans or ()) == sorted(set(spans or ()))
        assert all(texts[s.field][s.start : s.end] == s.text for s in spans or ())
