"""`siaga run`: the daemon, or one round with --once."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from core.clock import SystemClock
from core.collecting import spare_what_is_loaded
from core.errors import UsageError
from core.models import suggest
from core.text import count
from monitor.cli.context import pass_context
from monitor.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.cli.context import Context
    from monitor.config import Config
    from monitor.configfile import ConfigFile
    from monitor.once import Round
    from monitor.service.screen import LiveScreen
    from monitor.service.sections import Format, LogConfig


@click.command("run")
@click.option("--once", is_flag=True, help="Look at every source once, match, deliver, and end.")
@click.option("--site", "sites", multiple=True, metavar="NAME", help="With --once: only this site.")
@click.option(
    "--no-baseline",
    is_flag=True,
    help="Alert on what a first crawl and a new watchlist find too, however old.",
)
@click.option("--verbose", "-v", is_flag=True, help="Say more.")
@click.option("--plain", is_flag=True, help="Lines instead of the live view, on a terminal too.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    help="How a line of the log looks (default: `log.format` in the config).",
)
@pass_context
def run_command(
    context: Context,
    once: bool,
    sites: tuple[str, ...],
    no_baseline: bool,
    verbose: bool,
    plain: bool,
    log_format: Format | None,
) -> None:
    """Watch the sites of the config until SIGTERM or Ctrl-C."""
    from monitor.configfile import ConfigFile

    file = ConfigFile(
        context.config_path, database=context.database
    )  # before it is read, so that no edit falls in between
    config = context.config()
    _check_sites(config, sites, once=once)
    if log_format is not None:
        plain = True
    live = _is_live(config, plain=plain or verbose or once)
    zone = (
        ZoneInfo(config.timezone) if live else None
    )  # its lines stand above a view with such times
    log = partial(_log, verbose=verbose, quiet=once or live, log_format=log_format, zone=zone)
    log(config.service.log)
    for warning in config.warnings:
        logging.getLogger("siaga").warning("%s (warning)", warning)
    if once:
        _run_once(config, sites, heed_baseline=not no_baseline)
        return
    with _screen(config) if live else nullcontext():
        log(config.service.log)  # what is said now stands above the view
        asyncio.run(_serve(config, file, log, heed_baseline=not no_baseline))


async def _serve(
    config: Config, file: ConfigFile, log: Callable[[LogConfig], None], *, heed_baseline: bool
) -> None:
    from monitor.daemon import Daemon
    from monitor.service import last_moment

    daemon = Daemon(
        config,
        file=file,
        clock=SystemClock(),
        heed_baseline=heed_baseline,
        log=log,
        on_stop=last_moment.begin,
    )
    spare_what_is_loaded()
    await daemon.run()


def _is_live(config: Config, *, plain: bool) -> bool:
    """Whether somebody watches who is better served by a view than by lines."""
    text = config.service.log.format == "text"
    return text and not plain and sys.stdout.isatty() and sys.stderr.isatty()


def _screen(config: Config) -> LiveScreen:
    from monitor.service.screen import LiveScreen

    return LiveScreen(config.database, zone=ZoneInfo(config.timezone))


def _log(
    config: LogConfig,
    *,
    verbose: bool,
    quiet: bool,
    log_format: Format | None,
    zone: ZoneInfo | None,
) -> None:
    from monitor.service.logs import set_up

    if log_format is not None:
        config = config.model_copy(update={"format": log_format})
    set_up(config, os.environ, verbose=verbose, quiet=quiet, zone=zone)


def _check_sites(config: Config, sites: tuple[str, ...], *, once: bool) -> None:
    if sites and not once:
        raise UsageError("--site goes with --once")
    known = [site.name for site in config.crawl.sites]
    for name in sites:
        if name not in known:
            raise UsageError(f"the config has no site {name!r}{suggest(name, known)}")


def _run_once(config: Config, sites: tuple[str, ...], *, heed_baseline: bool) -> None:
    from monitor.once import run_once

    spare_what_is_loaded()
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
