"""What is learned of a source's rhythm: from any history, and near to the truth."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.rhythm.intensity import HOURS_OF_WEEK, PRIOR, weekly_intensity
from monitor.rhythm.learning import (
    Found,
    Reach,
    Rhythm,
    dump,
    expected,
    learn,
    level,
    load,
    overflow,
)
from monitor.rhythm.local_week import hour_of_week, stretches

WITA = ZoneInfo("Asia/Makassar")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clocks move by half an hour
NOW = datetime(2019, 1, 2, 4, 0, tzinfo=UTC)  # a Wednesday noon in Makassar
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

any_dates = st.datetimes(timezones=st.sampled_from([UTC, WITA, NEW_YORK]))
near_dates = st.timedeltas(-20 * DAY, 2 * DAY).map(lambda wait: NOW + wait)
looks = st.builds(
    Found,
    at=st.timedeltas(timedelta(), 40 * DAY).map(lambda wait: NOW + wait),
    published=st.lists(near_dates | any_dates, max_size=6).map(tuple),
    undated=st.integers(0, 5),
    listed=st.none() | st.integers(0, 50),
    known=st.integers(0, 50),
)
histories = st.lists(looks, max_size=12).map(lambda found: sorted(found, key=lambda one: one.at))
zones = st.sampled_from([WITA, NEW_YORK, LORD_HOWE])


def learned(history: list[Found], zone: ZoneInfo = WITA, rhythm: Rhythm | None = None) -> Rhythm:
    rhythm = rhythm or Rhythm()
    for look in history:
        rhythm = learn(rhythm, look, zone=zone)
    return rhythm


def hourly_looks(days: int, published: list[datetime], start: datetime = NOW) -> list[Found]:
    """A look at each hour, which finds what was published in the hour before."""
    instants = [start + number * HOUR for number in range(days * 24 + 1)]
    return [
        Found(at=at, published=tuple(date for date in published if at - HOUR < date <= at))
        for at in instants
    ]


def every_day(hours: range, days: int, minute: int = 30) -> list[datetime]:
    """One article in each of these local hours of Makassar, from the day after NOW on."""
    midnight = datetime(2019, 1, 3, tzinfo=WITA)
    return [
        (midnight + day * DAY + hour * HOUR + minute * MINUTE).astimezone(UTC)
        for day in range(days)
        for hour in hours
    ]


# Any history ----------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(histories, zones)
def test_any_history_gives_an_intensity_above_zero_for_every_hour(
    history: list[Found], zone: ZoneInfo
) -> None:
    rhythm = learned(history, zone)
    assert len(rhythm.intensity) == HOURS_OF_WEEK
    assert all(0 < rate < 1e6 for rate in rhythm.intensity)
    assert level(rhythm, NOW.timestamp()) > 0


@settings(max_examples=60, deadline=None)
@given(histories, zones)
def test_a_rhythm_comes_back_from_json_as_it_was(history: list[Found], zone: ZoneInfo) -> None:
    rhythm = learned(history, zone)
    assert load(json.loads(json.dumps(dump(rhythm)))) == rhythm


def test_what_another_version_wrote_is_learned_again() -> None:
    assert load({**dump(Rhythm()), "version": 2}) is None


@settings(max_examples=30, deadline=None)
@given(histories)
def test_all_is_seen_until_the_last_look(history: list[Found]) -> None:
    rhythm = learned(history)
    assert rhythm.watched_to == max((look.at for look in history), default=None)


def test_the_same_look_twice_counts_its_time_once() -> None:
    look = Found(at=NOW + HOUR, published=(NOW + 30 * MINUTE,))
    once = learned([Found(at=NOW), look])
    assert learned([look], rhythm=once).watched == once.watched


# What is learned ------------------------------------------------------------------------------------


def test_a_source_never_looked_at_publishes_as_newsrooms_do() -> None:
    assert weekly_intensity([0.0] * HOURS_OF_WEEK, [0.0] * HOURS_OF_WEEK) == pytest.approx(PRIOR)
    assert Rhythm().intensity[10] > 4 * Rhythm().intensity[3]  # Monday, ten o'clock against three


def test_a_first_listing_says_how_much_a_source_publishes() -> None:
    often = Found(at=NOW, published=tuple(NOW - number * 6 * MINUTE for number in range(40)))
    rarely = Found(at=NOW, published=tuple(NOW - number * 8 * HOUR for number in range(40)))
    assert sum(learned([often]).intensity) > 5 * sum(Rhythm().intensity)
    assert sum(learned([rarely]).intensity) < sum(Rhythm().intensity) / 5


def test_an_article_pinned_to_a_first_listing_does_not_make_the_source_rare() -> None:
    dates = [NOW - number * 10 * MINUTE for number in range(30)]
    pinned = Found(at=NOW, published=(*dates, NOW - 9 * DAY, NOW - 900 * DAY))
    plain = Found(at=NOW, published=tuple(dates))
    assert sum(learned([pinned]).intensity) == pytest.approx(sum(learned([plain]).intensity))


def test_morning_hours_are_learned_within_a_week() -> None:
    rhythm = learned(hourly_looks(8, every_day(range(5, 8), 8)))
    monday = rhythm.intensity[:24]
    assert min(monday[5:8]) > 4 * max(monday[9:])


def test_a_silent_weekend_is_told_from_workdays() -> None:
    workdays = [date for date in every_day(range(24), 21) if date.astimezone(WITA).weekday() < 5]
    rhythm = learned(hourly_looks(21, workdays))
    assert rhythm.intensity[24 + 12] > 3 * rhythm.intensity[5 * 24 + 12]


def test_what_is_long_past_is_forgotten() -> None:
    before = learned(hourly_looks(10, every_day(range(24), 10)))
    after = learned(hourly_looks(40, [], NOW + 10 * DAY), rhythm=before)
    assert sum(after.intensity) < sum(before.intensity) / 4


def test_a_burst_raises_the_level_and_passes() -> None:
    settled = learned(hourly_looks(10, every_day(range(24), 10)))
    at = NOW + 10 * DAY + HOUR
    burst = Found(at=at, published=tuple(at - number * MINUTE for number in range(12)))
    rhythm = learn(settled, burst, zone=WITA)
    assert level(rhythm, at.timestamp()) > 2
    assert level(rhythm, (at + 2 * DAY).timestamp()) < 1.3


def test_silence_where_articles_are_due_lowers_the_level() -> None:
    settled = learned(hourly_looks(10, every_day(range(24), 10)))
    rhythm = learned([Found(at=NOW + 11 * DAY)], rhythm=settled)
    assert level(rhythm, (NOW + 11 * DAY).timestamp()) < 0.6


# Dates that are wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong", [NOW + 400 * DAY, NOW + 8 * HOUR, NOW - 7 * HOUR, NOW - 9000 * DAY]
)
def test_an_article_with_an_impossible_date_came_between_the_two_looks(wrong: datetime) -> None:
    rhythm = learned([Found(at=NOW), Found(at=NOW + HOUR, published=(wrong,))])
    assert rhythm.found[2 * 24 + 12] == 1
    assert sum(rhythm.found) == 1
    assert sum(rhythm.beat) == 0


def test_an_article_without_a_date_came_between_the_two_looks() -> None:
    rhythm = learned([Found(at=NOW), Found(at=NOW + HOUR, undated=3)])
    assert rhythm.found[2 * 24 + 12] == 3


def test_an_article_that_is_listed_late_counts_from_when_it_could_be_seen() -> None:
    late = Found(at=NOW + HOUR, published=(NOW - 5 * MINUTE,))
    assert sum(learned([Found(at=NOW), late]).beat) == 1


# Listings that overflow -----------------------------------------------------------------------------


def ten_new(at: datetime, known: int = 0) -> Found:
    published = tuple(at - number * MINUTE for number in range(10))
    return Found(at=at, published=published, listed=10 + known, known=known)


def test_a_listing_of_only_new_articles_has_overflowed_and_the_loss_is_estimated() -> None:
    rhythm = learned([Found(at=NOW)])
    look = ten_new(NOW + 5 * HOUR)
    lost = overflow(rhythm, look, zone=WITA)
    assert lost.reach is Reach.OVERFLOWED
    assert lost.uncovered == 5 * HOUR - 9 * MINUTE
    assert lost.lost == pytest.approx(expected(rhythm, NOW, NOW + 5 * HOUR - 9 * MINUTE, zone=WITA))
    assert lost.lost > 4


def test_a_listing_that_reaches_back_to_what_is_known_has_lost_nothing() -> None:
    lost = overflow(learned([Found(at=NOW)]), ten_new(NOW + 5 * HOUR, known=1), zone=WITA)
    assert (lost.reach, lost.lost) == (Reach.WHOLE, 0)


def test_a_first_listing_has_lost_nothing_that_anyone_could_know_of() -> None:
    assert overflow(Rhythm(), ten_new(NOW), zone=WITA).reach is Reach.FIRST


@pytest.mark.parametrize("listed", [None, 0, 7])
def test_an_unchanged_listing_has_not_overflowed(listed: int | None) -> None:
    look = Found(at=NOW + HOUR, listed=listed, known=listed or 0)
    assert overflow(learned([Found(at=NOW)]), look, zone=WITA).reach is Reach.UNCHANGED


def test_time_that_nobody_saw_does_not_count_as_quiet() -> None:
    rhythm = learned([Found(at=NOW), ten_new(NOW + 5 * HOUR)])
    assert sum(rhythm.watched) == pytest.approx(9 / 60, rel=0.02)  # faded a little
    assert sum(rhythm.intensity) > sum(PRIOR)


def test_an_overflow_halves_the_trust_in_a_listing_and_it_comes_back_slowly() -> None:
    rhythm = learned([ten_new(NOW), ten_new(NOW + HOUR, known=10), ten_new(NOW + 2 * HOUR)])
    assert rhythm.room == 5
    kept = learned([ten_new(NOW + (3 + n) * HOUR, known=10) for n in range(40)], rhythm=rhythm)
    assert kept.room == 20


# The local week -------------------------------------------------------------------------------------

instants = st.datetimes(
    datetime(2019, 1, 1),  # noqa: DTZ001  # the zone is given apart
    datetime(2020, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@settings(max_examples=60)
@given(instants, st.timedeltas(timedelta(), 9 * DAY), zones)
def test_stretches_cover_the_time_without_gap_each_within_one_hour(
    since: datetime, span: timedelta, zone: ZoneInfo
) -> None:
    start, end = since.timestamp(), (since + span).timestamp()
    parts = list(stretches(start, end, zone))
    assert [part.start for part in parts[1:]] == [part.end for part in parts[:-1]]
    if start < end:
        assert (parts[0].start, parts[-1].end) == (start, end)
    assert all(0 <= part.hour < HOURS_OF_WEEK and part.hours <= 1 for part in parts)


def test_an_hour_that_comes_twice_is_walked_twice() -> None:
    before = datetime(2019, 11, 3, 5, 0, tzinfo=UTC)  # 01:00 in New York, and again an hour later
    hours = [one.hour for one in stretches(before.timestamp(), before.timestamp() + 7200, NEW_YORK)]
    assert hours == [6 * 24 + 1] * 2


def test_the_local_week_begins_on_monday() -> None:
    assert hour_of_week(datetime(2019, 1, 6, 16, 30, tzinfo=UTC).timestamp(), WITA) == (0, 1800)


def test_a_clock_that_ran_ahead_and_is_set_right_stops_no_learning() -> None:
    ahead = learned([*hourly_looks(2, []), Found(at=NOW + 30 * DAY)])
    after = NOW + 2 * DAY
    published = [after + (number + 0.5) * HOUR for number in range(24)]
    rhythm = learned(hourly_looks(1, published, after), rhythm=ahead)
    assert rhythm.watched_to == after + DAY
    assert rhythm.drawn_at is not None
    assert rhythm.drawn_at <= after + DAY
    assert sum(rhythm.found) > 23
