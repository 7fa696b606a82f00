"""Surveys of sites: what a site announces, which of its sources to keep, and how its articles read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from core.addresses import literal_address
from crawler.catalogue import read_catalogue
from crawler.discovery.announcement import SourceKind
from crawler.discovery.sources import choose
from crawler.job import CrawlJob, SourceState
from crawler.outcomes import Outcome
from crawler.supervisor import Supervisor
from crawler.urls import host_of, registered_domain, same_site
from crawler.visits.survey import candidates, samples
from crawler.zones import zone_named
from monitor.visiting import worker_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from core.clock import Clock
    from crawler.article import Article
    from crawler.discovery.announcement import Announcement
    from crawler.discovery.sources import Candidate, Judgement
    from crawler.job import CrawlReport, Fetch, Finding, PageRead, Robots
    from crawler.sites import CrawlSections, SiteConfig

    Hear = Callable[[Finding], None]

SAMPLES = 3
SURVEY_SECONDS = 240.0
_HOSTS_THAT_SAY_NOTHING = frozenset({"www", "m", "news", "berita", "id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a survey of a site found.

    `judgements` say of each of the `sources`, in the same order, whether it is needed, and why.
    """

    url: str
    findings: tuple[Finding, ...]
    sources: tuple[Candidate, ...] = field(repr=False)
    judgements: tuple[Judgement, ...]
    newest: tuple[Announcement, ...]
    robots: tuple[Robots, ...] = field(default=(), repr=False)

    @property
    def home(self) -> Finding | None:
        """The look at the home page, which every survey begins with."""
        return next((one for one in self.findings if one.found_by == "home"), None)

    @property
    def problem(self) -> str | None:
        """Why nothing can be read of the site, or None."""
        if self.newest:
            return None
        home = self.home
        if home is not None and home.fetch.outcome is not Outcome.READ:
            return told(home)
        return "neither its feeds and sitemaps nor its links announce any article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Some of a site's articles as extraction reads them, and why others could not be read."""

    pages: tuple[PageRead, ...]

    @property
    def articles(self) -> list[Article]:
        return [page.article for page in self.pages if page.article is not None]

    @property
    def failures(self) -> list[str]:
        """The address and the reason of each page that gave no article."""
        failed = (page for page in self.pages if page.article is None)
        return [f"{page.fetch.url}: {_reason(page.fetch)}" for page in failed]

    @property
    def timezone(self) -> str | None:
        """The zone that the pages name beside their dates."""
        return zone_named(one.evidence.get("published_at", "") for one in self.articles)


class Surveyor:
    """Surveys sites through a crawl worker of its own, which lives inside its `async with` block."""

    def __init__(self, sections: CrawlSections, *, reader_zone: str, clock: Clock) -> None:
        self._crawl = sections.crawl
        self._reader_zone = reader_zone
        self._clock = clock
        self._supervisor = Supervisor(worker_settings(sections), clock=clock)
        self._domains: dict[str, asyncio.Lock] = {}
        self._jobs = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._supervisor.stop()

    async def survey(self, site: SiteConfig, *, hear: Hear | None = None) -> Survey:
        """Look for a site's sources, or at those that its config names; `hear` is told of each look.

        Sites of one registered domain wait for each other. Raises WorkerError.
        """
        findings: list[Finding] = []

        def take(report: CrawlReport) -> None:
            for finding in report.findings:
                findings.append(finding)
                if hear is not None:
                    hear(finding)

        domain = registered_domain(host_of(site.url))
        async with self._domains.setdefault(domain, asyncio.Lock()):
            report = await self._carry_out(self._job(site, survey=True), take)
        found = candidates(findings)
        judgements = choose(found, now=self._clock.now())
        return Survey(
            url=_address(site, findings),
            findings=tuple(findings),
            sources=found,
            judgements=judgements,
            newest=samples(found, judgements),
            robots=report.robots,
        )

    async def sample(self, site: SiteConfig, survey: Survey, *, count: int = SAMPLES) -> Samples:
        """Read the newest articles of a survey, more of them where some cannot be read."""
        pages: list[PageRead] = []
        rest = list(survey.newest)
        while rest and sum(page.article is not None for page in pages) < count:
            wanted = count - sum(page.article is not None for page in pages)
            now, rest = rest[:wanted], rest[wanted:]
            job = self._job(site, again=tuple(now), robots=survey.robots)
            await self._carry_out(job, lambda report: pages.extend(report.pages))
        return Samples(pages=tuple(pages))

    def _job(self, site: SiteConfig, **more: Any) -> CrawlJob:
        self._jobs += 1
        return CrawlJob(
            id=f"survey-{self._jobs}",
            site=site.name,
            url=site.url,
            timezone=site.timezone or self._reader_zone,
            user_agent=self._crawl.user_agent,
            delay=self._crawl.delay.total_seconds(),
            seconds=SURVEY_SECONDS,
            **{"sources": _sources(site) if more.get("survey") else (), **more},
        )

    async def _carry_out(self, job: CrawlJob, hear: Callable[[CrawlReport], None]) -> CrawlReport:
        async def take(report: CrawlReport) -> None:
            hear(report)

        return await self._supervisor.crawl(job, take)


def _address(site: SiteConfig, findings: Sequence[Finding]) -> str:
    """Where the home page really is: a redirect within the site is followed for good."""
    home = next((one.fetch for one in findings if one.found_by == "home"), None)
    if home is None or home.outcome is not Outcome.READ or not same_site(home.url, site.url):
        return site.url
    return home.url


def _sources(site: SiteConfig) -> tuple[SourceState, ...]:
    sections = (SourceState(url=url, kind=SourceKind.SECTION) for url in site.sections)
    return (*(SourceState(url=url) for url in site.feeds), *sections)


def told(finding: Finding) -> str:
    """What became of a look, in a few words."""
    return _reason(finding.fetch)


def _reason(fetch: Fetch) -> str:
    detail = fetch.detail or (f"HTTP {fetch.status}" if fetch.status else None)
    return f"{fetch.outcome} ({detail})" if detail else str(fetch.outcome)


# A site of config.yaml ----------------------------------------------------------------------------


def site_entry(
    name: str, survey: Survey, *, timezone: str | None
) -> Mapping[str, str | Sequence[str]]:
    """The kept sources of a survey as one of `sites` in config.yaml."""
    kept = [one for one in survey.judgements if one.kept]
    entry: dict[str, str | Sequence[str]] = {"name": name, "url": survey.url}
    for key, is_section in (("feeds", False), ("sections", True)):
        found = [one.url for one in kept if (one.kind is SourceKind.SECTION) is is_section]
        if found:
            entry[key] = found
    if timezone is not None:
        entry["timezone"] = timezone
    return entry


def name_for(url: str) -> str:
    """What a site is called: as the catalogue calls it, else after its host."""
    host = host_of(url)
    known = (one.name for one in read_catalogue().entries() if host_of(one.url) == host)
    return next(known, None) or _name_of(host)


def _name_of(host: str) -> str:
    if literal_address(host) is not None:
        return host.replace(":", "-")
    domain = registered_domain(host)
    labels = host.removesuffix(domain).strip(".").split(".")
    words = [word for word in labels if word and word not in _HOSTS_THAT_SAY_NOTHING]
    return "-".join((domain.partition(".")[0], *words))
