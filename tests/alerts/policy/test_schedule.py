"""When digests are due and quiet hours end, through changes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.policy.schedule import read_quiet, read_schedule

MAKASSAR, BERLIN = ZoneInfo("Asia/Makassar"), ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in ("Asia/Makassar", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe")
    ]
)
INSTANTS = st.integers(1_514_764_800, 1_798_761_600).map(lambda s: datetime.fromtimestamp(s, UTC))
TIMES = st.times().map(lambda at: f"{at:%H:%M}")
SCHEDULES = st.one_of(
    st.just("hourly"),
    TIMES.map(lambda at: f"daily at {at}"),
    st.tuples(st.sampled_from(["mon", "senin", "jumat", "sun"]), TIMES).map(
        lambda pair: f"weekly {pair[0]} {pair[1]}"
    ),
)


def at(text: str, zone: ZoneInfo = MAKASSAR) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("written", "now", "due"),
    [
        ("hourly", "2019-01-02T12:10", "2019-01-02T13:00"),
        ("daily at 07:00", "2019-01-02T06:59", "2019-01-02T07:00"),
        ("daily at 07:00", "2019-01-02T07:00", "2019-01-03T07:00"),
        ("weekly mon 07:00", "2019-01-02T12:00", "2019-01-07T07:00"),
        ("weekly Senin 07.00", "2019-01-02T12:00", "2019-01-07T07:00"),
        ("weekly jum'at at 07:00", "2019-01-02T12:00", "2019-01-04T07:00"),
    ],
)
def test_a_digest_is_due_at_the_readers_time(written: str, now: str, due: str) -> None:
    assert read_schedule(written).next_after(at(now), MAKASSAR) == at(due)


def test_a_daily_digest_stays_at_its_time_of_day_when_the_clocks_change() -> None:
    daily = read_schedule("daily at 07:00")
    for day in ("2019-03-30T12:00", "2019-10-26T12:00"):
        due = daily.next_after(at(day, BERLIN), BERLIN)
        assert due.astimezone(BERLIN).hour == 7
        assert due - at(day, BERLIN) in (timedelta(hours=18), timedelta(hours=20))


def test_a_time_that_the_clocks_leave_out_or_repeat_is_due_once_a_day() -> None:
    daily = read_schedule("daily at 02:30")
    for night in ("2019-03-30T22:00", "2019-10-26T22:00"):
        first = daily.next_after(at(night, BERLIN), BERLIN)
        second = daily.next_after(first, BERLIN)
        assert second - first > timedelta(hours=22)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2019-01-02T21:59", None),
        ("2019-01-02T22:00", "2019-01-03T06:00"),
        ("2019-01-03T05:59", "2019-01-03T06:00"),
        ("2019-01-03T06:00", None),
    ],
)
def test_quiet_hours_may_span_midnight(now: str, end: str | None) -> None:
    ends_at = read_quiet("22:00-06:00").ends_at(at(now), MAKASSAR)
    assert ends_at == (at(end) if end else None)


@pytest.mark.parametrize(
    "wrong", ["", "daily", "daily at 25:00", "weekly 07:00", "weekly noday 07:00", 7]
)
def test_another_time_to_deliver_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="no time to deliver"):
        read_schedule(wrong)


@pytest.mark.parametrize("wrong", ["22:00", "22:00-24:00", "07:00-07:00", None])
def test_other_quiet_hours_are_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="write"):
        read_quiet(wrong)


@settings(max_examples=150, deadline=None)
@given(SCHEDULES, INSTANTS, ZONES)
def test_the_next_digest_is_always_ahead_and_never_far(
    written: str, now: datetime, zone: ZoneInfo
) -> None:
    due = read_schedule(written).next_after(now, zone)
    assert now < due <= now + timedelta(days=8)


@settings(max_examples=150, deadline=None)
@given(TIMES, TIMES, INSTANTS, ZONES)
def test_quiet_hours_always_end_within_a_day_or_so(
    start: str, end: str, now: datetime, zone: ZoneInfo
) -> None:
    if start == end:
        return
    ends_at = read_quiet(f"{start}-{end}").ends_at(now, zone)
    if ends_at is not None:
        assert now < ends_at <= now + timedelta(hours=25)
