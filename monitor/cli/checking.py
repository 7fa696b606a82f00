"""`siaga check`: is the config right?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from core.errors import UsageError
from core.text import count
from monitor.cli.context import pass_context
from monitor.cli.output import say

if TYPE_CHECKING:
    from monitor.cli.context import Context
    from monitor.config import Config


@click.command("check")
@click.option("--online", is_flag=True, help="Try the sites and the channels, too.")
@click.option(
    "--catalogue", is_flag=True, help="With --online: every site of the catalogue instead."
)
@click.option(
    "--channels/--no-channels",
    default=None,
    help="With --online: ask the channels whether they know us, where that sends nothing to anybody "
    "(default: ask them, but not with --catalogue).",
)
@pass_context
def check_command(context: Context, online: bool, catalogue: bool, channels: bool | None) -> None:
    """Validate the config. Each error is told as PATH:LINE:COL: message, all of them at once."""
    if catalogue and not online:
        raise UsageError("--catalogue goes with --online")
    if channels is not None and not online:
        raise UsageError("--channels goes with --online")
    config = context.config()
    for warning in config.warnings:
        say(f"{warning} (warning)")
    _warn_of_homographs(context, config)
    click.echo(
        f"{config.path} is right: {count(len(config.crawl.sites), 'site')}, "
        f"{count(len(config.watchlists), 'watchlist')}, {count(len(config.channels), 'channel')}"
    )
    if online:
        from monitor.cli.online import check_online, known_sites

        sites = known_sites() if catalogue else config.crawl.sites
        asked = not catalogue if channels is None else channels
        check_online(config, sites, channels=config.channels if asked else {})


def _warn_of_homographs(context: Context, config: Config) -> None:
    """Tell what else the terms have met so far, where there is an archive to tell it from."""
    from monitor.watchlists.past_hits import homographs_met

    if not config.database.exists():
        return
    with context.open(config) as db:
        for watchlist, found in homographs_met(db.conn, config.watchlists):
            say(f"{config.path}: watchlist {watchlist.name}: {found} (warning)")
