"""When the daily drill is held and judged, and what it goes out as."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.trial import sample_alert
from core.located_yaml import load
from monitor.service.drill import LATEST, Step, marked, step, story_of
from monitor.service.sections import CanaryConfig, read_service

MAKASSAR = ZoneInfo("Asia/Makassar")
DAY = date(2019, 1, 2)
SIX = datetime(2019, 1, 1, 22, tzinfo=UTC)  # six in the morning of the second, in Makassar


def read(written: str) -> CanaryConfig:
    sections, problems = read_service(load(f"canary: {written}", "config.yaml"))
    assert problems == []
    assert sections.canary is not None
    return sections.canary


DAILY = read("daily at 06:00")


def needed(after: timedelta, published_at: datetime | None = None) -> Step:
    return step(DAILY, DAY, now=SIX + after, zone=MAKASSAR, published_at=published_at)


def test_it_is_held_at_its_time_in_the_readers_zone_or_within_the_hour() -> None:
    assert needed(-timedelta(seconds=1)) is Step.NOTHING
    assert needed(timedelta()) is Step.PUBLISH
    assert needed(LATEST - timedelta(seconds=1)) is Step.PUBLISH
    assert needed(LATEST) is Step.NOTHING


def test_it_is_judged_when_its_time_is_up_and_not_for_the_rest_of_the_day() -> None:
    assert needed(timedelta(minutes=14), SIX) is Step.NOTHING
    assert needed(timedelta(minutes=15), SIX) is Step.JUDGE
    assert needed(timedelta(hours=3), SIX) is Step.NOTHING


@given(st.integers(0, 47))
@settings(max_examples=48)
def test_once_it_was_published_it_is_never_published_again(half_hours: int) -> None:
    assert needed(timedelta(minutes=30) * half_hours, SIX) is not Step.PUBLISH


def test_it_may_be_written_long_and_a_time_that_is_none_is_refused() -> None:
    assert read("{at: daily at 6:30, within: 5m}").within == timedelta(minutes=5)
    for written in ("06:00", "hourly", "daily at 24:00"):
        _, (problem,) = read_service(load(f"canary: {written}", "config.yaml"))
        assert "is no time of day: write daily at 06:00" in str(problem)


@pytest.mark.parametrize("day", [SIX.date(), SIX.date() + timedelta(days=1)])
def test_each_days_drill_has_a_number_and_an_address_of_its_own_that_no_story_has(
    day: datetime,
) -> None:
    drill = marked(sample_alert(SIX), day)
    assert drill.story == story_of(day) < 0
    assert drill.article["url"] == f"https://siaga.example/latihan/{day:%Y-%m-%d}"
