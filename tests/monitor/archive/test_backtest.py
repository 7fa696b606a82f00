"""A watchlist as written now against what it met when the articles came."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from monitor.archive.backtest import SAMPLES, Backtest, Change, Tally
from monitor.archive.past_articles import CHUNK, PastArticles
from monitor.matching.matcher import Watchlist
from monitor.query.parser import parse
from monitor.watchlists.aliases import shipped_aliases
from tests.clocks import NOON
from tests.monitor.desk import Desk, page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, tzinfo
    from pathlib import Path

LISTS = "\n  - {name: suriah, any: [Suriah], notify: []}\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, LISTS) as opened:
        opened.visit(page("/satu", "Utusan Suriah tiba", "Isi."), page("/dua", "Bus kota", "Isi."))
        opened.clock.move(timedelta(days=1))
        opened.visit(page("/tiga", "Suriah dan Turki", "Isi.", at=opened.clock.now()))
        yield opened


def backtest(
    desk: Desk, *queries: str, since: datetime | None = None, zone: tzinfo = UTC
) -> list[Tally]:
    """The tallies of a watchlist "suriah" for the first query, and others for the rest."""
    names = ["suriah", *map(str, range(1, len(queries)))]
    parsed = [shipped_aliases().expanded(parse(query)) for query in queries]
    lists = [Watchlist(name=name, query=query) for name, query in zip(names, parsed, strict=True)]
    test = Backtest(lists)
    for chunk in PastArticles(desk.db.conn, since=since, zone=zone).chunks():
        for subject, met in chunk:
            test.read(subject, met)
    return list(test.tallies.values())


def counts(tally: Tally) -> tuple[int, int, int]:
    return tally.count(Change.KEPT), tally.count(Change.ADDED), tally.count(Change.REMOVED)


def test_an_unchanged_watchlist_matches_what_it_matched(desk: Desk) -> None:
    (tally,) = backtest(desk, "Suriah")
    assert counts(tally) == (2, 0, 0)
    assert tally.by_day() == {date(2019, 1, 2): 1, date(2019, 1, 3): 1}


def test_an_edit_shows_what_it_adds_and_what_it_removes(desk: Desk) -> None:
    (tally,) = backtest(desk, "(Suriah NOT Turki) OR bus")
    assert counts(tally) == (1, 1, 1)
    (added,), (removed,) = tally.samples[Change.ADDED], tally.samples[Change.REMOVED]
    assert (added.title, added.snippet.title_marks) == ("Bus kota", ((0, 3),))
    assert (removed.title, removed.snippet.title_marks) == ("Suriah dan Turki", ())
    assert tally.to_data()["samples"][0]["change"] == "kept"
    assert tally.to_data()["days"][0] == {"day": "2019-01-02", "kept": 1, "added": 1, "removed": 0}


def test_several_watchlists_are_tried_at_once_and_others_matches_do_not_count(desk: Desk) -> None:
    first, second = backtest(desk, "Turki", "kota")
    assert counts(first) == (1, 0, 1)
    assert counts(second) == (0, 1, 0)
    first, second = backtest(desk, "Suriah", "gajah")
    assert counts(second) == (0, 0, 0)


def test_only_articles_that_came_since_then_are_read(desk: Desk) -> None:
    (tally,) = backtest(desk, "Suriah", since=NOON + timedelta(hours=20))
    assert counts(tally) == (1, 0, 0)


def test_days_are_those_of_the_readers_calendar(desk: Desk) -> None:
    desk.db.conn.execute("UPDATE articles SET first_seen_at = '2019-01-02T20:00:00.000+00:00'")
    (tally,) = backtest(desk, "Suriah", zone=ZoneInfo("Asia/Makassar"))
    assert set(tally.by_day()) == {date(2019, 1, 3)}


def test_the_articles_own_day_decides_what_a_place_was_called(desk: Desk) -> None:
    desk.db.conn.execute("UPDATE articles SET title = 'Rapat di Nur-Sultan', body = ''")
    (tally,) = backtest(desk, "Astana")
    assert tally.now == 0
    desk.db.conn.execute("UPDATE articles SET published_on = '2020-05-05'")
    (tally,) = backtest(desk, "Astana")
    assert tally.now == 3


def test_more_articles_than_a_chunk_are_each_read_once(desk: Desk) -> None:
    columns = [row[1] for row in desk.db.conn.execute("PRAGMA table_info(articles)")]
    copied = ", ".join(column for column in columns if column not in ("id", "canonical_url"))
    desk.db.conn.execute(
        f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {CHUNK + 7}) "
        f"INSERT INTO articles ({copied}, canonical_url) "
        f"SELECT {copied}, 'https://koran.example/' || i FROM n, articles WHERE id = 1"
    )
    past = PastArticles(desk.db.conn, since=None, zone=UTC)
    read = [subject.id for chunk in past.chunks() for subject, _ in chunk]
    assert len(read) == len(set(read)) == len(past) == CHUNK + 10
    (tally,) = backtest(desk, "Suriah")
    assert counts(tally) == (2, CHUNK + 7, 0)
    assert len(tally.samples[Change.ADDED]) == SAMPLES
