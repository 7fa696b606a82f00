"""Why deliveries waited, were told within another message, or were not told: written down, and read again."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.outbox.retry import State
from alerts.policy.judging import Judgement, Ruling, Why
from core.clock import from_text, to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One entry in the journey of a delivery; `carrier` is the delivery that tells of it too."""

    delivery: int
    channel: str
    recipient: str
    ruling: Ruling
    why: Why
    at: datetime
    until: datetime | None
    carrier: int | None


def put_judgements(
    connection: sqlite3.Connection,
    deliveries: Sequence[int],
    judgement: Judgement,
    *,
    at: datetime,
    carrier: int | None = None,
) -> None:
    """Write down why these deliveries do not simply go."""
    until = to_text(judgement.until) if judgement.until is not None else None
    connection.executemany(
        "INSERT INTO judgements (delivery_id, ruling, reason, until_at, carrier, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (delivery, judgement.ruling, judgement.why, until, carrier, to_text(at))
            for delivery in deliveries
        ],
    )


def let_wait(
    connection: sqlite3.Connection, delivery: int, judgement: Judgement, *, at: datetime
) -> None:
    """Look at a delivery again later; what waits as it should is not late."""
    until = to_text(judgement.until or at)
    connection.execute(
        "UPDATE deliveries SET due_at = ?, reason = ?, waiting_since = iif(?, waiting_since, ?)"
        " WHERE id = ?",
        (until, judgement.why, judgement.why is Why.COMPANY, until, delivery),
    )
    put_judgements(connection, [delivery], judgement, at=at)


def withhold(
    connection: sqlite3.Connection, deliveries: Sequence[int], judgement: Judgement, *, at: datetime
) -> None:
    """Tell nobody of these deliveries."""
    connection.executemany(
        "UPDATE deliveries SET state = ?, due_at = NULL, done_at = ?, reason = ? WHERE id = ?",
        [(State.WITHHELD, to_text(at), judgement.why, delivery) for delivery in deliveries],
    )
    put_judgements(connection, deliveries, judgement, at=at)


def merge(
    connection: sqlite3.Connection,
    deliveries: Sequence[int],
    carrier: int,
    why: Why,
    *,
    at: datetime,
) -> None:
    """Let another delivery tell of these too."""
    connection.executemany(
        "UPDATE deliveries SET state = ?, due_at = NULL, done_at = ?, reason = ?, carrier = ?"
        " WHERE id = ?",
        [(State.MERGED, to_text(at), why, carrier, delivery) for delivery in deliveries],
    )
    judgement = Judgement(ruling=Ruling.MERGE, why=why)
    put_judgements(connection, deliveries, judgement, at=at, carrier=carrier)


def judgements_of(connection: sqlite3.Connection, alert_id: int) -> list[Judged]:
    """Everything that was judged of an alert's deliveries, oldest first."""
    found = connection.execute(
        "SELECT delivery_id, channel, recipient, ruling, judgements.reason, at, until_at,"
        " judgements.carrier FROM judgements JOIN deliveries ON deliveries.id = delivery_id"
        " WHERE alert_id = ? ORDER BY judgements.id",
        (alert_id,),
    )
    with closing(found):
        return [_judged(row) for row in found]


def _judged(row: sqlite3.Row) -> Judged:
    return Judged(
        delivery=row[0],
        channel=row[1],
        recipient=row[2],
        ruling=Ruling(row[3]),
        why=Why(row[4]),
        at=from_text(row[5]),
        until=from_text(row[6]) if row[6] else None,
        carrier=row[7],
    )
