"""Whether a delivery is tried again, and when: an outcome in, a verdict with its reason out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.outcome import Outcome, OutcomeKind

DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 2 * 60, 10 * 60, 30 * 60, 3600, 2 * 3600, 4 * 3600, 6 * 3600)
)
"""The wait after each failed try; the last one repeats. The first try is made at once."""
GIVE_UP_AFTER = timedelta(hours=72)


class State(StrEnum):
    """Where a delivery stands: HELD for a digest, MERGED into another message, WITHHELD from people."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry"
    HELD = "held"
    MERGED = "merged"
    WITHHELD = "withheld"
    DEAD = "dead"


WAITING = (State.PENDING, State.RETRY, State.HELD)


class Reason(StrEnum):
    """Why a delivery is in the state that a verdict puts it in."""

    ACCEPTED = "accepted"
    FAILED = "failed, and is tried again"
    PLAINER = "is sent in a plainer form"
    CHANNEL_WAITS = "waits until its channel works again"
    CHANNEL_RESTS = "waits until its channel answers again"
    BY_ITSELF = "is sent as a message of its own"
    REFUSED = "refused"
    SINGLED_OUT = "refused while other messages are accepted"
    GAVE_UP = "given up"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How long to wait between tries, and for how long to go on."""

    delays: tuple[timedelta, ...] = DELAYS
    give_up_after: timedelta = GIVE_UP_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What the outbox knows of a delivery that has just been tried.

    `failures` are the tries that count toward the schedule; `since` is where the time to give up
    starts. `plain`: it was sent in its plainest form already; `attached`: as an edit of another message,
    or as an answer. `channel_fails`: its channel was known to fail when it was tried. `blamed_at` is
    when its channel was last found wrong because of this message, and `channel_accepted_at` when the
    channel last took any message.
    """

    failures: int
    since: datetime
    plain: bool = False
    attached: bool = False
    channel_fails: bool = False
    blamed_at: datetime | None = None
    channel_accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a delivery. `due_at` is None when it is over."""

    state: State
    reason: Reason
    failures: int
    due_at: datetime | None = None


def decide(
    tried: Tried, outcome: Outcome, *, policy: RetryPolicy, now: datetime, jitter: float
) -> Verdict:
    """What becomes of a delivery after this outcome; `jitter`, of 0.5 to 1, scales the wait.

    A message that a channel refused as if the channel were wrong, and refuses again after it took
    others, is itself at fault: one message must not stop a channel for ever.
    """
    if outcome.kind is OutcomeKind.ACCEPTED:
        return Verdict(state=State.SENT, reason=Reason.ACCEPTED, failures=tried.failures)
    if outcome.kind in (OutcomeKind.PERMANENT, OutcomeKind.PAYLOAD) and tried.attached:
        return _again(tried, Reason.BY_ITSELF, now)
    if outcome.kind is OutcomeKind.PAYLOAD and not tried.plain:
        return _again(tried, Reason.PLAINER, now)
    if outcome.kind in (OutcomeKind.PERMANENT, OutcomeKind.PAYLOAD):
        return _dead(tried, Reason.REFUSED)
    if outcome.kind in (OutcomeKind.CHANNEL, OutcomeKind.GONE):
        if _singled_out(tried):
            return _dead(tried, Reason.SINGLED_OUT)
        return _again(tried, Reason.CHANNEL_WAITS, now)
    if tried.channel_fails and outcome.kind is not OutcomeKind.THROTTLED:
        return _again(tried, Reason.CHANNEL_RESTS, now)
    return _after_failure(tried, outcome, policy=policy, now=now, jitter=jitter)


def _after_failure(
    tried: Tried, outcome: Outcome, *, policy: RetryPolicy, now: datetime, jitter: float
) -> Verdict:
    failures = tried.failures + 1
    delay = policy.delays[min(failures, len(policy.delays)) - 1] * jitter
    asked_at = now + (outcome.retry_after or timedelta())
    limit = tried.since + policy.give_up_after
    if now >= limit or asked_at > limit:
        return _dead(tried, Reason.GAVE_UP)
    due_at = min(max(now + delay, asked_at), limit)
    return Verdict(state=State.RETRY, reason=Reason.FAILED, failures=failures, due_at=due_at)


def _again(tried: Tried, reason: Reason, now: datetime) -> Verdict:
    """To be tried again as soon as the channel may send, without a step in the schedule."""
    return Verdict(state=State.RETRY, reason=reason, failures=tried.failures, due_at=now)


def _dead(tried: Tried, reason: Reason) -> Verdict:
    return Verdict(state=State.DEAD, reason=reason, failures=tried.failures + 1)


def _singled_out(tried: Tried) -> bool:
    return (
        tried.blamed_at is not None
        and tried.channel_accepted_at is not None
        and tried.channel_accepted_at > tried.blamed_at
    )
