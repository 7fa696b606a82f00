"""A week in a line: days as the reader lives them, and no watch is not the same as no news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.health.sparkline import bounds, by_day, counts, sparkline
from monitor.health.watch import Stretch

WITA = ZoneInfo("Asia/Makassar")
NOW = datetime(2019, 1, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_week_ends_tonight_where_the_reader_is() -> None:
    marks = bounds(NOW, WITA)
    assert len(marks) == 29
    assert marks[0] == datetime(2018, 12, 27, tzinfo=WITA)
    assert marks[-1] == datetime(2019, 1, 3, tzinfo=WITA)


def test_an_hour_that_nobody_watched_is_unknown_and_one_that_was_is_nought() -> None:
    marks = bounds(NOW, WITA)
    watched = [Stretch(since=NOW - DAY, until=NOW)]
    week = counts([NOW - DAY / 2, NOW - DAY / 2, NOW], watched, marks)
    assert week[:22] == [None] * 22
    assert week[22:] == [0, 0, 2, 0, 1, None]
    assert by_day(week) == [None] * 5 + [0, 3]


def test_a_line_shows_no_news_lowest_a_little_higher_and_the_most_highest() -> None:
    assert sparkline([None, 0, 1, 50, 100]) == "·▁▂▅█"
    assert sparkline([None, None]) == "··"
    assert sparkline([0, 0]) == "▁▁"
