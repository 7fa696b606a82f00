"""When an article is looked at again, and what a look that found nothing there means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.job import Fetch
from crawler.outcomes import SENT_HOME, Outcome
from crawler.revisions.relooks import (
    CONFIRMED_AFTER,
    RETRIES,
    STEPS,
    Absence,
    Finding,
    absence_of,
    absent,
    next_step,
    planned,
)

SEEN = datetime(2026, 11, 22, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_steps_are_an_hour_six_a_day_a_week_and_a_month() -> None:
    found, at = [], SEEN
    while (step := next_step(SEEN, at)) is not None:
        found.append(step - SEEN)
        at = step
    assert found == list(STEPS)


def test_steps_that_were_missed_are_not_made_up_for() -> None:
    at = SEEN + timedelta(days=3)
    plan = planned(Finding.SAME, first_seen_at=SEEN, tries=0, at=at)
    assert plan.due_at == SEEN + timedelta(days=7)


def test_after_the_last_step_there_is_none() -> None:
    at = SEEN + STEPS[-1]
    assert planned(Finding.SAME, first_seen_at=SEEN, tries=0, at=at).due_at is None


def test_a_look_that_told_nothing_is_repeated_a_few_times_between_the_steps() -> None:
    at, tries, waits = SEEN + STEPS[2], 0, []
    for _ in range(len(RETRIES) + 1):
        plan = planned(Finding.FAILED, first_seen_at=SEEN, tries=tries, at=at)
        assert plan.due_at is not None
        waits.append(plan.due_at - at)
        at, tries = plan.due_at, plan.tries
    assert waits[:-1] == list(RETRIES)
    assert at == SEEN + STEPS[3]


def test_a_page_that_broke_the_worker_is_not_asked_for_again() -> None:
    plan = planned(Finding.SET_ASIDE, first_seen_at=SEEN, tries=0, at=SEEN + STEPS[0])
    assert plan.due_at is None


def test_a_missing_article_is_asked_for_once_more_before_that_is_believed() -> None:
    at = SEEN + STEPS[0]
    plan = planned(Finding.MISSING, first_seen_at=SEEN, tries=0, at=at)
    assert plan.due_at == at + CONFIRMED_AFTER
    for how in Absence:
        first = absent(how, doubted=False, gone=False)
        assert first is (Finding.GONE if how is Absence.REMOVED else Finding.MISSING)
        assert absent(how, doubted=True, gone=False) is Finding.GONE


@given(
    st.sampled_from(Finding),
    st.integers(0, 5),
    st.timedeltas(timedelta(), timedelta(days=40)),
)
def test_the_next_look_is_always_to_come_and_never_soon(
    finding: Finding, tries: int, age: timedelta
) -> None:
    plan = planned(finding, first_seen_at=SEEN, tries=tries, at=SEEN + age)
    assert plan.due_at is None or plan.due_at > SEEN + age
    if finding is Finding.SAME and plan.due_at is not None:
        assert plan.due_at - SEEN in STEPS


@pytest.mark.parametrize(
    ("outcome", "status", "detail", "how"),
    [
        (Outcome.GONE, 404, None, Absence.NOT_FOUND),
        (Outcome.GONE, 410, None, Absence.REMOVED),
        (Outcome.GONE, 200, SENT_HOME, Absence.SENT_HOME),
        (Outcome.GONE, 200, "the page says that there is nothing", Absence.SAID_SO),
        (Outcome.SERVER_ERROR, 503, None, None),
        (Outcome.READ, 200, None, None),
        (Outcome.REFUSED, 403, None, None),
    ],
)
def test_ways_of_not_being_there_are_told_apart(
    outcome: Outcome, status: int, detail: str | None, how: Absence | None
) -> None:
    fetch = Fetch(
        url="https://koran.example/1",
        kind="relook",
        at=SEEN,
        outcome=outcome,
        status=status,
        detail=detail,
    )
    assert absence_of(fetch) is how
