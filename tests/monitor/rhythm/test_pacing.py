"""When sources are looked at again: within the budget and every limit, and sooner where news is likely."""

from __future__ import annotations

import heapq
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.rhythm.intensity import HOURS_OF_WEEK, PRIOR
from monitor.rhythm.learning import BEATS, Found, Recent, Rhythm, learn
from monitor.rhythm.pacing import Pace, Planned, Reason, Watched, next_look, set_pace, spend

WITA = ZoneInfo("Asia/Makassar")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2019, 1, 2, 4, 0, tzinfo=UTC)  # a Wednesday noon in Makassar
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

rates = st.floats(1e-6, 1e3)
rhythms = st.builds(
    Rhythm,
    intensity=st.lists(rates, min_size=24, max_size=24).map(lambda day: tuple(day) * 7),
    beat=st.lists(st.floats(0, 1e4), min_size=BEATS, max_size=BEATS).map(tuple),
    recent=st.tuples(*[st.builds(Recent, found=st.floats(0, 1e3), expected=st.floats(0, 1e3))] * 2),
    room=st.none() | st.floats(1, 500),
    watched_to=st.none() | st.just(NOW),
)
sources = st.builds(
    Watched,
    rhythm=rhythms,
    zone=st.sampled_from([WITA, NEW_YORK]),
    weight=st.floats(0.1, 10),
    min_every=st.timedeltas(timedelta(seconds=1), 2 * HOUR),
    max_every=st.timedeltas(HOUR, 2 * DAY),
)
budgets = st.floats(1, 1e5)


def even(a_day: float, **more: object) -> Watched:
    """A source that publishes so many articles a day, at all hours alike."""
    rhythm = Rhythm(intensity=(a_day / 24,) * HOURS_OF_WEEK)
    return replace(Watched(rhythm=rhythm, zone=WITA), **more)  # type: ignore[arg-type]  # its fields


def pace_for(*watched: Watched, looks_per_day: float) -> Pace:
    return set_pace(None, watched, looks_per_day=looks_per_day, now=NOW)


def wait(source: Watched, pace: Pace, at: datetime = NOW) -> timedelta:
    return next_look(source, pace, looked_at=at, now=at).at - at


def close(one: timedelta, other: timedelta) -> bool:
    return abs(one - other) < 0.01 * other


# Limits ---------------------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(sources, budgets, st.timedeltas(-DAY, 10 * DAY))
def test_no_look_comes_before_the_shortest_nor_after_the_longest_interval(
    source: Watched, looks_per_day: float, after: timedelta
) -> None:
    looked_at = NOW + after
    planned = next_look(
        source, pace_for(source, looks_per_day=looks_per_day), looked_at=looked_at, now=looked_at
    )
    slack = timedelta(milliseconds=1)
    longest = max(source.min_every, source.max_every)
    assert looked_at + source.min_every <= planned.at <= looked_at + longest + slack


@settings(max_examples=80, deadline=None)
@given(sources, budgets, st.timedeltas(timedelta(), 9 * DAY), st.timedeltas(timedelta(), HOUR))
def test_a_later_look_never_leads_to_an_earlier_next(
    source: Watched, looks_per_day: float, after: timedelta, more: timedelta
) -> None:
    pace = pace_for(source, looks_per_day=looks_per_day)
    first, second = NOW + after, NOW + after + more
    slack = timedelta(milliseconds=1)
    assert first + wait(source, pace, first) <= second + wait(source, pace, second) + slack


@settings(max_examples=40, deadline=None)
@given(sources, budgets, st.timedeltas(-DAY, DAY), st.timedeltas(-DAY, DAY))
def test_no_look_is_planned_for_the_past_or_before_the_site_allows(
    source: Watched, looks_per_day: float, ago: timedelta, allowed: timedelta
) -> None:
    pace = pace_for(source, looks_per_day=looks_per_day)
    planned = next_look(source, pace, looked_at=NOW - abs(ago), now=NOW, not_before=NOW + allowed)
    assert planned.at >= max(NOW, NOW + allowed)


