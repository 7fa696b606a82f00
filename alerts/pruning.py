"""Takes old messages out of the tables, with their deliveries and all that was noted of these.

What goes is decided elsewhere. Every function works inside the caller's transaction.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alerts.outbox.retry import State
from core.clock import from_text, to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

OVER = (State.SENT, State.MERGED, State.WITHHELD)
"""States in which nothing is owed any more; what was given up may yet be sent once more."""
_OPEN = f"state NOT IN ({', '.join(repr(state.value) for state in OVER)})"
# A message told within another one is owed for as long as that one is.
_IS_OPEN = f"""
    EXISTS (SELECT 1 FROM deliveries AS own LEFT JOIN deliveries AS whole ON whole.id = own.carrier
        WHERE own.alert_id = alerts.id AND (own.{_OPEN} OR whole.{_OPEN}))
"""
_CARRIES = """
    EXISTS (SELECT 1 FROM deliveries AS whole JOIN deliveries AS part ON part.carrier = whole.id
        WHERE whole.alert_id = alerts.id)
"""
_OLD = """
    SELECT id, story, created_at FROM alerts WHERE kind IN (SELECT value FROM json_each(?))
        AND created_at < ? AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?
"""
_HOLDS = f"SELECT {_IS_OPEN}, {_CARRIES} FROM alerts WHERE id = ?"
_OCTETS = """
    SELECT length(data) + (
        SELECT coalesce(sum(length(payload)), 0) FROM deliveries WHERE alert_id = alerts.id)
    FROM alerts WHERE id = ?
"""
_OPEN_STORIES = f"""
    SELECT story FROM deliveries AS own WHERE own.{_OPEN} UNION
    SELECT part.story FROM deliveries AS own JOIN deliveries AS part ON part.carrier = own.id
    WHERE own.{_OPEN}
"""
_OF_DELIVERIES = "(SELECT id FROM deliveries WHERE alert_id = ?1)"
_GOES = (
    f"UPDATE judgements SET carrier = NULL WHERE carrier IN {_OF_DELIVERIES}",
    f"DELETE FROM judgements WHERE delivery_id IN {_OF_DELIVERIES}",
    f"DELETE FROM attempts WHERE delivery_id IN {_OF_DELIVERIES}",
    "DELETE FROM deliveries WHERE alert_id = ?1",
    "DELETE FROM alerts WHERE id = ?1",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OldMessage:
    """An alert, notice, digest or follow-up, in the order in which they are looked through."""

    id: int
    story: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """What may hold a message: `owed`, somebody has yet to get it or could be sent it once more;
    `carries`, messages that are still there were told within it.
    """

    owed: bool
    carries: bool


def made_before(
    connection: sqlite3.Connection,
    at: datetime,
    *,
    kinds: Sequence[str],
    after: OldMessage | None,
    limit: int,
) -> list[OldMessage]:
    """The messages of these kinds made before an instant, the oldest first, from behind `after` on."""
    place = (to_text(after.created_at), after.id) if after else ("", 0)
    return [
        OldMessage(id=row[0], story=row[1], created_at=from_text(row[2]))
        for row in _rows(connection, _OLD, (json.dumps(kinds), to_text(at), *place, limit))
    ]


def ties(connection: sqlite3.Connection, message: OldMessage) -> Ties:
    """What holds a message now."""
    owed, carries = next(iter(_rows(connection, _HOLDS, (message.id,))), (0, 0))
    return Ties(owed=bool(owed), carries=bool(carries))


def octets(connection: sqlite3.Connection, message: OldMessage) -> int:
    """About how many bytes a message and what was sent of it are."""
    return sum(row[0] for row in _rows(connection, _OCTETS, (message.id,)))


def stories_owed(connection: sqlite3.Connection) -> frozenset[int]:
    """The stories of which somebody has yet to be told, or could yet be told once more."""
    return frozenset(row[0] for row in _rows(connection, _OPEN_STORIES))


def take_out(connection: sqlite3.Connection, message: OldMessage) -> None:
    """Remove a message that is owed to nobody and carries none; and, with its last one, what is known of
    its story.
    """
    for statement in _GOES:
        connection.execute(statement, (message.id,))
    for table in ("growth", "acks"):
        connection.execute(
            f"DELETE FROM {table} WHERE story = ?1 "
            "AND NOT EXISTS (SELECT 1 FROM deliveries WHERE story = ?1)",
            (message.story,),
        )


def _rows(connection: sqlite3.Connection, sql: str, values: Sequence[Any] = ()) -> list[Any]:
    with closing(connection.execute(sql, values)) as cursor:
        return cursor.fetchall()
