"""`siaga run`: the daemon, or one round with --once."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING

import click

from core.clock import SystemClock
from core.errors import UsageError
from core.models import suggest
from core.text import count
from monitor.cli.context import pass_context
from monitor.cli.output import say

if TYPE_CHECKING:
    from monitor.cli.context import Context
    from monitor.config import Config
    from monitor.once import Round


@click.command("run")
@click.option("--once", is_flag=True, help="Look at every source once, match, deliver, and end.")
@click.option("--site", "sites", multiple=True, metavar="NAME", help="With --once: only this site.")
@click.option(
    "--no-baseline",
    is_flag=True,
    help="Alert on what a first crawl and a new watchlist find too, however old.",
)
@click.option("--verbose", "-v", is_flag=True, help="Say more.")
@pass_context
def run_command(
    context: Context,
    once: bool,
    sites: tuple[str, ...],
    no_baseline: bool,
    verbose: bool,
) -> None:
    """Watch the sites of the config until SIGTERM or Ctrl-C."""
    from monitor.configfile import ConfigFile

    file = ConfigFile(
        context.config_path, database=context.database
    )  # before it is read, so that no edit falls in between
    config = context.config()
    _check_sites(config, sites, once=once)
    _set_up_logging(verbose=verbose, quiet=once)
    for warning in config.warnings:
        say(f"{warning} (warning)")
    if once:
        _run_once(config, sites, heed_baseline=not no_baseline)
        return
    from monitor.daemon import Daemon

    async def serve() -> None:
        daemon = Daemon(config, file=file, clock=SystemClock(), heed_baseline=not no_baseline)
        await daemon.run()

    asyncio.run(serve())


def _check_sites(config: Config, sites: tuple[str, ...], *, once: bool) -> None:
    if sites and not once:
        raise UsageError("--site goes with --once")
    known = [site.name for site in config.crawl.sites]
    for name in sites:
        if name not in known:
            raise UsageError(f"the config has no site {name!r}{suggest(name, known)}")


def _run_once(config: Config, sites: tuple[str, ...], *, heed_baseline: bool) -> None:
    from monitor.once import run_once

    done = asyncio.run(
        run_once(config, clock=SystemClock(), sites=sites, heed_baseline=heed_baseline)
    )
    _summarise(done, heed_baseline=heed_baseline)
    if done.failed:
        sys.exit(1)


def _summarise(done: Round, *, heed_baseline: bool) -> None:
    for look in done.looks:
        if look.problem:
            say(f"{look.site}: {look.problem}")
    taken, read = done.taken, done.read
    click.echo(
        f"{count(len(done.looks), 'site')}: {count(taken.new, 'new article')} "
        f"({taken.thin} from the feed alone), {count(read.matches, 'match', 'matches')}, "
        f"{count(read.alerts, 'alert')}; {count(done.delivered, 'delivery', 'deliveries')} made, "
        f"{done.undelivered} not yet"
    )
    if taken.baseline and heed_baseline:
        click.echo(
            f"{taken.baseline} of the articles were there when their site was first looked at: they are "
            "stored and matched, and only what comes after them is alerted (--no-baseline: all of it)"
        )


def _set_up_logging(*, verbose: bool, quiet: bool) -> None:
    level = logging.DEBUG if verbose else logging.WARNING if quiet else logging.INFO
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)-7s %(message)s",
        datefmt="%H:%M:%S",
    )
    logging.getLogger("siaga").setLevel(level)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
