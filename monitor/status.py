"""How Siaga does, as JSON data: what `siaga status` shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from shutil import disk_usage
from typing import TYPE_CHECKING, Any

from alerts.outbox.ledger import backlog
from core.clock import to_text
from core.database import DatabaseLock
from core.snapshots import size_of
from crawler.retention.pruning import count_texts
from monitor.disk_use import DiskUse, growth
from monitor.health.news import Subject
from monitor.health.records import HealthRecords
from monitor.health.sparkline import bounds, counts
from monitor.health.state import Health
from monitor.records import MonitorRecords
from monitor.retention.rules import horizons

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo
    from pathlib import Path

    from sqlite_utils import Database

    from monitor.retention.rules import KeepConfig

_THIS_WEEK = timedelta(days=7)
_SITE = """
    SELECT sites.visited_at, sites.not_before, sites.last_problem, looks.due_at, looks.reason,
        (SELECT count(*) FROM articles WHERE site = wanted.name),
        (SELECT count(DISTINCT article_id) FROM matches JOIN articles ON articles.id = article_id
            WHERE site = wanted.name),
        (SELECT max(first_seen_at) FROM articles WHERE site = wanted.name)
    FROM (SELECT ? AS name) AS wanted
    LEFT JOIN sites ON sites.name = wanted.name LEFT JOIN looks ON looks.site = wanted.name
"""
_SOURCES = """
    SELECT url, kind, looked_at, succeeded_at, outcome, detail, failures, listed, baseline_at,
        moved_to, standing, lied_at
    FROM sources WHERE site = ? ORDER BY id
"""
_UNREAD = """
    SELECT outcome, count(*) FROM pages WHERE site = ?
        AND outcome NOT IN ('read', 'duplicate', 'announced') AND last_listed_at >= ? GROUP BY outcome
"""
_SITE_KEYS = (
    "visited_at",
    "not_before",
    "problem",
    "next_look_at",
    "next_look_because",
    "articles",
    "matching",
    "last_article_at",
)
_SOURCE_KEYS = (
    "url",
    "kind",
    "looked_at",
    "succeeded_at",
    "outcome",
    "detail",
    "failures",
    "listed",
    "baseline_at",
    "moved_to",
    "standing",
    "lied_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a status is to tell of, and for a reader of which zone."""

    sites: tuple[str, ...]
    watchlists: tuple[str, ...]
    zone: tzinfo
    now: datetime
    keep: KeepConfig


def read_status(db: Database, database: Path, wanted: Wanted) -> dict[str, Any]:
    """{"daemon", "sites", "watchlists", "outbox", "storage"} as JSON data; instants are ISO 8601, UTC."""
    return {
        "daemon": _daemon(db, database),
        "sites": [_site(db, name, wanted) for name in wanted.sites],
        "watchlists": _watchlists(db, wanted.watchlists),
        "outbox": _outbox(db),
        "storage": _storage(db, database, wanted),
    }


def _daemon(db: Database, database: Path) -> dict[str, Any]:
    last = MonitorRecords(db.conn).daemon() or {}
    running = DatabaseLock(database).holder() is not None
    return {"running": running, **last}


def _site(db: Database, name: str, wanted: Wanted) -> dict[str, Any]:
    facts = dict(zip(_SITE_KEYS, db.conn.execute(_SITE, (name,)).fetchone(), strict=True))
    known = HealthRecords(db.conn).of_site(name)
    sources = [
        dict(zip(_SOURCE_KEYS, row, strict=True)) for row in db.conn.execute(_SOURCES, (name,))
    ]
    return {
        "site": name,
        **_health(known.get(Subject(site=name), Health())),
        "week": _week(db, name, wanted),
        "unseen": _unseen(db, name, wanted.now),
        "unread": _unread(db, name, wanted.now),
        **facts,
        "sources": [
            {**source, **_health(known.get(Subject(site=name, source=source["url"]), Health()))}
            for source in sources
        ],
    }


def _health(health: Health) -> dict[str, Any]:
    return {
        "health": health.state,
        "health_reason": health.reason,
        "since": health.since.isoformat() if health.since else None,
    }


def _week(db: Database, name: str, wanted: Wanted) -> list[int | None]:
    """Articles in each six hours of the week up to tonight; None where nobody watched."""
    records, marks = HealthRecords(db.conn), bounds(wanted.now, wanted.zone)
    stretches = records.stretches(name, since=marks[0])
    return counts(records.arrivals(name, since=marks[0]), stretches, marks)


def _unseen(db: Database, name: str, now: datetime) -> dict[str, Any] | None:
    """About how many articles went by unseen this week because its listing was too short."""
    loss = HealthRecords(db.conn).loss(name, since=now - _THIS_WEEK)
    return {"lost": loss.lost, "at": loss.at.isoformat()} if loss else None


def _unread(db: Database, name: str, now: datetime) -> dict[str, int]:
    """How many of the pages that were listed this week could not be read, by outcome."""
    since = to_text(now - _THIS_WEEK)
    return dict(db.conn.execute(_UNREAD, (name, since)).fetchall())


def _watchlists(db: Database, names: Iterable[str]) -> list[dict[str, Any]]:
    records = MonitorRecords(db.conn)
    counted, places = records.match_counts(), records.places()
    return [
        {
            "watchlist": name,
            "version": places[name].version if name in places else None,
            "matches": sum(counted.get(name, {}).values()),
            "alerts": counted.get(name, {}).get("alert", 0),
            "decisions": counted.get(name, {}),
        }
        for name in names
    ]


def _outbox(db: Database) -> dict[str, Any]:
    now = backlog(db)
    return {
        **{str(state): count for state, count in now.counts.items()},
        "oldest_waiting_at": now.oldest_waiting_at.isoformat() if now.oldest_waiting_at else None,
        "closed_channels": [
            {"channel": one.name, "mode": one.mode, "reason": one.reason} for one in now.closed
        ],
    }


def _storage(db: Database, database: Path, wanted: Wanted) -> dict[str, Any]:
    """How large the database is, what it grows by, and when the disk is full."""
    octets, today = size_of(database), wanted.now.date()
    pages, free, page = (_pragma(db, one) for one in ("page_count", "freelist_count", "page_size"))
    texts = count_texts(db.conn)
    old = horizons(wanted.keep, wanted.now)
    due = count_texts(db.conn, before=old.bodies) if old.bodies else 0
    return DiskUse(
        octets=octets,
        free_in_file=free * page,
        free_on_disk=disk_usage(database.absolute().parent).free,
        a_day=growth(MonitorRecords(db.conn).sizes(), octets, today),
        due=(pages - free) * page * due // texts if texts else 0,
    ).to_data()


def _pragma(db: Database, name: str) -> int:
    return int(db.conn.execute(f"PRAGMA {name}").fetchone()[0])
