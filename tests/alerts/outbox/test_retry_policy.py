from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts.outbox.retry import DELAYS, Reason, RetryPolicy, State, Tried, decide
from alerts.outcome import Outcome, OutcomeKind
from tests.clocks import NOON

POLICY = RetryPolicy()
FAILED = Outcome(kind=OutcomeKind.TRANSIENT, detail="HTTP 500")
spans = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=9))
jitters = st.floats(0.5, 1.0)
tried_ones = st.builds(
    Tried,
    failures=st.integers(0, 40),
    since=spans.map(lambda span: NOON - span),
    blamed_at=st.none() | spans.map(lambda span: NOON - span),
    channel_accepted_at=st.none() | spans.map(lambda span: NOON - span),
)
outcomes = st.builds(
    Outcome, kind=st.sampled_from(OutcomeKind), retry_after=st.none() | spans, detail=st.just("x")
)


def test_the_waits_are_those_of_the_schedule() -> None:
    seconds = []
    tried = Tried(failures=0, since=NOON)
    for _ in range(11):
        verdict = decide(tried, FAILED, policy=POLICY, now=NOON, jitter=1.0)
        assert verdict.due_at is not None
        seconds.append((verdict.due_at - NOON).total_seconds())
        tried = Tried(failures=verdict.failures, since=NOON)
    assert seconds == [5, 30, 120, 600, 1800, 3600, 7200, 14400, 21600, 21600, 21600]


def test_after_the_time_to_give_up_a_delivery_is_dead_with_its_reason() -> None:
    tried = Tried(failures=20, since=NOON - timedelta(hours=72))
    verdict = decide(tried, FAILED, policy=POLICY, now=NOON, jitter=1.0)
    assert verdict.state is State.DEAD
    assert verdict.reason is Reason.GAVE_UP


def test_the_last_try_is_made_when_the_time_is_up_and_not_before() -> None:
    tried = Tried(failures=20, since=NOON - timedelta(hours=71))
    verdict = decide(tried, FAILED, policy=POLICY, now=NOON, jitter=1.0)
    assert verdict.due_at == NOON + timedelta(hours=1)


def test_a_message_refused_again_while_others_pass_is_itself_at_fault() -> None:
    refused = Outcome(kind=OutcomeKind.CHANNEL, detail="HTTP 403")
    first = Tried(failures=0, since=NOON, channel_accepted_at=NOON - timedelta(hours=1))
    assert decide(first, refused, policy=POLICY, now=NOON, jitter=1.0).state is State.RETRY
    blamed_at = NOON - timedelta(hours=2)
    again = Tried(failures=0, since=NOON, blamed_at=blamed_at, channel_accepted_at=NOON)
    verdict = decide(again, refused, policy=POLICY, now=NOON, jitter=1.0)
    assert verdict.reason is Reason.SINGLED_OUT
    assert verdict.state is State.DEAD


@given(tried_ones, outcomes, jitters)
def test_no_try_comes_before_retry_after_nor_before_half_its_wait(
    tried: Tried, outcome: Outcome, jitter: float
) -> None:
    verdict = decide(tried, outcome, policy=POLICY, now=NOON, jitter=jitter)
    if verdict.reason is not Reason.FAILED:
        return
    assert verdict.due_at is not None
    limit = tried.since + POLICY.give_up_after
    wait = DELAYS[min(tried.failures, len(DELAYS) - 1)]
    assert NOON + (outcome.retry_after or timedelta()) <= verdict.due_at <= limit
    assert verdict.due_at == limit or verdict.due_at >= NOON + wait / 2
    assert verdict.failures == tried.failures + 1


@given(tried_ones, outcomes, jitters)
def test_every_outcome_leads_to_one_state_and_only_an_acceptance_to_sent(
    tried: Tried, outcome: Outcome, jitter: float
) -> None:
    verdict = decide(tried, outcome, policy=POLICY, now=NOON, jitter=jitter)
    assert (verdict.state is State.SENT) == (outcome.kind is OutcomeKind.ACCEPTED)
    assert (verdict.due_at is None) == (verdict.state in (State.SENT, State.DEAD))
    if outcome.kind is OutcomeKind.PERMANENT:
        assert verdict.state is State.DEAD


@given(tried_ones, jitters)
def test_a_channel_that_is_set_up_wrongly_uses_up_no_attempts(tried: Tried, jitter: float) -> None:
    outcome = Outcome(kind=OutcomeKind.CHANNEL)
    verdict = decide(tried, outcome, policy=POLICY, now=NOON, jitter=jitter)
    if verdict.reason is Reason.CHANNEL_WAITS:
        assert verdict.failures == tried.failures
        assert verdict.state is State.RETRY
