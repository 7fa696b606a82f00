"""`siaga check`: is the config right?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from core.text import count
from monitor.cli.context import pass_context
from monitor.cli.output import say

if TYPE_CHECKING:
    from monitor.cli.context import Context


@click.command("check")
@pass_context
def check_command(context: Context) -> None:
    """Validate the config. Each error is told as PATH:LINE:COL: message, all of them at once."""
    config = context.config()
    for warning in config.warnings:
        say(f"{warning} (warning)")
    click.echo(
        f"{config.path} is right: {count(len(config.crawl.sites), 'site')}, "
        f"{count(len(config.watchlists), 'watchlist')}, {count(len(config.channels), 'channel')}"
    )
