"""One look at a site: plan it, have the worker do it, take in what it brings, and say what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.text import count
from crawler.intake import Taken
from crawler.job import CrawlReport, Fetch, PageRead, SourceLook
from crawler.outcomes import Outcome
from crawler.politeness.pace import house_of
from crawler.supervisor import Supervisor, WorkerError, WorkerSettings, WorkerStoppedError
from crawler.troubles import problem_of
from monitor.newsdesk import Read
from monitor.rhythm.sightings import found_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.clock import Clock
    from crawler.culprits import Culprit
    from crawler.job import CrawlJob
    from crawler.sites import CrawlSections, SiteConfig
    from monitor.config import Config
    from monitor.rhythm.learning import Found
    from monitor.writer import Writer


AT_ONCE = 16
"""Visits under way."""


@dataclass(slots=True, kw_only=True)
class Look:
    """What came of a look at a site. `problem` is None when all went well.

    `failed`: it was our own side that did, so that nothing is known of the site. `cut_short`: we ended it
    ourselves, which is no failure, and says as little of the site.
    """

    site: str
    taken: Taken = field(default_factory=Taken)
    read: Read = field(default_factory=Read)
    problem: str | None = None
    failed: bool = False
    cut_short: bool = False
    found: Found | None = None  # what it tells of the site's rhythm
    more: bool = False  # there are pages left to read: look again at once

    def in_short(self) -> str | None:
        """What the look found, in a few words; None when there was nothing new."""
        taken, read = self.taken, self.read
        if not taken.new and not taken.completed:
            return None
        thin = f" ({taken.thin} from the feed alone)" if taken.thin else ""
        completed = f", {taken.completed} completed" if taken.completed else ""
        baseline = f"; {taken.baseline} were there before the first look" if taken.baseline else ""
        told = f"{count(read.matches, 'match', 'matches')}, {count(read.alerts, 'alert')}"
        return f"{taken.new} new{thin}{completed}, {told}{baseline}"

    def facts(self) -> dict[str, int]:
        """What the look found, as numbers."""
        taken, read = self.taken, self.read
        return {"new": taken.new, "matches": read.matches, "alerts": read.alerts}


class Visiting:
    """Carries out looks, many at once.

    `on_alert` is called whenever alerts were put into the outbox, `on_take` whenever something came.
    """

    def __init__(
        self,
        writer: Writer,
        supervisor: Supervisor,
        *,
        clock: Clock,
        on_alert: Callable[[], None],
        on_take: Callable[[], None] | None = None,
    ) -> None:
        self._writer = writer
        self._supervisor = supervisor
        self._clock = clock
        self._on_alert = on_alert
        self._houses: dict[str, asyncio.Lock] = {}
        self._room = asyncio.Semaphore(AT_ONCE)
        self._looked_at: set[str] = set()
        self._on_take = on_take

    async def look(self, site: SiteConfig, config: Config) -> Look:
        """Look at a site once.

        Sites of one registered domain wait for each other, and take up none of the room while they do: the
        worker's turnstile would hold them up all the same, and use up their visits' time.
        """
        house = self._houses.setdefault(house_of(site.url), asyncio.Lock())
        async with house, self._room:
            return await self._look(site, config)

    async def _look(self, site: SiteConfig, config: Config) -> Look:
        look = Look(site=site.name)
        if until := await self._writer.asked_to_wait(site.name):
            at = until.astimezone(ZoneInfo(config.timezone))
            look.problem = f"the site asks us to stay away until {at:%d %b %H:%M}"
            return look
        # Who starts Siaga anew, or asks for one round, wants to know how things stand now.
        job = await self._writer.plan(site, config, patient=site.name in self._looked_at)
        self._looked_at.add(site.name)
        if job.idle:
            look.problem = "its sources failed, and are left alone for a while"
            return look

        async def take(report: CrawlReport) -> None:
            taken, read = await self._writer.take(report)
            look.taken.add(taken)
            look.read.add(read)
            if self._on_take is not None:
                self._on_take()
            if read.alerts:
                self._on_alert()

        try:
            report = await self._supervisor.crawl(job, take)
        except WorkerStoppedError:
            look.cut_short = look.more = True
        except WorkerError as error:
            await self._give_up(job, error, look)
        else:
            look.problem = problem_of(report)
            look.found = found_by(report, look.taken.first_listed)
            progressed = look.taken.new + look.taken.known + look.taken.completed > 0
            look.more = report.more and report.retry_after is None and progressed
        return look

    async def _give_up(self, job: CrawlJob, error: WorkerError, look: Look) -> None:
        """Put what broke the worker aside; the rest of the visit is for the next look."""
        look.problem, look.failed = error.reason, error.culprit is None
        look.more = error.culprit is not None and not error.culprit.is_home
        if error.culprit is not None:
            await self._writer.take(self._without(job, error.culprit, error.reason))
        else:
            await self._writer.look_failed(job.site, error.reason)

    def _without(self, job: CrawlJob, culprit: Culprit, reason: str) -> CrawlReport:
        """The report of a visit that a page, a source or the home page brought to its end."""
        kind = "page" if culprit.announcement else "source" if culprit.source else "home"
        fetch = Fetch(
            url=culprit.url,
            kind=kind,
            at=self._clock.now(),
            outcome=Outcome.QUARANTINED,
            detail=reason,
        )
        report = CrawlReport(job=job.id, site=job.site, more=True)
        if culprit.announcement is not None:
            page = PageRead(
                announcement=culprit.announcement,
                announced_by=culprit.announced_by,
                fetch=fetch,
                relook=culprit.relook,
            )
            return replace(report, pages=(page,))
        if culprit.source is not None:
            broken = SourceLook(state=culprit.source, fetch=fetch, found_by=culprit.found_by)
            return replace(report, sources=(broken,), final=True)
        # A home page that breaks the worker counts as looked at: it is asked again in a day.
        return replace(report, fetches=(fetch,), discovered=True, final=True)


def worker_settings(sections: CrawlSections) -> WorkerSettings:
    """What the worker is told of a config when it starts."""
    proxy = sections.crawl.proxy
    return WorkerSettings(
        allow_private=sections.network.allow_private,
        proxy=proxy.url if proxy else None,
        proxy_allow_private=bool(proxy and proxy.allow_private),
    )
