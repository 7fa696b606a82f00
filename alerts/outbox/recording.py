"""Recording: what became of a claim, and what that means for its delivery and its channel.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.outbox.channel_records import instant, read_state, text, write_state
from alerts.outbox.channel_state import ChannelMode
from alerts.outbox.retry import Reason, State, Tried, Verdict, decide
from alerts.outcome import OutcomeKind
from core.clock import from_text, to_text

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from alerts.outbox.channel_state import ChannelState
    from alerts.outbox.lines import Claim, Line
    from alerts.outcome import Outcome

HUNG = "hung"
"""The outcome of an attempt whose thread was given up; what comes later takes its place."""


def record(
    connection: sqlite3.Connection,
    claim: Claim,
    outcome: Outcome,
    line: Line,
    *,
    at: datetime,
    jitter: float,
) -> tuple[Verdict, ChannelState]:
    """Write down what became of a claim; returns what becomes of its delivery and of its channel."""
    before = read_state(connection, line.name).under(line.fingerprint)
    tried = _tried(connection, claim.delivery_id, before)
    verdict = decide(tried, outcome, policy=line.policy, now=at, jitter=jitter)
    _write_outcome(connection, claim, outcome, outcome.kind, at)
    _write_verdict(connection, claim, outcome, verdict, at)
    return verdict, _write_channel(connection, claim, outcome, verdict, line, before, at)


def record_late(
    connection: sqlite3.Connection, claim: Claim, outcome: Outcome, *, at: datetime
) -> Verdict:
    """Write down what became of a claim that was given up as hung; an acceptance ends what waits."""
    _write_outcome(connection, claim, outcome, outcome.kind, at)
    accepted = outcome.kind is OutcomeKind.ACCEPTED
    if accepted:
        connection.execute(
            "UPDATE deliveries SET state = 'sent', due_at = NULL, last_error = NULL, done_at = ?,"
            " peer_id = coalesce(?, peer_id)"
            " WHERE id = ? AND attempts = ? AND state IN ('retry', 'dead')",
            (to_text(at), outcome.peer_id, claim.delivery_id, claim.attempt),
        )
    state, reason = (State.SENT, Reason.ACCEPTED) if accepted else (State.RETRY, Reason.FAILED)
    return Verdict(state=state, reason=reason, failures=0)


def give_back(
    connection: sqlite3.Connection, claim: Claim, outcome: Outcome, line: Line, *, at: datetime
) -> None:
    """Let a delivery be tried again whose thread hangs: it may have arrived."""
    before = read_state(connection, line.name).under(line.fingerprint)
    tried = _tried(connection, claim.delivery_id, before)
    verdict = decide(tried, outcome, policy=line.policy, now=at, jitter=1.0)
    _write_outcome(connection, claim, outcome, HUNG, at)
    _write_verdict(connection, claim, outcome, verdict, at)
    _write_channel(connection, claim, outcome, verdict, line, before, at)


def is_under_way(connection: sqlite3.Connection, claim: Claim) -> bool:
    """Whether a claim is still its thread's to record."""
    row = connection.execute(
        "SELECT finished_at FROM attempts WHERE delivery_id = ? AND n = ?",
        (claim.delivery_id, claim.attempt),
    ).fetchone()
    return row is not None and row[0] is None


def _tried(connection: sqlite3.Connection, delivery_id: int, channel: ChannelState) -> Tried:
    failures, since, plain, way, blamed_at = connection.execute(
        "SELECT failures, since, plain, way, blamed_at FROM deliveries WHERE id = ?", (delivery_id,)
    ).fetchone()
    return Tried(
        failures=failures,
        since=from_text(since),
        plain=bool(plain),
        attached=way != "send",
        channel_fails=channel.mode is ChannelMode.FAILING,
        blamed_at=instant(blamed_at),
        channel_accepted_at=channel.accepted_at,
    )


def _write_outcome(
    connection: sqlite3.Connection, claim: Claim, outcome: Outcome, said: str, at: datetime
) -> None:
    connection.execute(
        "UPDATE attempts SET finished_at = ?, outcome = ?, detail = ?"
        " WHERE delivery_id = ? AND n = ?",
        (to_text(at), said, outcome.detail or None, claim.delivery_id, claim.attempt),
    )


def _write_verdict(
    connection: sqlite3.Connection, claim: Claim, outcome: Outcome, verdict: Verdict, at: datetime
) -> None:
    over = verdict.due_at is None
    sent = verdict.state is State.SENT
    connection.execute(
        "UPDATE deliveries SET state = ?, due_at = ?, failures = ?, ambiguous = ambiguous OR ?,"
        " blamed_at = coalesce(?, blamed_at), last_error = ?, done_at = ?,"
        " peer_id = coalesce(?, peer_id) WHERE id = ?",
        (
            verdict.state,
            text(verdict.due_at),
            verdict.failures,
            outcome.kind is OutcomeKind.AMBIGUOUS,
            to_text(at) if verdict.reason is Reason.CHANNEL_WAITS else None,
            None if sent else explain(verdict.reason, outcome),
            to_text(at) if over else None,
            outcome.peer_id,
            claim.delivery_id,
        ),
    )
    if verdict.reason is Reason.PLAINER:  # the next claim renders it anew
        connection.execute(
            "UPDATE deliveries SET plain = 1, payload = NULL WHERE id = ?", (claim.delivery_id,)
        )
    if verdict.reason is Reason.BY_ITSELF:
        connection.execute(
            "UPDATE deliveries SET way = 'send', target = NULL, payload = NULL WHERE id = ?",
            (claim.delivery_id,),
        )


def _write_channel(
    connection: sqlite3.Connection,
    claim: Claim,
    outcome: Outcome,
    verdict: Verdict,
    line: Line,
    before: ChannelState,
    at: datetime,
) -> ChannelState:
    after = before.after(
        outcome,
        at,
        message=claim.envelope.message_id,
        probe=claim.probe,
        singled_out=verdict.reason is Reason.SINGLED_OUT,
    )
    write_state(connection, line.name, after)
    if before.mode is not ChannelMode.OPEN and after.mode is ChannelMode.OPEN:
        # The time in which the channel took nothing does not count toward giving up.
        connection.execute(
            "UPDATE deliveries SET since = ? WHERE channel = ? AND state IN ('pending', 'retry')",
            (to_text(at), line.name),
        )
    return after


def explain(reason: Reason, outcome: Outcome) -> str:
    """Why a delivery was not made, in one line."""
    detail = outcome.detail or outcome.kind
    return detail if reason in (Reason.FAILED, Reason.REFUSED) else f"{reason}: {detail}"
