"""The outbox: deliveries not yet made, each claimed before it is sent and recorded after."""

from __future__ import annotations

import json
import logging
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.addressing import alert_key, message_id, notice_id, notice_key
from alerts.channel import Envelope, describe_bug
from alerts.channel_state import Admission, ChannelMode, ChannelState
from alerts.forms import rendered
from alerts.notice import message_from_data
from alerts.outcome import OutcomeKind
from alerts.retry import Reason, RetryPolicy, State, Tried, Verdict, decide
from core.clock import from_text, to_text
from core.database import immediate

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from sqlite_utils import Database

    from alerts.addressing import Addressed
    from alerts.alert import Alert
    from alerts.channel import Renderer
    from alerts.notice import Message, Notice
    from alerts.outcome import Outcome

CUT_SHORT = "cut short"
_ADMITTED = (Admission.OPEN, Admission.PROBE)
_log = logging.getLogger("siaga.alerts")

# One story's messages reach one recipient in the order in which they were made: a message is due only
# when no earlier one of the same story, channel and recipient is still open.
_DUE = """
    FROM deliveries AS this
    WHERE channel = :channel AND state IN ('pending', 'retry') AND due_at <= :at
      AND recipient IN (SELECT value FROM json_each(:recipients))
      AND NOT EXISTS (
          SELECT 1 FROM deliveries AS earlier
          WHERE earlier.channel = this.channel AND earlier.recipient = this.recipient
            AND earlier.story = this.story AND earlier.id < this.id
            AND earlier.state IN ('pending', 'retry', 'sending'))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One configured channel, as the outbox needs to know it."""

    name: str
    format: str
    fingerprint: str
    recipients: tuple[str, ...]
    renderer: Renderer
    zone: tzinfo
    policy: RetryPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery that is this thread's to send, once, as attempt `attempt`."""

    delivery_id: int
    attempt: int
    envelope: Envelope
    payload: bytes


def enqueue(
    connection: sqlite3.Connection, alert: Alert, deliveries: Sequence[Addressed], *, at: datetime
) -> int | None:
    """Put an alert and its deliveries into the outbox, inside the caller's transaction.

    Returns the alert's id, or None when the same alert is there already: then nothing changes.
    """
    sends = [(message_id(alert, to), to) for to in deliveries]
    return _enqueue(connection, "alert", alert_key(alert), alert, sends, at)


def enqueue_notice(
    connection: sqlite3.Connection, notice: Notice, deliveries: Sequence[Addressed], *, at: datetime
) -> int | None:
    """As enqueue, for a notice; the same words at another instant are another notice."""
    key = notice_key(notice, at)
    sends = [(notice_id(key, to), to) for to in deliveries]
    return _enqueue(connection, "notice", key, notice, sends, at)


def _enqueue(
    connection: sqlite3.Connection,
    kind: str,
    key: str,
    message: Message,
    sends: Sequence[tuple[str, Addressed]],
    at: datetime,
) -> int | None:
    created_at = to_text(at)
    row = connection.execute(
        "INSERT INTO alerts (kind, key, story, data, created_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (key) DO NOTHING RETURNING id",
        (kind, key, message.story, json.dumps(message.to_data()), created_at),
    ).fetchone()
    if row is None:
        return None
    alert_id = int(row[0])
    connection.executemany(
        "INSERT INTO deliveries (message_id, alert_id, story, channel, recipient, watchlists,"
        " state, due_at, since, created_at) VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?)"
        " ON CONFLICT (message_id) DO NOTHING",
        [
            (
                *(identity, alert_id, message.story, to.channel, to.recipient),
                *(json.dumps(to.watchlists), created_at, created_at, created_at),
            )
            for identity, to in sends
        ],
    )
    return alert_id


