"""The daemon: looks at sites when they are due, matches, delivers and follows config.yaml."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from datetime import UTC, timedelta
from functools import partial
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from alerts.dispatch.disk import DiskRoom
from alerts.dispatch.dispatcher import Dispatcher
from alerts.notice import Notice
from alerts.transport.http import HttpPoster
from core.database import DatabaseLock
from core.text import count
from crawler.supervisor import Supervisor
from monitor.config_diff import differences
from monitor.housekeeping import Housekeeping
from monitor.look_scheduler import LookScheduler
from monitor.rhythm.timetable import PACE_KEPT_FOR
from monitor.service.attendant import Attendant
from monitor.service.canary import Canary
from monitor.service.reports import Reports
from monitor.service.vitals import Vitals
from monitor.visiting import Visiting, worker_settings
from monitor.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from core.clock import Clock
    from monitor.config import Config
    from monitor.configfile import Change, ConfigFile
    from monitor.health.state import Rules
    from monitor.service.sections import LogConfig

STOP = timedelta(seconds=7)
_HEARTBEAT_SECONDS = 5.0  # for one call; it must not hold up the end
_DRILL_SECONDS = 5
_COVERAGE_SECONDS = 600
_HOUSEKEEPING_SECONDS = 300  # between two looks whether something is due
_LAST_LOOKS_SECONDS = 1.0  # for the looks under way at the end, once the worker has stopped

logger = logging.getLogger("siaga")


class Daemon:
    """One Siaga on one database. `run` returns after `stop`, a SIGTERM or a SIGINT."""

    def __init__(
        self,
        config: Config,
        *,
        file: ConfigFile,
        clock: Clock,
        heed_baseline: bool = True,
        health_rules: Rules | None = None,
        log: Callable[[LogConfig], None] | None = None,
        on_stop: Callable[[], None] | None = None,
    ) -> None:
        """`log` is called with the section `log` of each config that is applied, `on_stop` by `stop`."""
        self._on_stop = on_stop
        self._config = config
        self._clock = clock
        self._heed_baseline = heed_baseline
        self._health_rules = health_rules
        self._file = file
        self._writer = Writer(config.database, clock=clock)
        self._supervisor = Supervisor(worker_settings(config.crawl), clock=clock)
        self._dispatcher = Dispatcher(
            config.database,
            config.channels,
            zone=config.timezone,
            clock=clock,
            room=DiskRoom(config.database),
        )
        self._vitals = Vitals(clock, delivery=self._dispatcher.moved_at)
        self._visiting = Visiting(
            self._writer,
            self._supervisor,
            clock=clock,
            on_alert=self._dispatcher.wake,
            on_take=self._vitals.crawled,
        )
        self._attendant = self._new_attendant(config, log)
        self._canary = Canary(self._writer, clock=clock, on_alert=self._dispatcher.wake)
        self._stopping = asyncio.Event()
        self._ticks: set[asyncio.Future[None]] = set()
        self._housekeeping = Housekeeping(
            self._writer,
            config.database,
            clock=clock,
            on_alert=self._dispatcher.wake,
            stopping=self._stopping.is_set,
        )
        self._scheduler = _new_scheduler()
        self._looks = LookScheduler(
            self._scheduler, self._visiting, self._writer, self._vitals, clock=clock
        )

    def _new_attendant(self, config: Config, log: Callable[[LogConfig], None] | None) -> Attendant:
        reports = Reports(
            self._vitals,
            config.database,
            clock=self._clock,
            sites=lambda: tuple(site.name for site in self._config.crawl.sites),
            worker=lambda: self._supervisor.pid,
        )
        poster = HttpPoster(self._clock, seconds=_HEARTBEAT_SECONDS)
        return Attendant(
            self._vitals, reports, poster, clock=self._clock, environment=os.environ, log=log
        )

    def stop(self) -> None:
        """Make `run` finish what it is sending and return."""
        if self._on_stop is not None and not self._stopping.is_set():
            self._on_stop()
        self._stopping.set()

    async def run(self) -> None:
        """Run until stopped. Raises DatabaseHeldError at once when another Siaga has the database."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        with DatabaseLock(self._config.database):
            self._attendant.begin(self._config.service)
            try:
                await self._housekeeping.begin(self._config)
                await self._writer.open(
                    self._config, heed_baseline=self._heed_baseline, health_rules=self._health_rules
                )
                await self._watch()
            finally:
                await self._attendant.end()

    async def _watch(self) -> None:
        try:
            await self._start()
            await self._stopping.wait()
        finally:
            await self._end()

    async def _start(self) -> None:
        now = self._clock.now()
        await self._writer.record(lambda records: records.put_daemon(os.getpid(), at=now))
        await asyncio.to_thread(self._dispatcher.start)
        await self._looks.start(self._config)
        for tick, seconds in (
            (self._attendant.turn, 1),
            (self._catch_up, 1),
            (self._follow_config, 1),
            (self._tell_health, 5),
            (self._drill, _DRILL_SECONDS),
            (self._writer.note_coverage, _COVERAGE_SECONDS),
            (lambda: self._housekeeping.turn(self._config), _HOUSEKEEPING_SECONDS),
            (self._looks.set_pace, int(PACE_KEPT_FOR.total_seconds())),
        ):
            every = IntervalTrigger(seconds=seconds, timezone=UTC)
            self._scheduler.add_job(partial(self._until_the_end, tick), every)
        self._scheduler.start()
        self._attendant.ready(_in_short(self._config))
        logger.info("watching %s", _in_short(self._config))

    async def _end(self) -> None:
        """Stop looking, take in what visits still report, and let what is being sent arrive."""
        logger.info("stopping")
        self._attendant.stopping()
        self._looks.stop()
        if self._scheduler.running:
            self._scheduler.pause()
        sent = asyncio.to_thread(self._dispatcher.stop, STOP)
        await asyncio.gather(self._supervisor.stop(), self._end_ticks(), sent)
        await self._looks.settle(_LAST_LOOKS_SECONDS)
        if self._scheduler.running:
            # It cancels jobs: only now is there none to cancel.
            self._scheduler.shutdown(wait=False)
        await self._writer.close()

    async def _end_ticks(self) -> None:
        """Cut short what the scheduler has under way beside looks; a drill has a worker of its own to end."""
        for tick in self._ticks:
            tick.cancel()
        if self._ticks:
            await asyncio.wait(self._ticks, timeout=STOP.total_seconds())

    async def _until_the_end(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do a job of the scheduler; the daemon's end cuts it short, which is no error to be logged."""
        tick = asyncio.ensure_future(work())
        self._ticks.add(tick)
        try:
            await tick
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                raise
        finally:
            self._ticks.discard(tick)

    # Ticks ----------------------------------------------------------------------------------------

    async def _catch_up(self) -> None:
        """Match what commands and `scrapy crawl` stored, and what new watchlists have yet to see."""
        alerts, more = 0, True
        while more and not self._stopping.is_set():
            read = await self._writer.catch_up()
            self._vitals.matched()
            alerts, more = alerts + read.alerts, read.more
            if read.alerts:
                self._dispatcher.wake()
        if alerts:
            logger.info("%d alerts from what was stored by hand or imported", alerts)

    async def _tell_health(self) -> None:
        """Tell the `health:` channels, and the log, how sites' health has changed."""
        for change in await self._writer.tell_health():
            logger.warning("%s", change)
            self._dispatcher.wake()

    async def _drill(self) -> None:
        """Hold the daily drill when it is time, and say where it did not arrive."""
        await self._canary.turn(self._config)

    async def _follow_config(self) -> None:
        """Apply config.yaml once an edit of it has come to rest; a broken one changes nothing."""
        change = self._file.poll(
            self._clock.monotonic(),
            sections=self._config.sections,
            last_good=self._config.watchlists,
        )
        if change is None:
            return
        try:
            await self._follow(change)
        except Exception:
            self._file.offer_again(self._clock.monotonic())
            logger.warning("the edit of config.yaml is not in use yet: it is tried again")
            raise

    async def _follow(self, change: Change) -> None:
        """Use a change, and note and tell what of it cannot be used. May be done twice."""
        if change.config is not None:
            await self._apply(change.config)
        now = self._clock.now() if change.config is not None else None
        await self._writer.record(
            lambda records: records.put_config(at=now, problem=change.problem)
        )
        if change.problem is not None:
            await self._tell_of_config(change.problem, applied=change.config is not None)

    async def _tell_of_config(self, problem: str, *, applied: bool) -> None:
        """Say in the log and on the channels what of an edit is not in use."""
        kept = (
            "watchlists that fail their own examples keep their terms"
            if applied
            else "config.yaml stays as it was"
        )
        logger.error("%s:\n%s", kept, problem)
        await self._writer.tell(_about_config(problem, applied=applied), self._config.channels)
        self._dispatcher.wake()

    async def _apply(self, config: Config) -> None:
        await self._writer.apply(config)
        before, self._config = self._config, config
        await asyncio.to_thread(self._dispatcher.apply, config.channels, zone=config.timezone)
        await self._supervisor.reconfigure(worker_settings(config.crawl))
        await self._looks.apply(config)
        self._attendant.apply(config.service, _in_short(config))
        logger.info("config.yaml applied: %s", _in_short(config))
        for line in differences(before, config):
            logger.info("config.yaml: %s", line)
        for warning in config.warnings:
            if warning not in before.warnings:
                logger.warning("%s", warning)
        if config.database != before.database:
            logger.warning("`database:` has changed: that takes effect at the next start")


def _new_scheduler() -> AsyncIOScheduler:
    # Due times are kept in our own table and jobs in memory. A stall must not drop jobs
    # (misfire_grace_time), and UTC knows no hour twice.
    return AsyncIOScheduler(
        timezone=UTC,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )


def _in_short(config: Config) -> str:
    sites, watchlists = len(config.crawl.sites), len(config.watchlists)
    channels = ", ".join(config.channels) or "none"
    return f"{count(sites, 'site')}, {count(watchlists, 'watchlist')}, channels: {channels}"


def _about_config(problem: str, *, applied: bool) -> Notice:
    what = "Istilah sebagian watchlist" if applied else "config.yaml"
    return Notice(
        title=f"{what} yang baru belum dipakai",
        text=f"Yang lama tetap berlaku. Kesalahan: {'; '.join(problem.splitlines())}",
    )
