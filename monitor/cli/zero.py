"""`siaga zero`: the hits of a watchlist, and how much of the watch for them was really kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from core.errors import UsageError
from core.models import suggest
from core.text import count
from monitor.cli.context import as_json, pass_context
from monitor.cli.output import local, print_json, print_table
from monitor.cli.times import Since

if TYPE_CHECKING:
    from monitor.cli.context import Context
    from monitor.config import Config
    from monitor.health.zero import Zero
    from monitor.matching.matcher import Watchlist


@click.command("zero")
@click.argument("watchlist")
@click.option("--since", type=Since(), help="Since when: 1d (the default), 6h, or a date.")
@as_json
@pass_context
def zero_command(context: Context, watchlist: str, since: datetime | None, as_json: bool) -> None:
    """How many hits WATCHLIST had, and how much of the watch was really kept.

    An hour of a site is watched when a look came after it that reached back over it.
    """
    from core.database import DatabaseLock
    from monitor.health.zero import read_zero

    config, now = context.config(), datetime.now(UTC)
    wanted = _find(config, watchlist)
    with context.open(config) as db:
        zero = read_zero(
            db.conn,
            wanted,
            [site.name for site in config.crawl.sites],
            since=since or now - timedelta(days=1),
            now=now,
            running=DatabaseLock(config.database).holder() is not None,
        )
    if as_json:
        print_json(zero.to_data())
    else:
        _show(zero, config.timezone)


def _find(config: Config, name: str) -> Watchlist:
    """The watchlist of that name. Raises UsageError, with the name that was probably meant."""
    for watchlist in config.watchlists:
        if watchlist.name == name:
            return watchlist
    hint = suggest(name, [one.name for one in config.watchlists])
    raise UsageError(f"the config has no watchlist {name!r}{hint}")


def _show(zero: Zero, zone: str) -> None:
    from monitor.decisions import withheld
    from monitor.health.watch import percent
    from monitor.health.zero import said

    alerts = count(zero.decisions.get("alert", 0), "alert")
    click.echo(
        f"{zero.watchlist} since {local(zero.since, zone)}: "
        f"{count(zero.matches, 'match', 'matches')}, {alerts}"
    )
    if why := withheld(zero.decisions):
        click.echo(f"not alerted: {why}")
    sites = f"{zero.watched} of {count(len(zero.kept), 'site')}"
    click.echo(f"watched: {sites}, {percent(zero.share)} of the hours")
    gaps = [
        (one.site, local(gap.since, zone), local(gap.until, zone), gap.why)
        for one in zero.kept
        for gap in one.gaps
    ]
    if gaps:
        print_table(("not watched", "from", "to", "why"), gaps, empty="")
    click.echo(said(zero))
