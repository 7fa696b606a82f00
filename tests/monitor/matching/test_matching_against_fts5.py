"""The matcher against SQLite's full text index, over text that both cut into the same words.

They differ in one thing on purpose: to FTS5 one word may be both sides of a NEAR ("kota NEAR/5 kota"
holds wherever kota stands once); here the sides never share a word. So the sides drawn share none.
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.matching.matcher import Matcher, Watchlist
from monitor.query.nodes import And, Near, Not, Or, Phrase, Prefix, Query
from monitor.query.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WORDS = ["suriah", "astana", "istana", "bea", "cukai", "dan", "di", "turki", "utusan", "sidang"]
LEFT, RIGHT = WORDS[:5], WORDS[5:]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join)
ARTICLES = st.lists(st.tuples(TEXTS, TEXTS), min_size=3, max_size=6)


def phrases(words: Sequence[str]) -> st.SearchStrategy[Phrase]:
    one = st.sampled_from(words)
    return st.lists(one, min_size=1, max_size=3).map(lambda row: Phrase(tuple(row)))


def sides(words: Sequence[str]) -> st.SearchStrategy[Query]:
    several = st.lists(phrases(words), min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
    return phrases(words) | several


LEAVES = (
    phrases(WORDS)
    | st.sampled_from([Phrase((Prefix("ast"),)), Phrase(("utusan", Prefix("sur")))])
    | st.builds(Near, st.integers(0, 5), sides(LEFT), sides(RIGHT))
)
QUERIES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts)))
        | st.tuples(inner, inner).map(lambda pair: And((pair[0], Not(pair[1]))))
    ),
    max_leaves=5,
)


def expression(query: Query) -> str:
    """A query as FTS5 writes it."""
    match query:
        case Phrase(words=words):
            text = " ".join(
                word.letters if isinstance(word, Prefix) else str(word) for word in words
            )
            return f'"{text}"' + (" *" if isinstance(words[-1], Prefix) else "")
        case Near():
            pairs = [(one, other) for one in _parts(query.left) for other in _parts(query.right)]
            nears = (
                f"NEAR({expression(one)} {expression(other)}, {query.distance})"
                for one, other in pairs
            )
            return f"({' OR '.join(nears)})"
        case Or(parts=parts):
            return f"({' OR '.join(map(expression, parts))})"
        case And(parts=(held, Not(part=denied))):
            return f"({expression(held)} NOT {expression(denied)})"
        case And(parts=parts):
            return f"({' AND '.join(map(expression, parts))})"
        case _:
            raise AssertionError(query)


def _parts(side: Query) -> tuple[Query, ...]:
    return side.parts if isinstance(side, Or) else (side,)


def found_by_fts5(articles: Sequence[tuple[str, str]], queries: Iterable[Query]) -> list[set[int]]:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE texts USING fts5 (title, body)")
        for number, (title, body) in enumerate(articles):
            db.execute(
                "INSERT INTO texts (rowid, title, body) VALUES (?, ?, ?)", (number, title, body)
            )
        asked = "SELECT rowid FROM texts WHERE texts MATCH ?"
        return [{row[0] for row in db.execute(asked, (expression(one),))} for one in queries]


def found_by_us(articles: Sequence[tuple[str, str]], queries: Iterable[Query]) -> list[set[int]]:
    lists = [Watchlist(name=str(number), query=query) for number, query in enumerate(queries)]
    matcher = Matcher(lists)
    met = [matcher.names({"title": title, "body": body}, None) for title, body in articles]
    return [{number for number, names in enumerate(met) if one.name in names} for one in lists]


@settings(max_examples=80, deadline=None)
@given(ARTICLES, st.lists(QUERIES, min_size=1, max_size=5))
def test_every_query_finds_what_the_index_finds(
    articles: list[tuple[str, str]], queries: list[Query]
) -> None:
    assert found_by_us(articles, queries) == found_by_fts5(articles, queries)


def test_three_thousand_queries_find_what_the_index_finds_in_long_texts() -> None:
    rng = random.Random(3)
    vocabulary = [one + two for one in ("ba", "ke", "mi", "po", "su") for two in "bdgrst"] + WORDS
    articles = [
        (" ".join(rng.choices(vocabulary, k=8)), " ".join(rng.choices(vocabulary, k=90)))
        for _ in range(60)
    ]

    def word() -> str:
        return rng.choice(vocabulary)

    def row() -> str:
        return f'"{word()} {word()}"'

    def drawn() -> str:
        one, other = rng.sample(vocabulary, 2)
        distance = rng.choice([0, 1, 3, 8])
        kinds = (
            f"{one} NEAR/{distance} {other}",
            f"{word()} AND ({word()} OR {row()})",
            f"{row()} AND NOT {word()}",
            f"{row()} OR ({one} NEAR/{distance} {other})",
        )
        return rng.choice(kinds)

    queries = [parse(drawn()) for _ in range(3_000)]
    assert found_by_us(articles, queries) == found_by_fts5(articles, queries)


def test_one_word_is_never_both_sides_of_a_near() -> None:
    articles = [("wali kota datang", ""), ("kota tua di kota baru", "")]
    queries = [parse("kota NEAR/5 kota"), parse('"wali kota" NEAR/5 kota')]
    assert found_by_us(articles, queries) == [{1}, set()]
    assert found_by_fts5(articles, queries) == [{0, 1}, {0}]
