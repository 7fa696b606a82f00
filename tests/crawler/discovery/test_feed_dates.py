"""Dates as feeds write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import feed_dates

NOW = datetime(2026, 6, 8, 3, 0, tzinfo=UTC)
NOON = datetime(2026, 6, 7, 5, 0, 30, tzinfo=UTC)


def read(text: str | None) -> datetime | date | None:
    return feed_dates.read(text, timezone="Asia/Makassar", now=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 07 Jun 2026 12:00:30 WIB",
        "Sun, 07 Jun 2026 13:00:30 WITA",
        "Sun, 07 Jun 2026 14:00:30 WIT",
        "Sun, 07 Jun 2026 13:00:30",
        "Sun, 07 Jun 2026 05:00:30 GMT",
        "Sun, 07 Jun 2026 05:00:30 UT",
        "Sun, 07 Jun 2026 05:00:30 Z",
        "Sun, 07 Jun 2026 01:00:30 EDT",
        "Sun, 07 Jun 2026 13:00:30 +0800",
        "Sun, 07 Jun 2026 12:00:30 +07:00",
        "Sun, 07 Jun 2026 12:00:30 +07",
        "Sun, 07 Jun 2026 12:00:30 GMT+7",
        "Sun, 07 Jun 2026 12:00:30 UTC+0700",
        "Sun, 07 Jun 2026 12:00:30 +0700 (WIB)",
        "Sun, 07 Jun 2026 02:30:30 -0230",
        "Sun, 07 Jun 26 12:00:30 WIB",
        "07 Jun 2026 12:00:30 WIB",
        "7 Jun 2026 12.00.30 WIB",
        "Minggu, 07 Juni 2026 12:00:30 WIB",
        "Min, 7-Jun-2026 12:00:30 WIB",
        "  Sun,07 Jun 2026   12:00:30   wib ",
        "2026-06-07T12:00:30+07:00",
        "2026-06-07T05:00:30Z",
        "2026-06-07 13:00:30",
    ],
)
def test_one_instant_is_read_however_it_is_written(text: str) -> None:
    assert read(text) == NOON


@pytest.mark.parametrize(
    ("month", "number"),
    [
        ("Januari", 1),
        ("Peb", 2),
        ("Mei", 5),
        ("Agustus", 8),
        ("Agt", 8),
        ("Okt", 10),
        ("Nopember", 11),
        ("Des", 12),
    ],
)
def test_months_may_be_indonesian(month: str, number: int) -> None:
    assert read(f"Jum'at, 03 {month} 2025 08:00:00 WITA") == datetime(2025, number, 3, tzinfo=UTC)


@pytest.mark.parametrize("text", ["7 Jun 2026", "Sun, 07 Jun 2026", "2026-06-07"])
def test_a_day_without_a_time_is_a_day(text: str) -> None:
    found = read(text)
    assert found == date(2026, 6, 7)
    assert not isinstance(found, datetime)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "  ",
        "tidak lama lagi",
        "Sun, 31 Feb 2026 12:00:00 WIB",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "Mon, 01 Jan 0001 00:00:00 +0700",
        "Tue, 09 Jun 2026 03:00:01 GMT",
        "Thu, 07 Jun 2035 12:00:00 WIB",
        "x" * 100_000,
    ],
)
def test_what_is_no_date_or_an_absurd_one_is_none(text: str | None) -> None:
    assert read(text) is None


def test_an_impossible_time_leaves_the_day_and_an_impossible_offset_the_zone_of_the_site() -> None:
    assert read("Sun, 07 Jun 2026 25:00:00 WIB") == date(2026, 6, 7)
    assert read("Sun, 07 Jun 2026 13:00:30 +9900") == NOON


def test_a_clock_that_is_some_hours_ahead_is_believed() -> None:
    assert read("Tue, 09 Jun 2026 02:59:59 GMT") == NOW + timedelta(days=1, seconds=-1)


def test_a_leap_second_is_the_second_before() -> None:
    assert read("Sun, 07 Jun 2026 05:00:60 GMT") == datetime(2026, 6, 7, 5, 0, 59, tzinfo=UTC)


@settings(max_examples=100)
@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2026, 6, 7)),  # noqa: DTZ001  # the zone is drawn beside it
    st.sampled_from(["Asia/Jakarta", "Asia/Jayapura", "UTC", "America/St_Johns"]),
)
def test_what_the_standard_library_writes_is_read_back(at: datetime, zone: str) -> None:
    at = at.replace(microsecond=0, tzinfo=ZoneInfo(zone))
    if at.utcoffset() == ZoneInfo(zone).utcoffset(at.replace(tzinfo=None)):
        assert read(format_datetime(at)) == at


@given(st.text(max_size=60))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    found = read(text)
    assert found is None or feed_dates.order(found) <= NOW + feed_dates.MAX_AHEAD


def test_moments_sort_by_time_and_the_unknown_is_the_oldest() -> None:
    moments = [NOON, None, date(2026, 6, 7), date(2026, 6, 8)]
    assert sorted(moments, key=feed_dates.order) == [None, date(2026, 6, 7), NOON, date(2026, 6, 8)]
