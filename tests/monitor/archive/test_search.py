from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from monitor.archive.search import index_expression, search
from monitor.matching.matcher import Matcher, Watchlist
from monitor.query.errors import QueryError
from monitor.query.parser import MAX_DEPTH, parse

ARTICLES = [
    ("Banjir rob di Kalianak", "Air laut naik sejak subuh."),
    ("Petugas Bea Cukainya sigap", "Kapal itu ditahan di dermaga."),
    ("Suriah", "Perundingan di Astana, bersama Rusia dan Turki."),
    ("Polsek", "Ledakan di Astana Anyar, Bandung."),
    ("Suriahnya", "Delegasi kpk_ri, KPK, dan Шри Ланка."),
    ("Jalan raya", "Ia kena bea. Cukai naik."),
]


@pytest.fixture
def db() -> Database:
    archive = Database(memory=True)
    archive.conn.executescript(
        """
        CREATE TABLE articles (
            id INTEGER PRIMARY KEY, title TEXT, body TEXT, first_seen_at TEXT,
            tags TEXT DEFAULT '["bencana"]', authors TEXT DEFAULT '["Ani Lestari"]',
            editors TEXT DEFAULT '[]', section TEXT, url TEXT DEFAULT 'https://koran.example/nasional/1',
            site TEXT DEFAULT 'koran', language TEXT, published_at TEXT, published_on TEXT
        );
        CREATE VIRTUAL TABLE articles_fts USING fts5 (
            title, body, content='articles', content_rowid='id',
            tokenize='unicode61 remove_diacritics 2'
        );
        CREATE TRIGGER inserted AFTER INSERT ON articles BEGIN
            INSERT INTO articles_fts (rowid, title, body) VALUES (new.id, new.title, new.body);
        END
        """
    )
    for number, (title, body) in enumerate(ARTICLES, start=1):
        archive.execute(
            "INSERT INTO articles (id, title, body, first_seen_at) VALUES (?, ?, ?, ?)",
            [number, title, body, f"2026-01-{9 - number:02}T00:00:00.000+00:00"],
        )
    return archive


@pytest.mark.parametrize(
    ("query", "articles"),
    [
        ("Astana", [3, 4]),
        ("Astana NOT Anyar", [3]),
        ("Suriah", [3, 5]),
        ("Bea Cukai", [2]),
        ("Astana NEAR/3 (Rusia OR Turki)", [3]),
        ("Astana NEAR/0 Turki", []),
        ("NOT Astana", [1, 2, 5, 6]),
        ("Suriah OR NOT naik", [2, 3, 4, 5]),
        ("kpk_ri", [5]),
        ("шри ланка", [5]),
        ("naik AND шри", []),
        ("'; DROP TABLE articles", []),
        ("bandung OR (korup* AND x)", [4]),
        ("pet*", [2]),
        ("bea cuk*", [2]),
        ("~tahan", [2]),
        ("~kena cukai", []),
        ("Syria", [3, 5]),
        ('"KPK"c', [5]),
        ('"kpk"c', []),
        ("title:suriah AND body:astana", [3]),
        ("lead:astana", [3, 4]),
        ("tags:bencana AND naik", [1, 6]),
        ('author:"Ani Lestari" NOT di', [5, 6]),
        ("url:nasional AND site:koran AND bandung", [4]),
        ("/ka.al/", [2]),
        ("(di OR dan){2,}", [3]),
        ("astana ONEAR/3 turki", [3]),
        ("turki ONEAR/9 astana", []),
    ],
)
def test_the_archive_answers_in_the_language_of_watchlists(
    db: Database, query: str, articles: list[int]
) -> None:
    assert [found.article for found in search(db, query, limit=10)] == articles


def test_a_text_that_is_no_query_never_reaches_the_index(db: Database) -> None:
    with pytest.raises(QueryError):
        search(db, 'rob") OR title:"x', limit=10)


def test_a_search_may_name_a_watchlist(db: Database) -> None:
    perang = Watchlist(name="perang", query=parse("Suriah"), fields=("title",))
    found = search(db, "@perang NOT kpk", limit=9, watchlists=[perang])
    assert [one.article for one in found] == [3]
    with pytest.raises(QueryError, match="no watchlist 'peran'") as caught:
        search(db, "a OR @peran", limit=9, watchlists=[perang])
    assert "did you mean 'perang'" in caught.value.message
    assert caught.value.column == 6


def test_the_newest_come_first_and_no_more_than_asked_for(db: Database) -> None:
    assert [found.article for found in search(db, "NOT banjir", limit=2)] == [2, 3]
    assert search(db, "Astana", limit=0) == ()


def test_what_matched_comes_with_the_article(db: Database) -> None:
    (found,) = search(db, "Bea Cukai", limit=5)
    assert [(span.field, span.text) for span in found.match.spans] == [("title", "Bea Cukainya")]


def test_the_deepest_query_that_can_be_read_can_be_searched(db: Database) -> None:
    deep = "rob"
    for level in range(MAX_DEPTH):
        deep = f"(x NEAR y {'AND' if level % 2 else 'OR'} {deep})"
    assert index_expression(parse(deep)) is not None
    assert search(db, deep, limit=5) == ()


WORDS = st.sampled_from(
    ["astana", "suriah", "bea cukai", "kpk", "naik", "di", "kpk_ri", "шри", "rusia"]
)
QUERIES = st.recursive(
    WORDS,
    lambda inner: (
        st.builds("({} AND {})".format, inner, inner)
        | st.builds("({} OR {})".format, inner, inner)
        | st.builds("(NOT {})".format, inner)
        | st.builds("({} NEAR/2 {})".format, WORDS, WORDS)
    ),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(QUERIES)
def test_a_search_finds_what_matching_every_article_finds(db: Database, query: str) -> None:
    matcher = Matcher([Watchlist(name="q", query=parse(query))])
    expected = {
        number
        for number, (title, body) in enumerate(ARTICLES, start=1)
        if matcher.match({"title": title, "body": body}, None)
    }
    assert {found.article for found in search(db, query, limit=99)} == expected
