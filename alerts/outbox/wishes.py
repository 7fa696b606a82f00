"""What people ask of deliveries: that one is made again, or that it is not made at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.outbox.retry import WAITING, State
from alerts.policy.judgements import withhold
from alerts.policy.judging import Judgement, Ruling, Why
from core.clock import to_text
from core.database import immediate

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlite_utils import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What came of a wish, by the ids that it named: message ids of what was `done`, and the others as given.

    `sending` are being sent at this moment, `over` are in a state in which it has no sense; `unknown` name
    no delivery.
    """

    done: tuple[str, ...]
    sending: tuple[str, ...]
    over: tuple[str, ...]
    unknown: tuple[str, ...]


def redeliver(db: Database, ids: Sequence[str], *, at: datetime) -> Granted:
    """Make deliveries due again, whatever became of them; each keeps its message id and its body.

    An id is that of a delivery ("17") or of its message ("msg_…"). May be called while a daemon runs,
    which then sends within a second.
    """

    def make_due(connection: sqlite3.Connection, delivery_id: int, state: State) -> bool:  # noqa: ARG001  # as for drop
        now = to_text(at)
        connection.execute(
            "UPDATE deliveries SET state = iif(attempts, 'retry', 'pending'), due_at = ?, since = ?,"
            " waiting_since = ?, failures = 0, keeps_body = 1, blamed_at = NULL, done_at = NULL,"
            " carrier = NULL, reason = NULL WHERE id = ?",
            (now, now, now, delivery_id),
        )
        return True

    return _grant(db, ids, make_due)


def drop(db: Database, ids: Sequence[str], *, at: datetime) -> Granted:
    """Let deliveries that wait go to nobody; ids as for redeliver, which brings them back."""
    judgement = Judgement(ruling=Ruling.WITHHOLD, why=Why.DROPPED)

    def give_up(connection: sqlite3.Connection, delivery_id: int, state: State) -> bool:
        if state not in WAITING:
            return False
        withhold(connection, [delivery_id], judgement, at=at)
        return True

    return _grant(db, ids, give_up)


def _grant(
    db: Database,
    ids: Sequence[str],
    wish: Callable[[sqlite3.Connection, int, State], bool],
) -> Granted:
    found: dict[str, list[str]] = {"done": [], "sending": [], "over": [], "unknown": []}
    with immediate(db) as connection:
        for identity in dict.fromkeys(ids):
            row = connection.execute(
                "SELECT id, message_id, state FROM deliveries"
                " WHERE message_id = ? OR CAST(id AS TEXT) = ?",
                (identity, identity),
            ).fetchone()
            if row is None:
                found["unknown"].append(identity)
            elif row[2] == State.SENDING:
                found["sending"].append(identity)
            elif wish(connection, row[0], State(row[2])):
                found["done"].append(row[1])
            else:
                found["over"].append(identity)
    return Granted(**{name: tuple(values) for name, values in found.items()})
