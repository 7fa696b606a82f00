"""Which deliveries are due, and what the policy is to know of them: read from the tables, nothing decided."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alerts.digests.digest import Digest, FollowUp
from alerts.notice import Notice, message_from_data
from alerts.outbox.channel_records import instant
from alerts.policy.judging import HOUR, LATE, Candidate, Kind, Traffic, is_news
from alerts.policy.silences import known_of
from core.clock import from_text, to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from alerts.notice import Message
    from alerts.outbox.lines import Line

# One story's messages reach one recipient in the order in which they were made: a message is due only
# when no earlier one of the same story, channel and recipient is still open, by itself or in a digest.
DUE = """
    FROM deliveries AS this
    WHERE channel = :channel AND state IN ('pending', 'retry') AND due_at <= :at
      AND recipient IN (SELECT value FROM json_each(:recipients))
      AND NOT EXISTS (
          SELECT 1 FROM deliveries AS earlier
          WHERE earlier.channel = this.channel AND earlier.recipient = this.recipient
            AND earlier.story = this.story AND earlier.id < this.id
            AND earlier.state IN ('pending', 'retry', 'sending'))
      AND NOT EXISTS (
          SELECT 1 FROM deliveries AS part JOIN deliveries AS whole ON whole.id = part.carrier
          WHERE this.story > 0 AND part.story = this.story AND part.id < this.id
            AND part.channel = this.channel AND part.recipient = this.recipient
            AND part.carrier IS NOT NULL AND whole.state IN ('pending', 'retry', 'sending'))
"""

# A delivery that may go into a digest: it is known not to have arrived, and nobody asked for it again.
MAY_JOIN = """
    NOT ambiguous AND NOT keeps_body AND kind <> 'notice' AND state IN ('pending', 'retry')
"""

_ROW = """
    this.id, message_id, kind, story, recipient, watchlists, urgent, waiting_since, attempts, ambiguous,
    keeps_body, sent_at, format, payload, plain, way, target,
    (SELECT data FROM alerts WHERE alerts.id = this.alert_id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A delivery that is due; `payload` is what an earlier claim froze for a channel of type `format`.

    What was tried before has none where it is to be rendered in another form.
    """

    id: int
    message_id: str
    kind: Kind
    story: int
    recipient: str
    watchlists: tuple[str, ...]
    urgent: bool
    waiting_since: datetime
    attempts: int
    ambiguous: bool
    keeps_body: bool
    sent_at: datetime | None
    format: str | None
    payload: bytes | None
    plain: bool
    way: str
    target: str
    message: Message

    @property
    def frozen(self) -> bool:
        return self.attempts > 0 or self.keeps_body


def due_values(line: Line, at: datetime) -> dict[str, str]:
    """What DUE is asked with."""
    return {"channel": line.name, "at": to_text(at), "recipients": json.dumps(line.recipients)}


def next_due(
    connection: sqlite3.Connection, line: Line, at: datetime, *, order: str = "due_at, id"
) -> Row | None:
    """The delivery that is next on a channel; None where none is due."""
    found = connection.execute(
        f"SELECT {_ROW} {DUE} ORDER BY {order} LIMIT 1", due_values(line, at)
    )
    with closing(found):
        row = found.fetchone()
    return _row(row) if row is not None else None


def companions(connection: sqlite3.Connection, row: Row, channel: str) -> list[Row]:
    """Other alerts of the same story for the same recipient of which nothing was sent yet."""
    found = connection.execute(
        f"SELECT {_ROW} FROM deliveries AS this WHERE story = ? AND channel = ? AND recipient = ?"
        " AND id <> ? AND kind = 'alert' AND state IN ('pending', 'held') AND payload IS NULL"
        " AND NOT keeps_body ORDER BY id",
        (row.story, channel, row.recipient, row.id),
    )
    with closing(found):
        return [_row(other) for other in found]


def _row(row: Sequence[Any]) -> Row:
    return Row(
        id=row[0],
        message_id=row[1],
        kind=Kind(row[2]),
        story=row[3],
        recipient=row[4],
        watchlists=tuple(json.loads(row[5])),
        urgent=bool(row[6]),
        waiting_since=from_text(row[7]),
        attempts=row[8],
        ambiguous=bool(row[9]),
        keeps_body=bool(row[10]),
        sent_at=instant(row[11]),
        format=row[12],
        payload=row[13],
        plain=bool(row[14]),
        way=row[15],
        target=row[16] or "",
        message=message_from_data(row[2], json.loads(row[17])),
    )


def candidate(connection: sqlite3.Connection, row: Row, silent: Collection[str]) -> Candidate:
    """What the policy is to know of a delivery."""
    return Candidate(
        kind=row.kind,
        waiting_since=row.waiting_since,
        urgent=row.urgent,
        frozen=row.frozen,
        known_unsent=not row.ambiguous and not row.keeps_body,
        silenced=bool(row.watchlists) and set(row.watchlists) <= set(silent),
        acknowledged=is_acknowledged(connection, row.message, row.watchlists),
    )


def is_acknowledged(
    connection: sqlite3.Connection, message: Message, watchlists: Collection[str]
) -> bool:
    """Whether a message tells nothing new to somebody who acknowledged its story."""
    if isinstance(message, Notice | Digest):
        return False
    known = known_of(connection, message.story)
    if known is None:
        return False
    alert = message.alert if isinstance(message, FollowUp) else message
    title = alert.article.get("title") or ""
    outlets = 1 + len(alert.also_in)
    return not is_news(known, watchlists=watchlists, title=title, outlets=outlets)


def traffic(connection: sqlite3.Connection, line: Line, row: Row, at: datetime) -> Traffic:
    """What else there is for the recipient of a delivery; what the policy does not need is not read."""
    to = (line.name, row.recipient)
    sent, first = 0, None
    if line.settings.max_per_hour is not None:
        sent, first = _one(
            connection,
            "SELECT count(*), min(sent_at) FROM deliveries"
            " WHERE channel = ? AND recipient = ? AND sent_at > ? AND sent_at <= ?",
            (*to, to_text(at - HOUR), to_text(at)),
        )
    others_wait = False
    if at - row.waiting_since >= LATE:
        (others_wait,) = _one(
            connection,
            "SELECT EXISTS (SELECT 1 FROM deliveries WHERE channel = ? AND recipient = ?"
            f" AND id <> ? AND {MAY_JOIN})",
            (*to, row.id),
        )
    return Traffic(
        sent=sent,
        first_sent_at=instant(first),
        others_wait=bool(others_wait),
        told_at=told_at(connection, line, row) if row.kind is Kind.FOLLOW_UP else None,
    )


def told_at(connection: sqlite3.Connection, line: Line, row: Row) -> datetime | None:
    """When the recipient of a delivery last heard of its story."""
    (at,) = _one(
        connection,
        "SELECT max(coalesce(whole.sent_at, part.sent_at)) FROM deliveries AS part"
        " LEFT JOIN deliveries AS whole ON whole.id = part.carrier"
        " WHERE part.story = ? AND part.channel = ? AND part.recipient = ? AND part.id <> ?",
        (row.story, line.name, row.recipient, row.id),
    )
    return instant(at)


def _one(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> tuple[Any, ...]:
    with closing(connection.execute(sql, values)) as cursor:
        return tuple(cursor.fetchone())
