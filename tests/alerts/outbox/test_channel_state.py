from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.outbox.channel_state import (
    FIRST_REST,
    LONGEST_REST,
    MOST_FAILURES,
    Admission,
    ChannelMode,
    ChannelState,
)
from alerts.outcome import ACCEPTED, Outcome, OutcomeKind
from tests.clocks import NOON

NEW = ChannelState(fingerprint="a")
FAILED = Outcome(kind=OutcomeKind.TRANSIENT, detail="HTTP 500")
WRONG = Outcome(kind=OutcomeKind.CHANNEL, detail="HTTP 401")
MINUTE = timedelta(minutes=1)


def test_a_wrongly_set_up_channel_pauses_and_is_probed_ever_more_rarely() -> None:
    state = NEW
    pauses = []
    for _ in range(6):
        state = state.after(WRONG, NOON)
        assert state.probe_at is not None
        pauses.append((state.probe_at - NOON) / MINUTE)
    assert pauses == [5, 10, 20, 40, 60, 60]
    assert state.admit(NOON) is Admission.PAUSED
    assert state.admit(NOON + timedelta(hours=1)) is Admission.PROBE
    assert state.reason == "HTTP 401"


def test_only_one_probe_goes_at_a_time() -> None:
    later = NOON + timedelta(hours=1)
    state = NEW.after(WRONG, NOON).probing(later)
    assert state.admit(later) is Admission.PAUSED


@pytest.mark.parametrize("kind", [OutcomeKind.ACCEPTED, OutcomeKind.PERMANENT])
def test_a_probe_that_the_channel_takes_opens_it(kind: OutcomeKind) -> None:
    state = NEW.after(WRONG, NOON).after(Outcome(kind=kind), NOON)
    assert state.admit(NOON) is Admission.OPEN


@pytest.mark.parametrize("kind", [OutcomeKind.TRANSIENT, OutcomeKind.AMBIGUOUS])
def test_a_probe_that_fails_for_another_reason_leaves_it_paused(kind: OutcomeKind) -> None:
    state = NEW.after(WRONG, NOON).after(Outcome(kind=kind), NOON)
    assert state.admit(NOON) is Admission.PAUSED


def test_gone_switches_the_channel_off_until_its_config_changes() -> None:
    state = NEW.after(Outcome(kind=OutcomeKind.GONE), NOON)
    assert state.mode is ChannelMode.OFF
    assert state.under("a").admit(NOON + timedelta(days=300)) is Admission.OFF
    assert state.under("b").admit(NOON) is Admission.OPEN


def test_a_channel_that_asks_for_a_rest_gets_it_even_if_it_takes_another_message_meanwhile() -> (
    None
):
    throttled = Outcome(kind=OutcomeKind.THROTTLED, retry_after=MINUTE)
    state = NEW.after(throttled, NOON).after(ACCEPTED, NOON)
    assert state.admit(NOON) is Admission.HELD
    assert state.admit(NOON + MINUTE) is Admission.OPEN


def test_five_failures_in_a_row_of_different_messages_let_a_channel_rest() -> None:
    state = NEW
    for number in range(MOST_FAILURES):
        assert state.admit(NOON) is Admission.OPEN
        state = state.after(FAILED, NOON, message=f"msg_{number}")
    assert state.mode is ChannelMode.FAILING
    assert not state.closed
    assert state.admit(NOON) is Admission.RESTING
    assert state.admit(NOON + FIRST_REST) is Admission.PROBE


def test_one_message_that_fails_for_ever_does_not_let_its_channel_rest() -> None:
    state = NEW
    for _ in range(3 * MOST_FAILURES):
        state = state.after(FAILED, NOON, message="msg_satu")
    assert state.admit(NOON) is Admission.OPEN


def test_a_rest_doubles_with_each_failed_probe_and_ends_with_the_first_acceptance() -> None:
    state, now, rests = NEW, NOON, []
    for number in range(MOST_FAILURES):
        state = state.after(FAILED, now, message=f"msg_{number}")
    for _ in range(8):
        assert state.probe_at is not None
        rests.append(state.probe_at - now)
        now = state.probe_at
        state = state.after(FAILED, now, message="msg_7", probe=True)
    assert rests[:3] == [FIRST_REST, 2 * FIRST_REST, 4 * FIRST_REST]
    assert rests[-1] == LONGEST_REST
    assert state.after(FAILED, now, message="msg_8") == state  # it was under way before
    recovered = state.after(ACCEPTED, now)
    assert recovered.admit(now) is Admission.OPEN
    assert recovered.failures == recovered.pauses == 0
