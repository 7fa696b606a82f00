from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.channel_state import Admission, ChannelMode, ChannelState
from alerts.outcome import ACCEPTED, Outcome, OutcomeKind
from tests.alerts.newsdesk import NOON

NEW = ChannelState(fingerprint="a")
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


def test_passing_failures_do_not_close_a_channel() -> None:
    assert NEW.after(Outcome(kind=OutcomeKind.TRANSIENT), NOON) == NEW
