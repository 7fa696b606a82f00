"""The outbox: deliveries not yet made, each claimed before it is sent and recorded after."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from alerts.addressing import alert_key, message_id, notice_id, notice_key
from alerts.digests import tables as digests
from alerts.notice import Notice
from alerts.outbox.channel_records import read_state, write_state
from alerts.outbox.channel_state import Admission
from alerts.outbox.claims import claim_next, probe_order
from alerts.outbox.due import DUE, due_values
from alerts.outbox.recording import give_back, is_under_way, record, record_late
from alerts.outcome import Outcome, OutcomeKind
from core.clock import to_text
from core.database import immediate

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from alerts.addressing import Addressed
    from alerts.alert import Alert
    from alerts.notice import Message
    from alerts.outbox.channel_state import ChannelState
    from alerts.outbox.lines import Claim, Line
    from alerts.outbox.retry import Verdict

CUT_SHORT = "cut short"
_MOST_TURNS = (
    200  # short transactions in which nothing is found to send; then others are looked after
)
_ADMITTED = (Admission.OPEN, Admission.PROBE)
_HUNG = Outcome(
    kind=OutcomeKind.AMBIGUOUS, detail="no answer for so long that its thread was given up"
)


def enqueue(
    connection: sqlite3.Connection, alert: Alert, deliveries: Sequence[Addressed], *, at: datetime
) -> int | None:
    """Put an alert and its deliveries into the outbox, inside the caller's transaction.

    Returns the alert's id, or None when the same alert is there already: then nothing changes.
    """
    sends = [(message_id(alert, to), to) for to in deliveries]
    return put_in(connection, "alert", alert_key(alert), alert, sends, at)


def enqueue_notice(
    connection: sqlite3.Connection,
    notice: Notice,
    deliveries: Sequence[Addressed],
    *,
    at: datetime,
    key: str | None = None,
) -> int | None:
    """As enqueue, for a notice; the same words at another instant are another notice.

    Of all notices with the same `key`, in whatever words, only the first is put in.
    """
    key = key or notice_key(notice, at)
    sends = [(notice_id(key, to), to) for to in deliveries]
    return put_in(connection, "notice", key, notice, sends, at)


def put_in(
    connection: sqlite3.Connection,
    kind: str,
    key: str,
    message: Message,
    sends: Sequence[tuple[str, Addressed]],
    at: datetime,
) -> int | None:
    """As enqueue, for a message of any kind, each delivery with its idempotency key."""
    row = connection.execute(
        "INSERT INTO alerts (kind, key, story, data, created_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (key) DO NOTHING RETURNING id",
        (kind, key, message.story, json.dumps(message.to_data()), to_text(at)),
    ).fetchone()
    if row is None:
        return None
    _put_deliveries(connection, int(row[0]), kind, message, sends, at)
    return int(row[0])


def put_in_or_add(
    connection: sqlite3.Connection,
    kind: str,
    key: str,
    message: Message,
    sends: Sequence[tuple[str, Addressed]],
    at: datetime,
) -> int:
    """As put_in; where the same message is there already, those who do not get it yet do so too.

    Returns to how many it goes that it did not go to before.
    """
    if put_in(connection, kind, key, message, sends, at) is not None:
        return len(sends)
    ((alert_id,),) = connection.execute("SELECT id FROM alerts WHERE key = ?", (key,)).fetchall()
    return _put_deliveries(connection, alert_id, kind, message, sends, at)


def _put_deliveries(
    connection: sqlite3.Connection,
    alert_id: int,
    kind: str,
    message: Message,
    sends: Sequence[tuple[str, Addressed]],
    at: datetime,
) -> int:
    """Put in those deliveries that are not there; returns how many they are."""
    created_at = to_text(at)
    return connection.executemany(
        "INSERT INTO deliveries (message_id, alert_id, kind, story, channel, recipient, watchlists,"
        " urgent, state, due_at, waiting_since, since, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?)"
        " ON CONFLICT (message_id) DO NOTHING",
        [
            (
                *(identity, alert_id, kind, message.story, to.channel, to.recipient),
                *(json.dumps(to.watchlists), to.urgent),
                *(created_at, created_at, created_at, created_at),
            )
            for identity, to in sends
        ],
    ).rowcount


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

    def take_up(self, line: Line, at: datetime) -> None:
        """Begin to serve a channel as it is configured now: what is held for later is judged again.

        What was to go out by now stays held, so that it goes out at once instead of at the next time.
        """
        now = to_text(at)
        with immediate(self._db) as connection:
            digests.plan_rounds(connection, line, at)
            if read_state(connection, line.name).fingerprint != line.fingerprint:
                connection.execute(  # this config was never blamed
                    "UPDATE deliveries SET blamed_at = NULL"
                    " WHERE channel = ? AND state IN ('pending', 'retry')",
                    (line.name,),
                )
            connection.execute(
                "UPDATE deliveries SET state = 'pending', due_at = ?"
                " WHERE state = 'held' AND channel = ? AND due_at > ?",
                (now, line.name, now),
            )

    def has_due(self, line: Line, at: datetime) -> bool:
        """Whether claim would find something; writes nothing and waits for nobody."""
        if self.state_of(line).admit(at) not in _ADMITTED:
            return False
        connection = self._db.conn
        found = connection.execute(f"SELECT 1 {DUE} LIMIT 1", due_values(line, at)).fetchall()
        return bool(found) or digests.is_due(connection, line, at)

    def claim(self, line: Line, at: datetime) -> Claim | None:
        """Take the next delivery that may go on this channel, and write down the attempt; None for none.

        What the policy has wait, joins or withholds on the way is written down too, in transactions that
        are short. The first claim renders the message and freezes it; a message that cannot be rendered
        is dead.
        """
        for _ in range(_MOST_TURNS):
            with immediate(self._db) as connection:
                claim, again = self._claim(connection, line, at)
            if claim is not None or not again:
                return claim
        return None

    def _claim(
        self, connection: sqlite3.Connection, line: Line, at: datetime
    ) -> tuple[Claim | None, bool]:
        state = self.state_of(line)
        admission = state.admit(at)
        if admission not in _ADMITTED:
            return None, False
        if admission is Admission.OPEN:
            return claim_next(connection, line, at)
        claim, again = claim_next(connection, line, at, order=probe_order(state.pauses))
        if claim is not None:
            write_state(connection, line.name, state.probing(at))
        return claim, again

    def finish(
        self, claim: Claim, outcome: Outcome, line: Line, *, at: datetime, jitter: float
    ) -> Verdict:
        """Record what became of a claim; returns what becomes of the delivery.

        When the channel turns out to be set up wrongly, the other channels are told, once.
        """
        with immediate(self._db) as connection:
            if not is_under_way(connection, claim):
                return record_late(connection, claim, outcome, at=at)
            before = self.state_of(line)
            verdict, after = record(connection, claim, outcome, line, at=at, jitter=jitter)
            if after.closed and not before.closed:
                enqueue_notice(connection, _about(line, after), line.others(), at=at)
        return verdict

    def give_back(self, claim: Claim, line: Line, *, at: datetime) -> bool:
        """Let a delivery be tried again whose thread hangs; returns False where it was recorded meanwhile."""
        with immediate(self._db) as connection:
            if not is_under_way(connection, claim):
                return False
            give_back(connection, claim, _HUNG, line, at=at)
        return True

    def count_untried(self, line: Line, due_at: datetime) -> int:
        """How many deliveries due by this time wait for a thread of this channel, or are with one now."""
        # One statement sees one state of the table: a row claimed between two of them would be in neither.
        sending, due = self._db.conn.execute(
            "SELECT (SELECT count(*) FROM deliveries WHERE channel = :channel AND state = 'sending'),"
            f" (SELECT count(*) {DUE})",
            due_values(line, due_at),
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


def _about(line: Line, state: ChannelState) -> Notice:
    return Notice(
        title=f"Kanal {line.name} tidak dapat dipakai",
        text=f"Kabar untuk kanal itu menunggu sampai setelannya diperbaiki. Sebabnya: {state.reason}",
    )
