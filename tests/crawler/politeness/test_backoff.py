from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.outcomes import Outcome
from crawler.politeness.backoff import GENTLE, GENTLE_LONGEST, LONGEST, Trouble, not_before

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
TEN = timedelta(minutes=10)
DAY = timedelta(days=1)

outcomes = st.sampled_from(sorted(Outcome))
everies = st.timedeltas(timedelta(seconds=1), timedelta(days=3))


def trouble(
    outcome: Outcome, failures: int, *, lasted: timedelta = timedelta(), at: datetime = NOW
) -> Trouble:
    return Trouble(outcome=outcome, failures=failures, since=at - lasted, at=at)


@given(outcomes, st.integers(1, 10_000), everies, st.timedeltas(timedelta(), timedelta(days=900)))
def test_a_wait_is_never_shorter_than_the_interval_nor_longer_than_a_day(
    outcome: Outcome, failures: int, every: timedelta, lasted: timedelta
) -> None:
    wait = not_before(trouble(outcome, failures, lasted=lasted), every=every) - NOW
    assert every <= wait <= max(every, LONGEST)


@given(outcomes, st.integers(1, 200), everies)
def test_waits_grow_with_the_failures(outcome: Outcome, failures: int, every: timedelta) -> None:
    one = not_before(trouble(outcome, failures), every=every)
    assert not_before(trouble(outcome, failures + 1), every=every) >= one


def test_what_the_site_itself_does_wrong_is_asked_for_half_as_often_each_time() -> None:
    waits = [not_before(trouble(Outcome.GONE, n), every=TEN) - NOW for n in (1, 2, 3, 4, 30)]
    assert waits == [TEN, 2 * TEN, 4 * TEN, 8 * TEN, DAY]


@pytest.mark.parametrize("outcome", sorted(GENTLE))
def test_what_our_own_network_may_be_to_blame_for_is_waited_out_gently_for_a_day(
    outcome: Outcome,
) -> None:
    assert not_before(trouble(outcome, 40, lasted=DAY / 2), every=TEN) - NOW == GENTLE_LONGEST
    assert not_before(trouble(outcome, 40, lasted=DAY), every=TEN) - NOW == LONGEST


def test_what_broke_the_worker_is_asked_once_more_and_then_left_alone_for_an_hour_and_longer() -> (
    None
):
    second = timedelta(seconds=1)
    waits = [not_before(trouble(Outcome.QUARANTINED, n), every=second) - NOW for n in (1, 2, 3)]
    assert waits == [second, timedelta(hours=1), timedelta(hours=2)]


@given(outcomes, everies)
def test_a_source_that_fails_for_months_is_still_asked_every_day_or_at_its_interval(
    outcome: Outcome, every: timedelta
) -> None:
    at, asked = NOW, 0
    while at < NOW + timedelta(days=60):
        asked += 1
        at = not_before(trouble(outcome, asked, lasted=at - NOW, at=at), every=every)
    assert asked >= 60 * DAY // max(DAY, every)