class Outbox:
    """The writing half of the outbox, over one thread's connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def recover(self, at: datetime) -> int:
        """Give back what a dead process was sending; returns how many deliveries that were.

        To be called under the database's exclusive lock, before anything is claimed. Each such delivery
        may have arrived; its cut attempt does not count toward the schedule.
        """
        now = to_text(at)
        with immediate(self._db) as connection:
            connection.execute(
                "UPDATE attempts SET finished_at = ?, outcome = ? WHERE finished_at IS NULL",
                (now, CUT_SHORT),
            )
            return connection.execute(
                "UPDATE deliveries SET state = 'retry', ambiguous = 1, due_at = ?"
                " WHERE state = 'sending'",
                (now,),
            ).rowcount

    def has_due(self, line: Line, at: datetime) -> bool:
        """Whether claim would find something; writes nothing and waits for nobody."""
        if self.state_of(line).admit(at) not in _ADMITTED:
            return False
        found = self._db.conn.execute(f"SELECT 1 {_DUE} LIMIT 1", _due_values(line, at))
        with closing(found):
            return found.fetchone() is not None

    def claim(self, line: Line, at: datetime) -> Claim | None:
        """Take the next delivery that is due on this channel, and write down the attempt; None for none.

        The first claim renders the message and freezes it; a message that cannot be rendered is dead.
        """
        with immediate(self._db) as connection:
            state = self.state_of(line)
            admission = state.admit(at)
            if admission not in _ADMITTED:
                return None
            claim = self._claim_next(connection, line, at)
            if claim is not None and admission is Admission.PROBE:
                _write_state(connection, line.name, state.probing(at))
            return claim

    def _claim_next(self, connection: sqlite3.Connection, line: Line, at: datetime) -> Claim | None:
        row = connection.execute(
            "SELECT this.id, attempts, message_id, recipient, watchlists, sent_at, format, payload,"
            " plain, (SELECT kind FROM alerts WHERE alerts.id = alert_id),"
            f" (SELECT data FROM alerts WHERE alerts.id = alert_id) {_DUE}"
            " ORDER BY due_at, id LIMIT 1",
            _due_values(line, at),
        ).fetchone()
        if row is None:
            return None
        (
            delivery_id,
            attempts,
            message,
            recipient,
            watchlists,
            sent_at,
            frozen_for,
            payload,
            plain,
            kind,
            data,
        ) = row
        envelope = Envelope(
            message_id=message,
            recipient=recipient,
            sent_at=from_text(sent_at or to_text(at)),
            zone=line.zone,
        )
        if payload is None or frozen_for != line.format:
            told = message_from_data(kind, json.loads(data)).for_watchlists(json.loads(watchlists))
            payload = _render(connection, line, told, envelope, delivery_id, plain=bool(plain))
            if payload is None:
                return None
        claim = Claim(
            delivery_id=delivery_id, attempt=attempts + 1, envelope=envelope, payload=payload
        )
        _write_claim(connection, claim, line.format, at)
        return claim

    def finish(
        self, claim: Claim, outcome: Outcome, line: Line, *, at: datetime, jitter: float
    ) -> Verdict:
        """Record what became of a claim; returns what becomes of the delivery."""
        with immediate(self._db) as connection:
            state = self.state_of(line)
            tried = _tried(connection, claim.delivery_id, state.accepted_at)
            verdict = decide(tried, outcome, policy=line.policy, now=at, jitter=jitter)
            _write_outcome(connection, claim, outcome, at)
            _write_verdict(connection, claim, outcome, verdict, at)
            after = state.after(outcome, at, singled_out=verdict.reason is Reason.SINGLED_OUT)
            _write_state(connection, line.name, after)
        return verdict

    def count_untried(self, line: Line, due_at: datetime) -> int:
        """How many deliveries due by this time wait for a thread of this channel, or are with one now."""
        # One statement sees one state of the table: a row claimed between two of them would be in neither.
        sending, due = self._db.conn.execute(
            "SELECT (SELECT count(*) FROM deliveries WHERE channel = :channel AND state = 'sending'),"
            f" (SELECT count(*) {_DUE})",
            _due_values(line, due_at),
        ).fetchone()
        admitted = self.state_of(line).admit(due_at) in _ADMITTED
        return int(sending + due if admitted else sending)

    def state_of(self, line: Line) -> ChannelState:
        """What is remembered of a channel, as far as it holds for its config of now."""
        return read_state(self._db.conn, line.name).under(line.fingerprint)

    def reopen(self, channel: str) -> None:
        """Let a channel send again that was paused or switched off; for when a trial shows that it works."""
        with immediate(self._db) as connection:
            connection.execute("DELETE FROM channels WHERE name = ?", (channel,))


def read_state(connection: sqlite3.Connection, channel: str) -> ChannelState:
    """What is remembered of a channel; that of a new channel when nothing is."""
    row = connection.execute(
        "SELECT fingerprint, mode, reason, pauses, probe_at, hold_until, accepted_at"
        " FROM channels WHERE name = ?",
        (channel,),
    ).fetchone()
    if row is None:
        return ChannelState(fingerprint="")
    return ChannelState(
        fingerprint=row[0],
        mode=ChannelMode(row[1]),
        reason=row[2],
        pauses=row[3],
        probe_at=_instant(row[4]),
        hold_until=_instant(row[5]),
        accepted_at=_instant(row[6]),
    )


def _write_state(connection: sqlite3.Connection, channel: str, state: ChannelState) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO channels (name, fingerprint, mode, reason, pauses, probe_at,"
        " hold_until, accepted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            channel,
            state.fingerprint,
            state.mode,
            state.reason,
            state.pauses,
            _text(state.probe_at),
            _text(state.hold_until),
            _text(state.accepted_at),
        ),
    )


def _due_values(line: Line, at: datetime) -> dict[str, str]:
    return {
        "channel": line.name,
        "at": to_text(at),
        "recipients": json.dumps(line.recipients),
    }


def _render(
    connection: sqlite3.Connection,
    line: Line,
    message: Message,
    envelope: Envelope,
    delivery_id: int,
    *,
    plain: bool,
) -> bytes | None:
    try:
        return rendered(line.renderer, message, envelope, plain=plain)
    except Exception as error:  # noqa: BLE001  # one message must not stop all that wait behind it
        where = describe_bug(error)
    _log.error("%s cannot be rendered for %s: %s", envelope.message_id, line.name, where)
    connection.execute(
        "UPDATE deliveries SET state = 'dead', due_at = NULL, last_error = ?, done_at = ?"
        " WHERE id = ?",
        (f"it cannot be rendered: {where}", to_text(envelope.sent_at), delivery_id),
    )
    return None


def _write_claim(connection: sqlite3.Connection, claim: Claim, format_: str, at: datetime) -> None:
    connection.execute(
        "UPDATE deliveries SET state = 'sending', attempts = ?, payload = ?, format = ?, sent_at = ?"
        " WHERE id = ?",
        (
            claim.attempt,
            claim.payload,
            format_,
            to_text(claim.envelope.sent_at),
            claim.delivery_id,
        ),
    )
    connection.execute(
        "INSERT INTO attempts (delivery_id, n, started_at) VALUES (?, ?, ?)",
        (claim.delivery_id, claim.attempt, to_text(at)),
    )


def _tried(connection: sqlite3.Connection, delivery_id: int, accepted_at: datetime | None) -> Tried:
    failures, since, plain, blamed_at = connection.execute(
        "SELECT failures, since, plain, blamed_at FROM deliveries WHERE id = ?", (delivery_id,)
    ).fetchone()
    return Tried(
        failures=failures,
        since=from_text(since),
        plain=bool(plain),
        blamed_at=_instant(blamed_at),
        channel_accepted_at=accepted_at,
    )


def _write_outcome(
    connection: sqlite3.Connection, claim: Claim, outcome: Outcome, at: datetime
) -> None:
    connection.execute(
        "UPDATE attempts SET finished_at = ?, outcome = ?, detail = ?"
        " WHERE delivery_id = ? AND n = ?",
        (to_text(at), outcome.kind, outcome.detail or None, claim.delivery_id, claim.attempt),
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
            _text(verdict.due_at),
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


def explain(reason: Reason, outcome: Outcome) -> str:
    """Why a delivery was not made, in one line."""
    detail = outcome.detail or outcome.kind
    return detail if reason in (Reason.FAILED, Reason.REFUSED) else f"{reason}: {detail}"


def _text(at: datetime | None) -> str | None:
    return to_text(at) if at is not None else None


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text is not None else None
