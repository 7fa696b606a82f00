"""`siaga status`: sites with their health, watchlists, the outbox, the daemon."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from core.clock import from_text, to_text
from core.database import DatabaseLock
from core.errors import ConfigError
from monitor.cli.context import as_json, pass_context
from monitor.cli.output import ago, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlite_utils import Database

    from monitor.cli.context import Context

_LISTED_WITHIN = timedelta(days=7)
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
    SELECT url, kind, looked_at, succeeded_at, outcome, detail, failures, listed, baseline_at
    FROM sources WHERE site = ? ORDER BY id
"""
_UNREAD = """
    SELECT outcome, count(*) FROM pages WHERE site = ?
        AND outcome NOT IN ('read', 'duplicate') AND last_listed_at >= ? GROUP BY outcome
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
)


@click.command("status")
@as_json
@pass_context
def status_command(context: Context, as_json: bool) -> None:
    """Show sites and sources with their health, watchlists, the outbox and the daemon."""
    try:
        status = _status_of(context)
    except ConfigError as error:
        status = _status_without_config(context, error)
    if as_json:
        print_json(status)
    else:
        _show(status)


def _status_of(context: Context) -> dict[str, Any]:
    config = context.config()
    with context.open(config) as db:
        return read_status(
            db,
            config.database,
            sites=[site.name for site in config.crawl.sites],
            watchlists=[watchlist.name for watchlist in config.watchlists],
        )


def _status_without_config(context: Context, error: ConfigError) -> dict[str, Any]:
    """What the database alone tells: while the file is broken, a daemon goes on with its last good one.

    Raises the error where there is no database yet.
    """
    from monitor.writer import open_siaga_database

    database = context.database or _database_beside(context.config_path)
    if not database.exists():
        raise error
    with closing(open_siaga_database(database)) as db:
        sites = [row[0] for row in db.conn.execute("SELECT name FROM sites ORDER BY name")]
        named = db.conn.execute("SELECT name FROM watchlists WHERE gone_at IS NULL ORDER BY name")
        status = read_status(db, database, sites=sites, watchlists=[row[0] for row in named])
    status["daemon"]["config_problem"] = str(error)
    return status


def _database_beside(config: Path) -> Path:
    """The database that a config file names, whatever else is wrong with it."""
    from core.config_file import DEFAULT_DATABASE, database_named_in

    try:
        return database_named_in(config)
    except ConfigError:
        return config.parent / DEFAULT_DATABASE


def read_status(
    db: Database, database: Path, *, sites: Iterable[str], watchlists: Iterable[str]
) -> dict[str, Any]:
    """{"daemon", "sites", "watchlists", "outbox"} as JSON data; instants are ISO 8601, UTC."""
    return {
        "daemon": _daemon(db, database),
        "sites": [_site(db, name) for name in sites],
        "watchlists": _watchlists(db, watchlists),
        "outbox": _outbox(db),
    }


def _daemon(db: Database, database: Path) -> dict[str, Any]:
    from monitor.records import MonitorRecords

    last = MonitorRecords(db.conn).daemon() or {}
    running = DatabaseLock(database).holder() is not None
    return {"running": running, **last}


def _site(db: Database, name: str) -> dict[str, Any]:
    facts = dict(zip(_SITE_KEYS, db.conn.execute(_SITE, (name,)).fetchone(), strict=True))
    sources = [
        dict(zip(_SOURCE_KEYS, row, strict=True)) for row in db.conn.execute(_SOURCES, (name,))
    ]
    since = to_text(datetime.now(UTC) - _LISTED_WITHIN)
    unread = dict(db.conn.execute(_UNREAD, (name, since)).fetchall())
    return {
        "site": name,
        "health": _health(facts, sources),
        **facts,
        "unread": unread,
        "sources": sources,
    }


def _health(facts: dict[str, Any], sources: list[dict[str, Any]]) -> str:
    """One word: working, partly (some source fails), broken, or waiting for the first look."""
    if facts["visited_at"] is None:
        return "waiting"
    working = sum(source["failures"] == 0 for source in sources)
    if working == 0:
        return "broken"
    return "working" if working == len(sources) else "partly"


def _watchlists(db: Database, names: Iterable[str]) -> list[dict[str, Any]]:
    from monitor.records import MonitorRecords

    records = MonitorRecords(db.conn)
    counts, places = records.match_counts(), records.places()
    return [
        {
            "watchlist": name,
            "version": places[name].version if name in places else None,
            "matches": sum(counts.get(name, {}).values()),
            "alerts": counts.get(name, {}).get("alert", 0),
            "decisions": counts.get(name, {}),
        }
        for name in names
    ]


def _outbox(db: Database) -> dict[str, Any]:
    from alerts.ledger import backlog

    now = backlog(db)
    return {
        **{str(state): count for state, count in now.counts.items()},
        "oldest_waiting_at": now.oldest_waiting_at.isoformat() if now.oldest_waiting_at else None,
        "closed_channels": [
            {"channel": one.name, "mode": one.mode, "reason": one.reason} for one in now.closed
        ],
    }


def _show(status: dict[str, Any]) -> None:
    daemon, now = status["daemon"], datetime.now(UTC)
    if daemon["running"]:
        click.echo(f"siaga has been running for {_age(daemon.get('started_at'), now)}")
    else:
        click.echo("siaga is not running; `siaga run` starts it")
    if daemon.get("config_problem"):
        click.echo(f"the config as it is now is not applied:\n{daemon['config_problem']}")
    sites: list[tuple[str, ...]] = [
        (
            site["site"],
            site["health"],
            str(site["articles"]),
            str(site["matching"]),
            _when(site["last_article_at"], now),
            _when(site["next_look_at"], now) if daemon["running"] else "-",
            site["problem"] or "",
        )
        for site in status["sites"]
    ]
    columns = ("site", "health", "articles", "matching", "last article", "next look", "problem")
    print_table(columns, sites, empty="no sites in the config")
    watchlists: list[tuple[str, ...]] = [
        (one["watchlist"], str(one["matches"]), str(one["alerts"]), _withheld(one["decisions"]))
        for one in status["watchlists"]
    ]
    headings = ("watchlist", "matches", "alerts", "not alerted because")
    print_table(headings, watchlists, empty="no watchlists in the config")
    _show_outbox(status["outbox"], now)


def _show_outbox(outbox: dict[str, Any], now: datetime) -> None:
    waiting = outbox["pending"] + outbox["sending"] + outbox["retry"]
    click.echo(f"outbox: {waiting} waiting, {outbox['sent']} sent, {outbox['dead']} given up")
    if outbox["oldest_waiting_at"]:
        click.echo(f"the oldest has waited since {_when(outbox['oldest_waiting_at'], now)}")
    for one in outbox["closed_channels"]:
        click.echo(f"the channel {one['channel']} is {one['mode']}: {one['reason']}")


def _withheld(decisions: dict[str, int]) -> str:
    from monitor.decisions import SAID, Decision

    told = (f"{count}: {SAID[Decision(why)]}" for why, count in decisions.items() if why != "alert")
    return "; ".join(told)


def _when(text: str | None, now: datetime) -> str:
    return ago(from_text(text) if text else None, now)


def _age(text: str | None, now: datetime) -> str:
    return _when(text, now).removesuffix(" ago") if text else "an unknown time"
