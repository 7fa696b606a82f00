"""The look scheduler: looks at each site when it is due, and plans its next look whatever came of it."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import sys
from datetime import UTC, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from apscheduler.triggers.date import DateTrigger

from core.text import count
from monitor.records import MonitorRecords
from monitor.rhythm.learning import Reach
from monitor.rhythm.timetable import Timetable
from monitor.rhythm.weighing import weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    from core.clock import Clock
    from crawler.sites import SiteConfig
    from monitor.config import Config
    from monitor.rhythm.learning import Overflow
    from monitor.rhythm.timetable import Learned
    from monitor.service.vitals import Vitals
    from monitor.visiting import Look
    from monitor.writer import Writer

_SOON = timedelta(seconds=1)
_YIELD_OF = timedelta(days=30)  # how far back a site's matches decide how often it is looked at

logger = logging.getLogger("siaga.crawler")


class Looking(Protocol):
    """What carries out a look: `monitor.visiting.Visiting`."""

    async def look(self, site: SiteConfig, config: Config) -> Look:
        """Look at a site once."""


class LookScheduler:
    """Looks at the sites of a config when they are due, each at most once at a time.

    A site is being looked at or has its next look planned, until it leaves the config or `stop`. Its jobs
    are kept in `scheduler`, which the caller starts and ends; `start` comes before anything else.
    """

    def __init__(
        self,
        scheduler: AsyncIOScheduler,
        looking: Looking,
        writer: Writer,
        vitals: Vitals,
        *,
        clock: Clock,
    ) -> None:
        self._scheduler = scheduler
        self._looking = looking
        self._writer = writer
        self._vitals = vitals
        self._clock = clock
        self._stopped = False
        self._under_way: dict[str, asyncio.Task[Any]] = {}
        self._problems: dict[str, str] = {}

    async def start(self, config: Config) -> None:
        """Plan the first looks, from what was planned and learned before."""
        self._config = config
        self._timetable = Timetable(await self._writer.read(MonitorRecords.rhythms))
        await self.set_pace()
        await self._plan_first(config.crawl.sites)
        await self._forget_others()

    async def apply(self, config: Config) -> None:
        """Follow a new config: looks at what has changed are planned anew, those at the rest stand."""
        before, self._config = self._config, config
        await self.set_pace()
        for site in before.crawl.sites:
            if config.crawl.site(site.name) is None and self._scheduler.get_job(_job_id(site.name)):
                self._scheduler.remove_job(_job_id(site.name))
        await self._plan_first(
            [
                site
                for site in config.crawl.sites
                if site != before.crawl.site(site.name)
                or site.interval(config.crawl.crawl) != site.interval(before.crawl.crawl)
            ]
        )
        await self._forget_others()

    async def set_pace(self) -> None:
        """Share the looks that the budget allows among the sites; to be called every PACE_KEPT_FOR."""
        now = self._clock.now()
        yields = await self._writer.read(lambda records: records.yields(since=now - _YIELD_OF))
        self._timetable.follow(
            self._config.crawl, zone=self._config.timezone, weights=weights(yields), now=now
        )

    def stop(self) -> None:
        """Begin no other look, and plan none."""
        self._stopped = True

    async def settle(self, seconds: float) -> None:
        """Wait for the looks under way, at most so long."""
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=seconds)

    # When -----------------------------------------------------------------------------------------

    async def _plan_first(self, sites: Sequence[SiteConfig]) -> None:
        planned, now = await self._writer.read(MonitorRecords.due_looks), self._clock.now()
        for site in sites:
            due_at = self._timetable.first(site, due_at=planned.get(site.name), now=now)
            self._schedule(site.name, due_at)

    async def _forget_others(self) -> None:
        """Forget the plans for sites that have left the config: they would be overdue for ever."""
        names = [site.name for site in self._config.crawl.sites]
        await self._writer.record(lambda records: records.forget_looks(but=names))

    def _schedule(self, site: str, due_at: datetime) -> None:
        self._scheduler.add_job(
            partial(self._look, site, due_at),
            DateTrigger(due_at, timezone=UTC),
            id=_job_id(site),
            replace_existing=True,
            # A look that is due already while the one that planned it still ends would be over the usual
            # one instance: APScheduler drops it then, and with it all further looks at the site.
            max_instances=sys.maxsize,
        )

    async def _plan_next(
        self, site: SiteConfig, planned_at: datetime, look: Look | None
    ) -> datetime:
        """When the site is due again, as it is stored."""
        now, learned = self._clock.now(), self._learn_from(site, look)
        if look is not None and look.more:
            return now + _SOON
        not_before = await self._writer.not_before(site, self._config)
        planned = self._timetable.next(site, planned_at=planned_at, not_before=not_before, now=now)
        await self._writer.plan_look(site.name, planned, learned)
        return planned.at

    async def _plan_safely(
        self, site: SiteConfig, planned_at: datetime, look: Look | None
    ) -> datetime:
        """As `_plan_next`; where our own side fails, the usual interval from now, which is not stored."""
        try:
            return await self._plan_next(site, planned_at, look)
        except Exception as error:  # noqa: BLE001  # it is told of, and the site must be looked at again
            what = "is looked at next at its usual interval, since that look could not be planned"
            _tell_of_failure(f"{site.name} {what}", site, error)
            return self._clock.now() + site.interval(self._config.crawl.crawl)

    def _learn_from(self, site: SiteConfig, look: Look | None) -> Learned | None:
        if look is None:
            return None
        learned = self._timetable.learn(site, look.found, more=look.more)
        if learned is not None and learned.overflow.reach is Reach.OVERFLOWED:
            words = _about_overflow(learned.overflow)
            logger.warning("%s: %s", site.name, words, extra={"site": site.name})
        return learned

    # Looks ----------------------------------------------------------------------------------------

    async def _look(self, name: str, planned_at: datetime) -> None:
        """Look at a site and plan its next look; the daemon's end cuts it short, which is no error."""
        site, task = self._config.crawl.site(name), asyncio.current_task()
        if site is None or task is None or self._stopped:
            return
        if name in self._under_way:
            return  # an edit of the config asked for a look; the one under way plans the next
        self._under_way[name] = task
        try:
            due_at = await self._look_and_plan(site, planned_at)
        except asyncio.CancelledError:
            if not self._stopped:
                raise
            return
        finally:
            del self._under_way[name]
        if self._stopped:
            return
        if self._config.crawl.site(name) is None:  # it left while it was looked at
            await self._forget_others()
        else:
            self._schedule(name, due_at)

    async def _look_and_plan(self, site: SiteConfig, planned_at: datetime) -> datetime:
        look = None
        self._vitals.look_began()
        try:
            look = await self._look_safely(site)
            if look is not None:
                self._tell_of(look)
            as_it_is_now = (
                self._config.crawl.site(site.name) or site
            )  # it may have been edited meanwhile
            return await self._plan_safely(as_it_is_now, planned_at, look)
        finally:
            self._vitals.look_ended(look)

    async def _look_safely(self, site: SiteConfig) -> Look | None:
        """The look, or None when our own side failed: the site is looked at again when it is next due."""
        try:
            return await self._looking.look(site, self._config)
        except Exception as error:  # noqa: BLE001  # it is told of, and all sites must be looked at again
            _tell_of_failure(f"looking at {site.name} failed", site, error)
            return None

    def _tell_of(self, look: Look) -> None:
        """Log what a look found, and how the site does unless the look was cut short."""
        facts = {"site": look.site}
        if not look.cut_short:
            self._tell_of_problem(look, facts)
        if found := look.in_short():
            logger.info("%s: %s", look.site, found, extra={**facts, **look.facts()})

    def _tell_of_problem(self, look: Look, facts: Mapping[str, str]) -> None:
        """Log a problem once, when it appears, and its end."""
        known = self._problems.pop(look.site, None)
        if look.problem is not None:
            self._problems[look.site] = look.problem
            if look.problem != known:
                words = "%s: %s; it is looked at again"
                logger.warning(words, look.site, look.problem, extra=facts)
        elif known is not None:
            logger.info("%s: works again", look.site, extra=facts)


def _tell_of_failure(what: str, site: SiteConfig, error: Exception) -> None:
    """Log what failed on our own side; a database that another program holds is no fault of the code."""
    facts = {"site": site.name}
    if isinstance(error, sqlite3.OperationalError):
        logger.error("%s: %s", what, error, extra=facts)
    else:
        logger.error("%s", what, exc_info=error, extra=facts)


def _about_overflow(overflow: Overflow) -> str:
    hours = overflow.uncovered / timedelta(hours=1)
    return (
        f"everything that it lists is new, so what it published before that in {hours:.1f} h may have gone "
        f"by unseen (about {count(round(overflow.lost), 'article')}); it is looked at more often"
    )


def _job_id(site: str) -> str:
    return f"look:{site}"
