from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.outcomes import OURS, Outcome, next_try, of_status, stands_in

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
FINAL = {Outcome.READ, Outcome.DUPLICATE, Outcome.NOT_AN_ARTICLE}


@pytest.mark.parametrize("outcome", sorted(OURS | {Outcome.GONE}))
@pytest.mark.parametrize("tries", [1, 2, 9])
def test_our_own_refusals_and_what_is_gone_never_let_a_feed_stand_in(
    outcome: Outcome, tries: int
) -> None:
    assert not stands_in(outcome, tries)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.REFUSED,
        Outcome.NO_TEXT,
        Outcome.NOT_AN_ARTICLE,
        Outcome.TOO_LARGE,
        Outcome.CUT_SHORT,
    ],
)
def test_what_hides_the_page_lets_it_at_once(outcome: Outcome) -> None:
    assert stands_in(outcome, 1)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.TIMEOUT,
        Outcome.SERVER_ERROR,
        Outcome.CONNECTION_ERROR,
        Outcome.NO_SUCH_HOST,
        Outcome.TLS_ERROR,
        Outcome.THROTTLED,
    ],
)
def test_what_merely_failed_lets_it_from_the_second_try(outcome: Outcome) -> None:
    assert [stands_in(outcome, tries) for tries in (1, 2, 3)] == [False, True, True]


@given(st.sampled_from(Outcome), st.integers(1, 30))
def test_tries_come_later_and_later_and_end(outcome: Outcome, tries: int) -> None:
    first, second = next_try(outcome, tries, NOW), next_try(outcome, tries + 1, NOW)
    if outcome in FINAL:
        assert first is None
    if first is None:
        assert second is None
    else:
        assert first >= NOW + timedelta(minutes=5)
        assert second is None or second >= first


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - FINAL))
def test_everything_that_is_not_final_is_tried_again(outcome: Outcome) -> None:
    assert next_try(outcome, 1, NOW) is not None


def test_a_page_that_is_gone_is_given_up_within_a_day() -> None:
    waits = [next_try(Outcome.GONE, tries, NOW) for tries in (1, 2, 3, 4)]
    assert waits[3] is None
    assert sum((at - NOW for at in waits if at), timedelta()) < timedelta(days=1)


def test_a_page_that_fails_is_tried_for_more_than_a_week() -> None:
    total = timedelta()
    tries = 1
    while (at := next_try(Outcome.TIMEOUT, tries, NOW)) is not None:
        total, tries = total + (at - NOW), tries + 1
    assert total > timedelta(days=7)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.READ),
        (206, Outcome.READ),
        (304, Outcome.UNCHANGED),
        (302, Outcome.REFUSED),
        (401, Outcome.REFUSED),
        (402, Outcome.REFUSED),
        (403, Outcome.REFUSED),
        (404, Outcome.GONE),
        (410, Outcome.GONE),
        (429, Outcome.THROTTLED),
        (451, Outcome.REFUSED),
        (500, Outcome.SERVER_ERROR),
        (503, Outcome.SERVER_ERROR),
        (520, Outcome.SERVER_ERROR),
        (0, Outcome.REFUSED),
    ],
)
def test_a_status_means_an_outcome(status: int, outcome: Outcome) -> None:
    assert of_status(status, retry_after=False) is outcome


def test_a_503_that_says_when_to_come_back_is_no_failure() -> None:
    assert of_status(503, retry_after=True) is Outcome.THROTTLED
    assert of_status(500, retry_after=True) is Outcome.SERVER_ERROR
