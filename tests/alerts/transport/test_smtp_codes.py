"""Every code that a mail server may answer with, at every step, and its class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alerts.outcome import OutcomeKind, of_smtp_reply
from alerts.transport.roles import SmtpReply, SmtpStep

if TYPE_CHECKING:
    from collections.abc import Iterable

EARLY = (SmtpStep.GREETING, SmtpStep.SECURING, SmtpStep.LOGIN, SmtpStep.SENDER)
LATE = (SmtpStep.RECIPIENT, SmtpStep.MESSAGE)
EVERY = (*EARLY, *LATE)


def kinds(steps: tuple[SmtpStep, ...], codes: Iterable[int], text: str = "") -> set[OutcomeKind]:
    replies = (SmtpReply(step=step, code=code, text=text) for step in steps for code in codes)
    return {of_smtp_reply(reply).kind for reply in replies}


def test_2yz_is_taken_and_4yz_passes() -> None:
    assert kinds(EVERY, range(200, 300)) == {OutcomeKind.ACCEPTED}
    assert kinds(EVERY, range(400, 500)) == {OutcomeKind.TRANSIENT}


def test_an_answer_that_is_out_of_order_passes() -> None:
    assert kinds(EVERY, [0, 1, 199, *range(300, 400), 600, 999]) == {OutcomeKind.TRANSIENT}


@pytest.mark.parametrize("code", [530, 534, 535, 538])
def test_a_refused_log_in_is_the_channels_fault_at_every_step(code: int) -> None:
    assert kinds(EVERY, [code]) == {OutcomeKind.CHANNEL}


@pytest.mark.parametrize("code", [523, 552])
def test_what_is_too_large_may_go_in_a_smaller_form_unless_the_mailbox_is_full(code: int) -> None:
    assert kinds(EVERY, [code]) == {OutcomeKind.PAYLOAD}
    assert kinds(EVERY, [code], "5.3.4 too large") == {OutcomeKind.PAYLOAD}
    assert kinds(EVERY, [code], "5.2.2 full") == {OutcomeKind.PERMANENT}


def test_every_other_5yz_is_about_the_message_once_a_recipient_is_named_and_else_the_channels() -> (
    None
):
    others = sorted(set(range(500, 600)) - {523, 530, 534, 535, 538, 552})
    assert kinds(LATE, others) == {OutcomeKind.PERMANENT}
    assert kinds(EARLY, others) == {OutcomeKind.CHANNEL}
    assert kinds(LATE, others, "5.6.1 of no kind that we take") == {OutcomeKind.PAYLOAD}
