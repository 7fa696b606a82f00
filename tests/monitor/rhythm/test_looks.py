"""When sites are looked at: spread, on time, and never before they allow it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.rhythm.intervals import first_look, next_look

NOW = datetime(2019, 1, 2, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

instants = st.datetimes(datetime(2019, 1, 1), datetime(2019, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # the zone is given apart
intervals = st.timedeltas(SECOND, timedelta(days=2))
spans = st.timedeltas(timedelta(), timedelta(days=3))
names = st.text(min_size=1, max_size=20)


@given(names, intervals, st.integers(1, 5000), instants)
def test_a_first_look_comes_within_one_interval(
    name: str, every: timedelta, sites: int, now: datetime
) -> None:
    at = first_look(name, due_at=None, every=every, sites=sites, now=now)
    assert now <= at <= now + every
    assert at - now <= timedelta(seconds=sites / 2)


@given(names, intervals, instants, spans)
def test_a_look_that_was_planned_before_a_restart_keeps_its_time(
    name: str, every: timedelta, now: datetime, wait: timedelta
) -> None:
    due_at = now + wait
    at = first_look(name, due_at=due_at, every=every, sites=3, now=now)
    if now < due_at <= now + every:
        assert at == due_at
    else:  # overdue, or planned when the site was looked at more rarely
        assert now <= at <= now + every


@settings(max_examples=20)
@given(st.integers(20, 400), st.integers(0, 10**6))
def test_many_sites_due_at_once_are_spread(count: int, seed: int) -> None:
    looks = sorted(
        first_look(
            f"situs-{seed}-{number}",
            due_at=NOW - timedelta(days=1),
            every=timedelta(minutes=10),
            sites=count,
            now=NOW,
        )
        for number in range(count)
    )
    crowd = max(sum(start <= other < start + SECOND for other in looks) for start in looks)
    assert crowd <= 15  # two, and what chance adds to that


def test_the_spread_does_not_change_from_one_start_to_the_next() -> None:
    def planned() -> datetime:
        return first_look("rakyatku", due_at=None, every=timedelta(minutes=10), sites=50, now=NOW)

    assert planned() == planned()


@given(instants, intervals, st.none() | instants, spans)
def test_the_next_look_lies_ahead_and_never_before_the_site_allows_it(
    planned_at: datetime, every: timedelta, not_before: datetime | None, took: timedelta
) -> None:
    now = planned_at + took
    at = next_look(planned_at=planned_at, every=every, not_before=not_before, now=now)
    assert at > now
    if not_before is not None:
        assert at >= not_before
    else:
        assert at <= now + every


@given(instants, intervals, st.lists(st.floats(0, 5), min_size=1, max_size=50))
def test_looks_do_not_drift_however_long_each_takes(
    start: datetime, every: timedelta, durations: list[float]
) -> None:
    """Durations are in intervals: some looks take longer than one."""
    planned_at = start
    for duration in durations:
        planned_at = next_look(
            planned_at=planned_at, every=every, not_before=None, now=planned_at + duration * every
        )
        assert (planned_at - start) % every == timedelta()


@given(instants, intervals)
def test_missed_looks_are_not_made_up_for(planned_at: datetime, every: timedelta) -> None:
    at = next_look(
        planned_at=planned_at, every=every, not_before=None, now=planned_at + 100 * every
    )
    assert at == planned_at + 101 * every
