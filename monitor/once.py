"""One round: every source once, match, deliver, and wait for the outcome of each first try."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.dispatch.dispatcher import Dispatcher
from core.database import DatabaseLock
from crawler.intake import Taken
from crawler.supervisor import Supervisor
from monitor.newsdesk import Read
from monitor.visiting import Look, Visiting, worker_settings
from monitor.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.clock import Clock
    from crawler.sites import SiteConfig
    from monitor.config import Config

MAX_LOOKS = 20  # of one site, while it has pages left to read
FIRST_TRIES = timedelta(seconds=90)
STOP = timedelta(seconds=8)


@dataclass(slots=True, kw_only=True)
class Round:
    """What one round did."""

    looks: list[Look] = field(default_factory=list)
    taken: Taken = field(default_factory=Taken)
    read: Read = field(default_factory=Read)
    delivered: int = 0
    undelivered: int = 0

    @property
    def failed(self) -> bool:
        """Whether a site or a delivery failed."""
        return bool(self.undelivered) or any(look.problem for look in self.looks)


async def run_once(
    config: Config, *, clock: Clock, sites: Sequence[str] = (), heed_baseline: bool = True
) -> Round:
    """One round over the config's sites, or those named. Raises DatabaseHeldError."""
    with DatabaseLock(config.database):
        writer = Writer(config.database, clock=clock)
        supervisor = Supervisor(worker_settings(config.crawl), clock=clock)
        dispatcher = Dispatcher(
            config.database, config.channels, zone=config.timezone, clock=clock, patient=False
        )
        await writer.open(config, heed_baseline=heed_baseline)
        dispatcher.start()
        try:
            visiting = Visiting(writer, supervisor, clock=clock, on_alert=dispatcher.wake)
            chosen = [one for one in config.crawl.sites if not sites or one.name in sites]
            done = await _look_at_all(visiting, config, chosen)
            await _catch_up(writer, done)
            await writer.tell_health()
            dispatcher.wake()
            await asyncio.to_thread(_deliver, dispatcher, done)
        finally:
            await supervisor.stop()
            await asyncio.to_thread(dispatcher.stop, STOP)
            await writer.close()
    return done


async def _look_at_all(visiting: Visiting, config: Config, sites: Sequence[SiteConfig]) -> Round:
    looks = (_look_until_done(visiting, site, config) for site in sites)
    done = Round(looks=list(await asyncio.gather(*looks)))
    for one in done.looks:
        done.taken.add(one.taken)
        done.read.add(one.read)
    return done


async def _look_until_done(visiting: Visiting, site: SiteConfig, config: Config) -> Look:
    total = Look(site=site.name)
    for _ in range(MAX_LOOKS):
        look = await visiting.look(site, config)
        total.taken.add(look.taken)
        total.read.add(look.read)
        total.problem = look.problem
        if not look.more:
            break
    return total


async def _catch_up(writer: Writer, done: Round) -> None:
    more = True
    while more:
        read = await writer.catch_up()
        done.read.add(read)
        more = read.more


def _deliver(dispatcher: Dispatcher, done: Round) -> None:
    tries = dispatcher.wait_first_tries(FIRST_TRIES)
    done.delivered = tries.accepted
    done.undelivered = tries.failed + tries.unfinished
