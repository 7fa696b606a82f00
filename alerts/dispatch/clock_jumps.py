"""When the machine's clock is set: what was planned moves along, so that waits stay as long."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from core.clock import from_text, to_text
from core.database import immediate

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from sqlite_utils import Database

    from core.clock import Clock

LEAST_JUMP = timedelta(seconds=30)  # a clock that is slowly corrected is no jump
_KEYS = {"deliveries": "id", "channels": "name"}
# What was put in or tried since the clock was set is planned by the new time already.
_PLANNED_BEFORE = """
    state IN ('pending', 'retry') AND created_at <= :at AND NOT EXISTS (
        SELECT 1 FROM attempts WHERE delivery_id = deliveries.id AND finished_at > :at)
"""
_OPEN = "state IN ('pending', 'retry', 'sending')"


class ClockWatch:
    """Compares the wall clock with one that never runs backwards."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._look()

    def _look(self) -> None:
        self._wall, self._steady = self._clock.now(), self._clock.monotonic()

    def jump(self) -> timedelta:
        """How far the clock was set since the last look; nothing for less than LEAST_JUMP."""
        passed = timedelta(seconds=self._clock.monotonic() - self._steady)
        jump = self._clock.now() - self._wall - passed
        if abs(jump) < LEAST_JUMP:
            return timedelta()
        self._look()
        return jump


def set_back_since(db: Database, now: datetime) -> timedelta:
    """How far the clock was set back while nothing ran, by the newest instant in the tables.

    It cannot be known whether it was set forward.
    """
    found = db.conn.execute(
        "SELECT max(at) FROM (SELECT max(finished_at) AS at FROM attempts"
        " UNION ALL SELECT max(created_at) FROM deliveries)"
    )
    with closing(found):
        (newest,) = found.fetchone()
    if newest is None or from_text(newest) <= now + LEAST_JUMP:
        return timedelta()
    return now - from_text(newest)


def move_plans(db: Database, jump: timedelta, *, now: datetime) -> None:
    """Move what was planned by the clock of before; what is held for a later time of day is judged again.

    What is held for a time that has come, while the machine slept too, stays so: it goes out at once.
    """
    with immediate(db) as connection:
        before = to_text(now - jump)
        _move(connection, "deliveries", "due_at", jump, _PLANNED_BEFORE, before)
        for column in ("since", "waiting_since"):
            _move(connection, "deliveries", column, jump, f"{_OPEN} AND {column} <= :at", before)
        for column in ("probe_at", "hold_until"):
            _move(connection, "channels", column, jump, f"{column} > :at", before)
        connection.execute(
            "UPDATE deliveries SET state = 'pending', due_at = :now WHERE state = 'held' AND due_at > :now",
            {"now": to_text(now)},
        )


def _move(
    connection: sqlite3.Connection,
    table: str,
    column: str,
    jump: timedelta,
    condition: str,
    at: str,
) -> None:
    key = _KEYS[table]
    rows = connection.execute(
        f"SELECT {key}, {column} FROM {table} WHERE {condition}", {"at": at}
    ).fetchall()
    connection.executemany(
        f"UPDATE {table} SET {column} = ? WHERE {key} = ?",
        [(to_text(from_text(written) + jump), row) for row, written in rows],
    )
