"""The daemon's one writer: a thread with its own connection, in which everything is stored and matched."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from alerts.addressing import address_all
from alerts.outbox.outbox import enqueue_notice
from core.database import immediate
from crawler.records import CrawlRecords
from crawler.visits.planning import plan_visit, rests_until_of
from monitor.database import open_siaga_database
from monitor.health.records import HealthRecords
from monitor.newsdesk import Newsdesk, Read
from monitor.records import MonitorRecords
from monitor.retention.pruner import Pruned, Pruner
from monitor.rhythm.learning import Reach

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from sqlite_utils import Database

    from alerts.channel import ChannelConfig
    from alerts.notice import Notice
    from core.clock import Clock
    from crawler.intake import Taken
    from crawler.job import CrawlJob, CrawlReport
    from crawler.sites import SiteConfig
    from monitor.config import Config
    from monitor.health.state import Rules
    from monitor.retention.rules import Horizons
    from monitor.rhythm.pacing import Planned
    from monitor.rhythm.timetable import Learned

T = TypeVar("T")
_DONE = object()


class Writer:
    """What the daemon's event loop asks of the database, each call carried out in the writer's thread."""

    def __init__(self, database: Path, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._db: Database
        self._newsdesk: Newsdesk

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def open(
        self, config: Config, *, heed_baseline: bool, health_rules: Rules | None = None
    ) -> None:
        """Open the database and place the watchlists of the config."""

        def work() -> None:
            self._db = open_siaga_database(self._database)
            self._newsdesk = Newsdesk(
                self._db,
                config,
                clock=self._clock,
                heed_baseline=heed_baseline,
                health_rules=health_rules,
            )

        await self._do(work)

    async def close(self) -> None:
        await self._do(self._db.close)
        self._thread.shutdown()

    async def apply(self, config: Config) -> None:
        await self._do(lambda: self._newsdesk.apply(config))

    async def plan(self, site: SiteConfig, config: Config, *, patient: bool) -> CrawlJob:
        """The job for a visit to a site; `patient` as in plan_visit."""
        return await self._do(
            lambda: plan_visit(
                self._db.conn,
                site,
                config.crawl.crawl,
                reader_zone=config.timezone,
                now=self._clock.now(),
                patient=patient,
            )
        )

    async def take(self, report: CrawlReport) -> tuple[Taken, Read]:
        return await self._do(lambda: self._newsdesk.take_report(report))

    async def catch_up(self) -> Read:
        return await self._do(self._newsdesk.catch_up)

    async def read(self, what: Callable[[MonitorRecords], T]) -> T:
        """Read something in the writer's thread."""
        return await self._do(lambda: what(MonitorRecords(self._db.conn)))

    async def look_failed(self, site: str, problem: str) -> None:
        """Note a look that gave no report."""
        await self._do(lambda: self._newsdesk.look_failed(site, problem))

    async def tell_health(self) -> tuple[str, ...]:
        """Put notices of changed health into the outbox; returns each change in a sentence."""
        return await self._do(self._newsdesk.tell_health)

    async def note_coverage(self) -> None:
        await self._do(self._newsdesk.note_coverage)

    async def plan_look(self, site: str, planned: Planned, learned: Learned | None) -> None:
        """Store when a site is looked at next, and what its last look taught, if it taught anything."""

        def work() -> None:
            with immediate(self._db) as connection:
                records = MonitorRecords(connection)
                records.put_look(site, planned)
                if learned is None:
                    return
                if learned.news:
                    records.put_rhythm(site, learned.rhythm)
                if learned.overflow.reach is Reach.OVERFLOWED:
                    lost, now = learned.overflow.lost, self._clock.now()
                    HealthRecords(connection).add_loss(site, lost, at=now)

        await self._do(work)

    async def asked_to_wait(self, site: str) -> datetime | None:
        """Until when a site asked us to stay away, if that is not over."""
        until = await self._do(lambda: CrawlRecords(self._db.conn).not_before(site))
        return until if until is not None and until > self._clock.now() else None

    async def not_before(self, site: SiteConfig, config: Config) -> datetime | None:
        """Until when a site is left alone: it asked for it, or all of it fails."""
        crawl, now = config.crawl.crawl, self._clock.now()
        return await self._do(lambda: rests_until_of(self._db.conn, site, crawl, now=now))

    async def tell(self, notice: Notice, channels: Mapping[str, ChannelConfig]) -> None:
        """Put a notice for every recipient of these channels into the outbox."""

        def work() -> None:
            with immediate(self._db) as connection:
                enqueue_notice(connection, notice, address_all(channels), at=self._clock.now())

        await self._do(work)

    async def prune(self, old: Horizons, *, stopping: Callable[[], bool]) -> Pruned:
        """Prune step by step, letting other work in between, until it is done or the daemon stops."""
        pruner = await self._do(lambda: Pruner(self._db, old, now=self._clock.now()))
        steps = pruner.steps()
        while not stopping() and await self._do(lambda: next(steps, _DONE) is not _DONE):
            pass
        return pruner.pruned

    async def transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Carry out something small in a transaction of its own."""

        def within() -> T:
            with immediate(self._db) as connection:
                return work(connection)

        return await self._do(within)

    async def record(self, write: Callable[[MonitorRecords], None]) -> None:
        """Write something small in a transaction of its own."""

        def work() -> None:
            with immediate(self._db) as connection:
                write(MonitorRecords(connection))

        await self._do(work)