def test_a_site_that_asks_for_patience_is_given_it() -> None:
    source = even(24)
    until = NOW + 3 * DAY
    planned = next_look(
        source, pace_for(source, looks_per_day=24), looked_at=NOW, now=NOW, not_before=until
    )
    assert planned == Planned(at=until, reason=Reason.NOT_BEFORE)


def test_a_source_that_publishes_nothing_is_looked_at_now_and_then() -> None:
    dead, lively = even(0.0001), even(500)
    planned = next_look(dead, pace_for(dead, lively, looks_per_day=40), looked_at=NOW, now=NOW)
    assert planned.reason is Reason.MAX_EVERY
    assert close(planned.at - NOW, 12 * HOUR)


def test_a_source_that_publishes_without_end_is_not_pressed() -> None:
    source = even(1e5, min_every=5 * MINUTE)
    planned = next_look(source, pace_for(source, looks_per_day=1e5), looked_at=NOW, now=NOW)
    assert planned == Planned(at=NOW + 5 * MINUTE, reason=Reason.MIN_EVERY)


# The budget -----------------------------------------------------------------------------------------


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no looks"):
        pace_for(even(1), looks_per_day=0)


def test_looks_stand_by_the_square_root_of_what_sources_publish() -> None:
    rare, often = even(4), even(100)
    pace = pace_for(rare, often, looks_per_day=120)
    assert close(wait(rare, pace), 72 * MINUTE)  # 20 looks a day
    assert close(wait(often, pace), 14.4 * MINUTE)  # and 100


def test_a_source_that_matters_more_is_looked_at_more_often() -> None:
    light, heavy = even(24), even(24, weight=4.0)
    pace = pace_for(light, heavy, looks_per_day=72)
    assert close(wait(light, pace), 2 * wait(heavy, pace))


def test_without_sources_there_is_a_pace_all_the_same() -> None:
    assert pace_for(looks_per_day=10).planned == (0.0,) * HOURS_OF_WEEK


@settings(max_examples=40, deadline=None)
@given(st.lists(sources, min_size=1, max_size=5), st.floats(0.05, 0.95))
def test_what_is_planned_for_a_week_is_the_budget(watched: list[Watched], part: float) -> None:
    watched = [replace(one, rhythm=replace(one.rhythm, room=None)) for one in watched]
    fewest = sum(DAY / max(one.max_every, one.min_every) for one in watched)
    most = sum(DAY / one.min_every for one in watched)
    assume(fewest < 0.99 * most)
    looks_per_day = fewest + part * (most - fewest)
    pace = pace_for(*watched, looks_per_day=looks_per_day)
    assert sum(pace.planned) / 7 == pytest.approx(looks_per_day, rel=0.01)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("zone", [WITA, NEW_YORK])
def test_a_week_of_looks_keeps_to_the_budget(seed: int, zone: ZoneInfo) -> None:
    rng = random.Random(seed)
    start = datetime(2019, 3, 6, tzinfo=UTC)  # New York sets its clocks forward in this week
    a_day = [rng.lognormvariate(2.5, 1) for _ in range(6)]
    made = simulated(a_day, zone, start, 14 * DAY, looks_per_day=6 * 48, rng=rng)
    second_week = sum(start + 7 * DAY <= at for at in made)
    assert second_week == pytest.approx(7 * 6 * 48, rel=0.02)


def simulated(
    a_day: list[float],
    zone: ZoneInfo,
    start: datetime,
    span: timedelta,
    *,
    looks_per_day: float,
    rng: random.Random,
) -> list[datetime]:
    """The instants of all looks at sources that publish so many articles a day, in newsroom hours."""
    watched = [Watched(rhythm=Rhythm(), zone=zone) for _ in a_day]
    pace = set_pace(None, watched, looks_per_day=looks_per_day, now=start)
    due = [(start + index * MINUTE, index) for index in range(len(a_day))]
    made: list[datetime] = []
    while due[0][0] < start + span:
        at, index = heapq.heappop(due)
        made.append(at)
        since = watched[index].rhythm.watched_to or at
        rate = a_day[index] / 24 * PRIOR[at.astimezone(zone).hour]
        new = tuple(
            since + rng.random() * (at - since) for _ in range(count(rng, rate, at - since))
        )
        rhythm = learn(watched[index].rhythm, Found(at=at, published=new), zone=zone)
        watched[index] = replace(watched[index], rhythm=rhythm)
        if len(made) % 100 == 0:
            pace = set_pace(pace, watched, looks_per_day=looks_per_day, now=at)
        pace = spend(pace, now=at)
        heapq.heappush(due, (next_look(watched[index], pace, looked_at=at, now=at).at, index))
    return made


