"""`siaga status`: sites with their health and their week, watchlists, the outbox, the daemon."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from core.clock import from_text
from core.errors import ConfigError
from core.text import count
from monitor.cli.context import as_json, pass_context
from monitor.cli.output import ago, print_json, print_table, size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.cli.context import Context


@click.command("status")
@as_json
@pass_context
def status_command(context: Context, as_json: bool) -> None:
    """Show sites and sources with their health, watchlists, the outbox and the daemon.

    The week is a block for each day, the last one today; a dot stands where nobody watched.
    """
    try:
        status = _status_of(context)
    except ConfigError as error:
        status = _status_without_config(context, error)
    if as_json:
        print_json(status)
    else:
        _show(status)


def _status_of(context: Context) -> dict[str, Any]:
    from monitor.status import Wanted, read_status

    config = context.config()
    wanted = Wanted(
        sites=tuple(site.name for site in config.crawl.sites),
        watchlists=tuple(watchlist.name for watchlist in config.watchlists),
        zone=ZoneInfo(config.timezone),
        now=datetime.now(UTC),
        keep=config.keep,
    )
    with context.open(config) as db:
        return read_status(db, config.database, wanted)


def _status_without_config(context: Context, error: ConfigError) -> dict[str, Any]:
    """What the database alone tells: while the file is broken, a daemon goes on with its last good one.

    Raises the error where there is no database yet.
    """
    from monitor.config import DEFAULT_ZONE
    from monitor.database import open_siaga_database
    from monitor.retention.rules import KeepConfig
    from monitor.status import Wanted, read_status

    database = context.database or _database_beside(context.config_path)
    if not database.exists():
        raise error
    with closing(open_siaga_database(database)) as db:
        sites = db.conn.execute("SELECT name FROM sites ORDER BY name")
        named = db.conn.execute("SELECT name FROM watchlists WHERE gone_at IS NULL ORDER BY name")
        wanted = Wanted(
            sites=tuple(row[0] for row in sites),
            watchlists=tuple(row[0] for row in named),
            zone=ZoneInfo(DEFAULT_ZONE),
            now=datetime.now(UTC),
            keep=KeepConfig(),
        )
        status = read_status(db, database, wanted)
    status["daemon"]["config_problem"] = str(error)
    return status


def _database_beside(config: Path) -> Path:
    """The database that a config file names, whatever else is wrong with it."""
    from core.config_file import DEFAULT_DATABASE, database_named_in

    try:
        return database_named_in(config)
    except ConfigError:
        return config.parent / DEFAULT_DATABASE


def _show(status: dict[str, Any]) -> None:
    from monitor.decisions import withheld

    daemon, now = status["daemon"], datetime.now(UTC)
    if daemon["running"]:
        click.echo(f"siaga has been running for {_age(daemon.get('started_at'), now)}")
    else:
        click.echo("siaga is not running; `siaga run` starts it")
    if daemon.get("config_problem"):
        click.echo(f"the config as it is now is not applied:\n{daemon['config_problem']}")
    _show_sites(status["sites"], now, running=daemon["running"])
    watchlists: list[tuple[str, ...]] = [
        (one["watchlist"], str(one["matches"]), str(one["alerts"]), withheld(one["decisions"]))
        for one in status["watchlists"]
    ]
    headings = ("watchlist", "matches", "alerts", "not alerted because")
    print_table(headings, watchlists, empty="no watchlists in the config")
    _show_outbox(status["outbox"], now)
    click.echo(f"database: {', '.join(_storage(status['storage']))}")


def _show_sites(sites: list[dict[str, Any]], now: datetime, *, running: bool) -> None:
    from monitor.health.sparkline import by_day, sparkline

    rows: list[tuple[str, ...]] = [
        (
            site["site"],
            site["health"],
            sparkline(by_day(site["week"])),
            str(site["articles"]),
            str(site["matching"]),
            _when(site["last_article_at"], now),
            _when(site["next_look_at"], now) if running else "-",
            _why(site, now),
        )
        for site in sites
    ]
    columns = ("site", "health", "week", "articles", "matching", "last article", "next look", "why")
    print_table(columns, rows, empty="no sites in the config")
    for line in (line for site in sites for line in _asides(site, now)):
        click.echo(line)


def _why(site: dict[str, Any], now: datetime) -> str:
    """What is the matter with a site, where something is, and for how long it has been in trouble."""
    from monitor.health.state import SAID, TROUBLES, Reason, State

    reason = Reason(site["health_reason"])
    if reason in (Reason.FINE, Reason.NEVER_LOOKED):
        return ""
    readable = site["health"] in (State.QUIET, State.THIN)
    said = SAID[reason] if readable else site["problem"] or SAID[reason]
    return f"for {_age(site['since'], now)}: {said}" if site["health"] in TROUBLES else said


def _asides(site: dict[str, Any], now: datetime) -> Iterator[str]:
    """What is wrong with single sources and pages of a site, and what went by unseen on it."""
    from monitor.health.state import SAID, TROUBLES, Reason, State

    for source in site["sources"]:
        if source["health"] in TROUBLES and site["health"] != State.BROKEN:
            said = SAID[Reason(source["health_reason"])]
            yield f"{site['site']}: {source['url']} is {source['health']}: {said}"
        if source["moved_to"]:
            yield f"{site['site']}: {source['url']} has moved to {source['moved_to']}"
    if site["unread"]:
        counted = ", ".join(f"{number} {outcome}" for outcome, number in site["unread"].items())
        yield f"{site['site']}: pages listed this week that could not be read: {counted}"
    if site["unseen"]:
        lost, at = max(round(site["unseen"]["lost"]), 1), _when(site["unseen"]["at"], now)
        yield (
            f"{site['site']}: its sources list too few: this week about {lost} went by unseen, "
            f"the last {at}"
        )


def _show_outbox(outbox: dict[str, Any], now: datetime) -> None:
    waiting = outbox["pending"] + outbox["sending"] + outbox["retry"]
    click.echo(f"outbox: {waiting} waiting, {outbox['sent']} sent, {outbox['dead']} given up")
    if outbox["oldest_waiting_at"]:
        click.echo(f"the oldest has waited since {_when(outbox['oldest_waiting_at'], now)}")
    for one in outbox["closed_channels"]:
        click.echo(f"the channel {one['channel']} is {one['mode']}: {one['reason']}")


def _storage(storage: dict[str, Any]) -> Iterator[str]:
    yield size(storage["bytes"])
    a_day, full = storage["growth_per_day"], storage["disk_full_in_days"]
    if a_day is None:
        yield "how fast it grows is known after a day"
    else:
        yield f"{'+' if a_day >= 0 else '-'}{size(abs(a_day))} a day over the last week"
    yield f"{size(storage['free_on_disk'])} free on the disk"
    if full is not None:
        yield f"which is full in {_days(full)}"
    if storage["keep_would_free"]:
        yield f"about {size(storage['keep_would_free'])} older than `keep:` says"


def _days(days: int) -> str:
    return f"{days / 365:.0f} years" if days >= 730 else count(days, "day")


def _when(text: str | None, now: datetime) -> str:
    return ago(from_text(text) if text else None, now)


def _age(text: str | None, now: datetime) -> str:
    return _when(text, now).removesuffix(" ago") if text else "an unknown time"
