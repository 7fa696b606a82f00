"""What a look's outcome makes of a site's health: one hiccup is no trouble, and no trouble is overlooked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.outcomes import Outcome
from monitor.health.quality import Sample
from monitor.health.state import SAID, Health, Observed, Reason, Rules, State, judge

NOW = datetime(2019, 1, 2, 4, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULES = Rules()
WORKING = Health(state=State.WORKING, reason=Reason.FINE, since=NOW - DAY)


def well(at: datetime = NOW, **known: object) -> Observed:
    return Observed(at=at, succeeded=True, **known)  # type: ignore[arg-type]  # as the test names them


def ill(
    at: datetime, outcome: Outcome | None = Outcome.TIMEOUT, *, worked_before: bool = True
) -> Observed:
    return Observed(
        at=at, succeeded=False, outcome=outcome, detail="rusak", worked_before=worked_before
    )


def after(before: Health, *looks: Observed) -> Health:
    for seen in looks:
        before = judge(before, seen, patience=RULES.site, rules=RULES)
    return before


def failing(start: datetime, minutes: int, outcome: Outcome = Outcome.TIMEOUT) -> list[Observed]:
    """Looks every five minutes that all fail."""
    return [ill(start + number * MINUTE, outcome) for number in range(0, minutes + 1, 5)]


# Broken -------------------------------------------------------------------------------------------


def test_a_hiccup_is_no_break() -> None:
    health = after(WORKING, ill(NOW), ill(NOW + 5 * MINUTE))
    assert (health.state, health.reason) == (State.WORKING, Reason.JUST_FAILED)
    assert after(health, well(NOW + 6 * MINUTE)).reason is Reason.FINE


def test_three_failed_looks_over_a_quarter_of_an_hour_are_a_break_since_the_first() -> None:
    health = after(WORKING, *failing(NOW, 15))
    assert (health.state, health.reason) == (State.BROKEN, Reason.UNREACHABLE)
    assert health.since == NOW


def test_many_looks_in_a_minute_are_no_break_and_neither_are_two_in_a_day() -> None:
    seconds = [ill(NOW + number * timedelta(seconds=1)) for number in range(60)]
    assert after(WORKING, *seconds).state is State.WORKING
    assert after(WORKING, ill(NOW), ill(NOW + DAY)).state is State.WORKING


@pytest.mark.parametrize("outcome", [Outcome.TLS_ERROR, Outcome.ROBOTS, Outcome.ADDRESS])
def test_what_does_not_pass_by_itself_is_a_break_at_once(outcome: Outcome) -> None:
    assert after(WORKING, ill(NOW, outcome)).state is State.BROKEN


def test_a_site_that_never_worked_is_broken_at_once() -> None:
    assert after(Health(), ill(NOW, worked_before=False)).state is State.BROKEN


def test_a_site_that_asks_for_time_is_given_two_hours() -> None:
    assert after(WORKING, *failing(NOW, 115, Outcome.THROTTLED)).state is State.WORKING
    assert after(WORKING, *failing(NOW, 120, Outcome.THROTTLED)).state is State.BROKEN


def test_a_trouble_goes_on_while_looks_fail_until_they_have_failed_for_long() -> None:
    quiet = after(WORKING, well(NOW, silent_since=NOW - 30 * DAY))
    assert quiet.state is State.QUIET
    assert after(quiet, ill(NOW + MINUTE)).state is State.QUIET
    assert after(quiet, *failing(NOW + MINUTE, 20)).state is State.BROKEN


def test_one_look_that_succeeds_ends_a_break() -> None:
    health = after(WORKING, *failing(NOW, 20), well(NOW + HOUR))
    assert (health.state, health.since, health.failures) == (State.WORKING, NOW + HOUR, 0)
    assert health.failing_since is None


def test_every_outcome_of_a_failed_look_has_its_reason_and_every_reason_its_words() -> None:
    for outcome in [*Outcome, None]:
        health = after(Health(), ill(NOW, outcome, worked_before=False))
        assert health.state is State.BROKEN
        assert SAID[health.reason]
    assert set(SAID) == set(Reason)


# Quiet --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("silence", "expected", "per_day", "state"),
    [
        (11 * HOUR, 100.0, 25.0, State.WORKING),  # a night is no silence
        (13 * HOUR, 10.0, 25.0, State.WORKING),  # one in twenty thousand
        (13 * HOUR, 14.0, 25.0, State.QUIET),  # one in a million
        (13 * DAY, 1.0, 0.1, State.WORKING),
        (14 * DAY, 1.0, 0.1, State.QUIET),  # long enough for any
        (60 * HOUR, None, 25.0, State.WORKING),  # a weekend of a site not yet known
        (73 * HOUR, None, 25.0, State.QUIET),
        (10 * DAY, None, 1.0, State.WORKING),
        (10 * DAY, None, 0.0, State.WORKING),
    ],
)
def test_a_silence_is_judged_by_the_rhythm(
    silence: timedelta, expected: float | None, per_day: float, state: State
) -> None:
    seen = well(NOW, silent_since=NOW - silence, expected=expected, per_day=per_day)
    assert after(WORKING, seen).state is state


def test_a_site_of_which_nothing_is_known_is_not_quiet() -> None:
    assert after(Health(), well()).state is State.WORKING


# Thin ---------------------------------------------------------------------------------------------


def test_articles_without_text_make_a_site_thin_and_one_with_it_does_not_end_that() -> None:
    whole = Sample(thin=False, dated=True, length=2000)
    empty = Sample(thin=True, dated=True, length=80)
    thin = after(WORKING, well(articles=(empty,) * 12 + (whole,) * 60))
    assert (thin.state, thin.reason) == (State.THIN, Reason.NO_TEXT)
    assert after(thin, well(articles=(whole,) * 3 + (empty,) * 17)).state is State.THIN
    assert after(thin, well(articles=(whole,) * 20 + (empty,) * 12)).state is State.WORKING


# Whatever happens ---------------------------------------------------------------------------------

outcomes = st.none() | st.sampled_from(list(Outcome))


@settings(max_examples=80)
@given(
    looks=st.lists(
        st.tuples(st.timedeltas(timedelta(), 2 * DAY), st.booleans(), outcomes), max_size=20
    )
)
def test_a_health_is_consistent_after_any_looks(
    looks: list[tuple[timedelta, bool, Outcome | None]],
) -> None:
    health, at = Health(), NOW
    for wait, succeeded, outcome in looks:
        at += wait
        seen = Observed(at=at, succeeded=succeeded, outcome=outcome, worked_before=True)
        before, health = health, judge(health, seen, patience=RULES.site, rules=RULES)
        assert (health.failures == 0) == succeeded == (health.failing_since is None)
        assert health.state is not State.WAITING
        assert health.since is not None
        assert health.since <= at
        assert health.state is before.state or health.changes != () or not before.changes
        assert (
            all(at - change < DAY for change in health.changes[:-1]) or health.state is before.state
        )
