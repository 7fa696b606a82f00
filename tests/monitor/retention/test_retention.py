"""What `keep:` may say, and what becomes of what is old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from core.errors import ConfigError
from monitor.config import read_config
from monitor.disk_use import DiskUse, growth
from monitor.retention.rules import (
    FOREVER,
    Aged,
    Fate,
    Horizons,
    KeepConfig,
    fate,
    fate_of_message,
    fate_of_text,
    horizons,
)

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = 365 * DAY
OLD = Horizons(articles=NOW - YEAR, bodies=NOW - 100 * DAY, matches=NOW - 2 * YEAR, log=None)


def keep(tmp_path: Path, written: str) -> KeepConfig:
    path = tmp_path / "config.yaml"
    path.write_text(f"sites: []\nkeep: {written}\n", encoding="utf-8")
    return read_config(path, environment={}).keep


def aged(
    days: int, *, matched: int | None = None, unread: bool = False, owed: bool = False
) -> Aged:
    return Aged(
        first_seen_at=NOW - days * DAY,
        matched_at=None if matched is None else NOW - matched * DAY,
        unread=unread,
        owed=owed,
    )


def test_without_a_word_everything_but_the_notes_stays_for_ever(tmp_path: Path) -> None:
    old = horizons(keep(tmp_path, "null"), NOW)
    assert old == Horizons(log=NOW - 90 * DAY)


@pytest.mark.parametrize("written", ["2y", "730d", "{articles: 2y}"])
def test_a_span_alone_is_that_of_articles_and_what_met_a_watchlist_stays_twice_as_long(
    tmp_path: Path, written: str
) -> None:
    old = horizons(keep(tmp_path, written), NOW)
    assert (old.articles, old.bodies, old.matches) == (
        NOW - 2 * YEAR,
        NOW - 2 * YEAR,
        NOW - 4 * YEAR,
    )


def test_each_kind_may_have_a_span_of_its_own(tmp_path: Path) -> None:
    kept = keep(tmp_path, "{articles: 1y, bodies: 6mo, matches: forever, log: 30d}")
    assert (kept.articles, kept.of_bodies, kept.of_matches, kept.log) == (
        YEAR,
        180 * DAY,
        FOREVER,
        30 * DAY,
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("5d", "nothing goes before 30d"),
        ("3", "no time to keep: write 90d, 6mo, 2y or forever"),
        ("{artikel: 2y}", "did you mean 'articles'"),
        ("{articles: 2y, matches: 1y}", "as long as `articles`"),
        ("{matches: 2y}", "left out: forever"),
        ("{articles: 30d, matches: 31d}", "60d or longer"),
    ],
)
def test_what_cannot_be_meant_is_told_at_its_place(tmp_path: Path, written: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        keep(tmp_path, written)
    assert caught.value.problems[0].line == 2


@pytest.mark.parametrize(
    ("article", "whole", "text"),
    [
        (aged(99), Fate.YOUNG, Fate.YOUNG),
        (aged(101), Fate.YOUNG, Fate.GOES),
        (aged(366), Fate.GOES, Fate.WITH_THE_WHOLE),
        (aged(366, matched=366), Fate.MATCHED, Fate.GOES),
        (aged(731, matched=731), Fate.GOES, Fate.WITH_THE_WHOLE),
        (aged(731, matched=10), Fate.MATCHED, Fate.GOES),
        (aged(366, unread=True), Fate.UNREAD, Fate.WITH_THE_WHOLE),
        (aged(101, unread=True), Fate.YOUNG, Fate.UNREAD),
        (aged(900, matched=900, owed=True), Fate.OWED, Fate.WITH_THE_WHOLE),
        (aged(101, matched=101, owed=True), Fate.YOUNG, Fate.OWED),
    ],
)
def test_texts_go_before_articles_and_what_was_matched_stays_longest(
    article: Aged, whole: Fate, text: Fate
) -> None:
    assert (fate(article, OLD), fate_of_text(article, OLD)) == (whole, text)


def test_a_message_stays_while_it_is_owed_or_others_were_told_within_it() -> None:
    assert fate_of_message(owed=True, carries=True) is Fate.OWED
    assert fate_of_message(owed=False, carries=True) is Fate.CARRIES
    assert fate_of_message(owed=False, carries=False) is Fate.GOES


# The disk -----------------------------------------------------------------------------------------


def test_growth_is_counted_over_the_week_or_what_is_known_of_it() -> None:
    today = NOW.date()
    sizes = {today - n * DAY: 1000 - 100 * n for n in range(10)}
    assert growth(sizes, 1100, today) == round((1100 - 300) / 7)
    assert growth({today - 2 * DAY: 500}, 1100, today) == 300
    assert growth({today: 500, today - 30 * DAY: 1}, 1100, today) is None


@pytest.mark.parametrize(("a_day", "days"), [(None, None), (0, None), (-5, None), (300, 33)])
def test_a_disk_is_full_in_so_many_days_where_the_database_grows(
    a_day: int | None, days: int | None
) -> None:
    use = DiskUse(octets=1, free_in_file=0, free_on_disk=10_000, a_day=a_day, due=0)
    assert use.full_in_days == days