def count(rng: random.Random, rate: float, span: timedelta) -> int:
    mean, number = rate * (span / HOUR), 0
    while (mean := mean - rng.expovariate(1)) > 0:
        number += 1
    return number


@settings(max_examples=40, deadline=None)
@given(st.lists(st.timedeltas(timedelta(), 2 * DAY), max_size=40), budgets)
def test_looks_beyond_plan_slow_the_next_ones_and_a_standstill_is_not_made_up_for(
    waits: list[timedelta], looks_per_day: float
) -> None:
    source = even(24)
    pace = pace_for(source, looks_per_day=looks_per_day)
    now = NOW
    for one in waits:
        now += one
        pace = spend(pace, now=now)
    assert abs(pace.overspent) <= looks_per_day / 4 + 1
    again = spend(pace, now=now)
    assert wait(source, again, now) >= wait(source, pace, now)


# What brings a look closer --------------------------------------------------------------------------


def test_a_burst_brings_the_next_look_closer() -> None:
    source = even(24)
    pace = pace_for(source, looks_per_day=24)
    before = learn(source.rhythm, Found(at=NOW - HOUR), zone=WITA)
    burst = Found(at=NOW, published=tuple(NOW - number * MINUTE for number in range(20)))
    bursting = replace(
        source, rhythm=replace(learn(before, burst, zone=WITA), intensity=(1.0,) * 168)
    )
    planned = next_look(bursting, pace, looked_at=NOW, now=NOW)
    assert planned.reason is Reason.BURST
    assert planned.at - NOW < 0.7 * wait(source, pace)


def test_a_short_listing_is_looked_at_before_it_can_overflow() -> None:
    source = even(240)
    short = replace(source, rhythm=replace(source.rhythm, room=5.0))
    planned = next_look(short, pace_for(source, looks_per_day=24), looked_at=NOW, now=NOW)
    assert planned.reason is Reason.ROOM
    assert close(planned.at - NOW, 15 * MINUTE)  # two and a half articles


def test_looks_come_just_after_the_full_hours_at_which_a_source_publishes() -> None:
    beat = (200.0, *[0.0] * (BEATS - 1))
    source = even(24)
    source = replace(source, rhythm=replace(source.rhythm, beat=beat))
    pace = pace_for(source, looks_per_day=24)
    at, minutes = NOW + 17 * MINUTE, []
    for _ in range(12):
        at = next_look(source, pace, looked_at=at, now=at).at
        minutes.append(at.minute)
    assert sum(minute <= 5 for minute in minutes) >= 10


def test_a_beat_changes_where_looks_stand_not_how_many_there_are() -> None:
    source = even(24)
    beaten = replace(source, rhythm=replace(source.rhythm, beat=(200.0, *[0.0] * (BEATS - 1))))
    pace = pace_for(source, looks_per_day=96)

    def looks(watched: Watched) -> int:
        at, number = NOW, 0
        while at < NOW + 5 * DAY:
            at, number = next_look(watched, pace, looked_at=at, now=at).at, number + 1
        return number

    assert looks(beaten) == pytest.approx(looks(source), rel=0.02)


def test_nights_are_looked_at_less_than_days() -> None:
    source = Watched(rhythm=Rhythm(), zone=WITA)
    pace = pace_for(source, looks_per_day=48)
    night = datetime(2019, 1, 2, 17, 30, tzinfo=UTC)  # half past one in Makassar
    assert wait(source, pace, night) > 2 * wait(source, pace, NOW)
