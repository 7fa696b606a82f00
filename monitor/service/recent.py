"""The last looks, finds and deliveries, and what waits: what the live view shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.outbox.ledger import backlog
from alerts.outbox.retry import State
from core.clock import from_text

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

SHOWN = 6
_LOOKS = """
    SELECT visited_at, name, coalesce(last_problem, '') FROM sites WHERE visited_at IS NOT NULL
    ORDER BY visited_at DESC LIMIT ?
"""
_FINDS = """
    SELECT first_seen_at, site, title, coalesce((SELECT group_concat(DISTINCT watchlist) FROM matches
        WHERE article_id = articles.id), '') FROM articles ORDER BY id DESC LIMIT ?
"""
_DELIVERIES = """
    SELECT coalesce(done_at, deliveries.created_at), channel, state,
        coalesce(data ->> '$.article.title', data ->> '$.title', '')
    FROM deliveries JOIN alerts ON alerts.id = alert_id ORDER BY deliveries.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that happened: when, where (a site or a channel), what, and what became of it."""

    at: datetime
    where: str
    what: str
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """Newest first; `next_look_at` is None while no look is planned."""

    looks: tuple[Line, ...]
    finds: tuple[Line, ...]
    deliveries: tuple[Line, ...]
    waiting: int
    sent: int
    dead: int
    next_look_at: datetime | None


def read_recent(db: Database) -> Recent:
    """What happened last. Raises sqlite3.Error."""
    connection = db.conn
    counts = backlog(db).counts
    (next_look,) = connection.execute("SELECT min(due_at) FROM looks").fetchone()
    return Recent(
        looks=tuple(
            Line(at=from_text(at), where=site, what=problem)
            for at, site, problem in connection.execute(_LOOKS, (SHOWN,))
        ),
        finds=tuple(
            Line(at=from_text(at), where=site, what=title, result=watchlists)
            for at, site, title, watchlists in connection.execute(_FINDS, (SHOWN,))
        ),
        deliveries=tuple(
            Line(at=from_text(at), where=channel, what=title, result=state)
            for at, channel, state, title in connection.execute(_DELIVERIES, (SHOWN,))
        ),
        waiting=sum(counts[state] for state in (State.PENDING, State.SENDING, State.RETRY)),
        sent=counts[State.SENT],
        dead=counts[State.DEAD],
        next_look_at=from_text(next_look) if next_look else None,
    )
