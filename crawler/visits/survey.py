"""A visit that finds out what a site announces, and where; it reads no article. Pure.

The spider carries it out as it does any visit. What each source lists is told as it is found.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discovery import homepage, sections, sitemaps
from crawler.discovery.announcement import Announcement, Listing, SourceKind, moment_of
from crawler.discovery.errors import FeedError
from crawler.discovery.sources import Candidate, Look
from crawler.job import Fetch, Finding, SourceState
from crawler.outcomes import Outcome
from crawler.urls import canonical, resolve
from crawler.visits.steps import LookAtHome, LookAtSource, Step
from crawler.visits.visit import MAX_INDEX_CHILDREN, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crawler.discovery.sources import Judgement
    from crawler.job import CrawlJob
    from crawler.politeness.redirects import Arrival

    Tell = Callable[[Finding], None]

USUAL_FEEDS = (
    "feed",
    "rss",
    "rss.xml",
    "feed.xml",
    "rss/terkini.xml",
    "index.xml",
    "atom.xml",
    "feeds/posts/default",
    "?feed=rss2",
)
USUAL_SITEMAPS = (
    "sitemap-news.xml",
    "news-sitemap.xml",
    "sitemap_news.xml",
    "sitemap_index.xml",
    "sitemap.xml",
)
BY_HABIT = "usual path"
BY_SECTION = "section"
MAX_PROBES = 30
MAX_NAMED = 12  # feeds that the home page names, or sitemaps that robots.txt does
MAX_SECTION_PAGES = 3
MAX_SAMPLES = 6
MAX_TOLD = 200
"""Announcements of one source that are told; their summaries are left out."""

# Where these happen to the home page, they happen to everything else of the site too.
_HOPELESS = frozenset(
    {
        Outcome.NO_SUCH_HOST,
        Outcome.CONNECTION_ERROR,
        Outcome.TLS_ERROR,
        Outcome.TIMEOUT,
        Outcome.ADDRESS,
        Outcome.ROBOTS_UNKNOWN,
    }
)


class Survey(Visit):
    """Looks at the home page, at the feeds, sitemaps and sections that it leads to, and at usual paths.

    Of the usual paths no more are tried than it takes to find one that works. A job that names sources is
    checked, not explored: the home page and those sources. `tell` hears of every finding at once.
    """

    def __init__(self, job: CrawlJob, tell: Tell) -> None:
        super().__init__(job)
        self._tell = tell
        self._explores = not job.sources
        self._home = LookAtHome(url=job.url)
        self._seen = {canonical(one.url) for one in job.sources}
        self._probes = 0
        self._found: set[tuple[str, SourceKind]] = set()

    def _choose(self, elapsed: float) -> Step | None:
        if self._home is not None:
            step, self._home = self._home, None
            return step
        while self._sources and not self._stopped and elapsed <= self.job.seconds:
            probe = self._sources.pop(0)
            if self._is_needed(probe) and self._probes < MAX_PROBES:
                self._probes += 1
                return probe
        self._pages = []
        return None

    def _is_needed(self, probe: LookAtSource) -> bool:
        """Whether no other usual path of its kind has worked yet; everything else is looked at."""
        return probe.found_by != BY_HABIT or (BY_HABIT, _kind_of(probe)) not in self._found

    # What came ------------------------------------------------------------------------------------

    def home_came(
        self,
        fetch: Fetch,
        body: bytes,
        url: str,
        charset: str | None,
        *,
        arrival: Arrival | None = None,  # noqa: ARG002  # Visit's; a survey remembers no moves
    ) -> None:
        if fetch.outcome in _HOPELESS:
            self._sources.clear()
        elif self._explores:
            self._explore(fetch, body, url, charset)
        if fetch.outcome is not Outcome.READ:
            body = b""
        listing = sections.read(body, url, now=fetch.at, charset=charset).listing
        self._tell(_finding(url, SourceKind.SECTION, "home", fetch, listing))

    def source_came(
        self,
        step: LookAtSource,
        fetch: Fetch,
        body: bytes,
        validators: SourceState,  # noqa: ARG002  # Visit's; a survey keeps no state
        charset: str | None,
        *,
        arrival: Arrival | None = None,
    ) -> None:
        kind = step.state.kind
        if fetch.outcome is not Outcome.READ:
            self._tell(_finding(step.state.url, kind, step.found_by, fetch, None))
            return
        try:
            url = arrival.url if arrival is not None else None
            kind, held = self._contents(step.state, fetch, body, charset, url=url)
        except FeedError as error:
            failed = replace(fetch, outcome=Outcome.UNREADABLE, detail=str(error))
            self._tell(_finding(step.state.url, kind, step.found_by, failed, None))
            return
        listing = self._listing(held, step, fetch)
        if listing.announcements or isinstance(held, sitemaps.SitemapIndex):
            self._found.add((step.found_by, _kind_of(step)))
        self._tell(_finding(step.state.url, kind, step.found_by, fetch, listing))

    def _listing(self, held: sitemaps.SitemapContents, step: LookAtSource, fetch: Fetch) -> Listing:
        match held:
            case Listing():
                return held
            case sitemaps.SitemapIndex():
                children = sitemaps.fresh_children(held, fetch.at)[:MAX_INDEX_CHILDREN]
                first = [
                    _probe(child, step.state.url, SourceKind.NEWS_SITEMAP) for child in children
                ]
                self._sources[:0] = [one for one in first if self._is_new(one)]
                return Listing(announcements=(), note=f"an index of {held.size} sitemaps")
            case sitemaps.PlainSitemap(size=0):
                return Listing(announcements=())
            case sitemaps.PlainSitemap():
                return Listing(announcements=(), note="a sitemap without news entries")

    # Where to look --------------------------------------------------------------------------------

    def _explore(self, fetch: Fetch, body: bytes, url: str, charset: str | None) -> None:
        read = fetch.outcome is Outcome.READ
        named = homepage.feeds_of(body, url, charset)[:MAX_NAMED] if read else ()
        further = sections.read(body, url, now=fetch.at, charset=charset).sections if read else ()
        mapped = self._sitemaps(url)[:MAX_NAMED]
        self._add(named, "home", SourceKind.FEED)
        self._add(_usual(url, USUAL_FEEDS), BY_HABIT, SourceKind.FEED)
        self._add(mapped, "robots", SourceKind.NEWS_SITEMAP)
        if not mapped:
            self._add(_usual(url, USUAL_SITEMAPS), BY_HABIT, SourceKind.NEWS_SITEMAP)
        self._add(further[:MAX_SECTION_PAGES], BY_SECTION, SourceKind.SECTION)

    def _add(self, addresses: Iterable[str], found_by: str, kind: SourceKind) -> None:
        probes = (_probe(url, found_by, kind) for url in addresses)
        self._sources.extend(one for one in probes if self._is_new(one))

    def _is_new(self, probe: LookAtSource) -> bool:
        key = canonical(probe.state.url)
        new = key not in self._seen
        self._seen.add(key)
        return new


# What the findings come to --------------------------------------------------------------------------


def candidates(findings: Sequence[Finding]) -> tuple[Candidate, ...]:
    """The sources that a survey found, each with its one look, for crawler.discovery.sources.choose.

    What the children of a sitemap index list, the index lists. Usual paths where nothing stands, and
    sitemaps that name no news, are no sources.
    """
    parents = {one.url: one.found_by for one in findings}
    listed: dict[str, list[Announcement]] = {one.url: [] for one in findings}
    for one in findings:
        listed[_root(one.url, parents)].extend(one.announcements)
    return tuple(
        Candidate(
            url=one.url,
            kind=one.kind or SourceKind.FEED,
            looks=(Look(at=one.fetch.at, listing=_listing_of(one, listed[one.url])),),
        )
        for one in findings
        if one.found_by not in parents and (listed[one.url] or one.found_by != BY_HABIT)
    )


def samples(
    found: Sequence[Candidate], judgements: Sequence[Judgement], limit: int = MAX_SAMPLES
) -> tuple[Announcement, ...]:
    """The newest articles that the kept sources announce, those without a time last."""
    kept = {one.url for one in judgements if one.kept}
    announced: dict[str, Announcement] = {}
    for one in found:
        for announcement in announcements_of(one) if one.url in kept else ():
            announced.setdefault(canonical(announcement.url), announcement)
    return tuple(sorted(announced.values(), key=moment_of, reverse=True)[:limit])


def announcements_of(candidate: Candidate) -> tuple[Announcement, ...]:
    """What a source listed at its last look."""
    listing = candidate.looks[-1].listing if candidate.looks else None
    return listing.announcements if listing else ()


def _root(url: str, parents: Mapping[str, str]) -> str:
    """The index that led to an address, over however many steps."""
    for _ in parents:
        if parents[url] not in parents:
            break
        url = parents[url]
    return url


def _listing_of(finding: Finding, announced: Sequence[Announcement]) -> Listing | None:
    if finding.fetch.outcome is not Outcome.READ:
        return None
    return Listing(announcements=tuple(announced), note=finding.note)


def _probe(url: str, found_by: str, kind: SourceKind) -> LookAtSource:
    return LookAtSource(state=SourceState(url=url, kind=kind), found_by=found_by)


def _kind_of(probe: LookAtSource) -> SourceKind:
    return probe.state.kind or SourceKind.FEED


def _usual(url: str, paths: Iterable[str]) -> list[str]:
    """The usual paths below the site's own; a desk at /sulsel/ is asked for /sulsel/feed."""
    base = url.partition("?")[0].rstrip("/") + "/"
    return [address for path in paths if (address := resolve(base, path)) is not None]


def _finding(
    url: str, kind: SourceKind | None, found_by: str, fetch: Fetch, listing: Listing | None
) -> Finding:
    announced = listing.announcements if listing else ()
    return Finding(
        url=url,
        kind=kind,
        found_by=found_by,
        fetch=fetch,
        listed=len(announced),
        announcements=tuple(_brief(one) for one in announced[:MAX_TOLD]),
        note=listing.note if listing else None,
    )


def _brief(announcement: Announcement) -> Announcement:
    return replace(announcement, summary=None, authors=(), tags=(), image_url=None)
