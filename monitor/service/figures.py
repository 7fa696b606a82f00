"""What the tables tell of how Siaga does, as numbers; read over a connection that cannot write."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlite_utils import Database

from alerts.outbox.ledger import backlog
from core.clock import from_text, to_text
from monitor.health.news import Subject
from monitor.health.records import HealthRecords
from monitor.health.state import Health
from monitor.records import MonitorRecords

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

REQUESTS_OVER = timedelta(days=1)
_BUSY_MS = 1000
_UNREAD = """
    SELECT count(*), min(at) FROM article_log WHERE seq > ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How things stand; spans are zero where nothing waits."""

    articles: int
    alerts: int
    matches: Mapping[str, int]  # by decision
    deliveries: Mapping[str, int]  # by state
    closed_channels: int
    sites: Mapping[str, int]  # by health
    requests: Mapping[str, int]  # by outcome, over the last day
    unread: int  # entries of the article log that matching has not read
    unread_for: timedelta
    undelivered_for: timedelta
    look_overdue_for: timedelta
    config_applied_at: datetime | None
    config_is_refused: bool


def open_for_reading(database: Path) -> AbstractContextManager[Database]:
    """A connection of the calling thread that cannot write and makes no file, closed at the end."""
    connection = sqlite3.connect(f"file:{quote(str(database.absolute()))}?mode=ro", uri=True)
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    return closing(Database(connection))


def read_figures(db: Database, *, sites: Iterable[str], now: datetime) -> Figures:
    """The figures of now. `sites` are those of the config. Raises sqlite3.Error."""
    connection = db.conn
    records, outbox = MonitorRecords(connection), backlog(db)
    unread, unread_since = connection.execute(_UNREAD, (records.read_to(),)).fetchone()
    daemon = records.daemon() or {}
    applied_at = daemon.get("config_applied_at")
    return Figures(
        articles=_count(connection, "SELECT count(*) FROM articles"),
        alerts=_count(connection, "SELECT count(*) FROM alerts WHERE kind = 'alert' AND story > 0"),
        matches=_totals(records.match_counts().values()),
        deliveries={str(state): number for state, number in outbox.counts.items()},
        closed_channels=len(outbox.closed),
        sites=Counter(_health_of(connection, sites)),
        requests=dict(_requests(connection, now)),
        unread=unread,
        unread_for=_since(from_text(unread_since) if unread_since else None, now),
        undelivered_for=_since(outbox.oldest_waiting_at, now),
        look_overdue_for=_since(min(records.due_looks().values(), default=None), now),
        config_applied_at=from_text(applied_at) if applied_at else None,
        config_is_refused=bool(daemon.get("config_problem")),
    )


def _health_of(connection: sqlite3.Connection, sites: Iterable[str]) -> Iterator[str]:
    """The health of each site, in the words of `siaga status`."""
    known = HealthRecords(connection).all()
    for site in sites:
        yield known.get(Subject(site=site), Health()).state


def _requests(connection: sqlite3.Connection, now: datetime) -> Iterator[tuple[str, int]]:
    since = to_text(now - REQUESTS_OVER)
    yield from connection.execute(
        "SELECT outcome, count(*) FROM fetches WHERE at >= ? GROUP BY outcome", (since,)
    )


def _totals(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total


def _count(connection: sqlite3.Connection, sql: str) -> int:
    return int(connection.execute(sql).fetchone()[0])


def _since(at: datetime | None, now: datetime) -> timedelta:
    return max(now - at, timedelta()) if at is not None else timedelta()
