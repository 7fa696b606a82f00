"""One visit to a site, as decisions: which sources to look at, which pages to read, what to report. Pure.

The spider asks `next_step` what to fetch and tells the visit what came; nothing here fetches anything.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discovery import contents, homepage, robots, sitemaps
from crawler.discovery.announcement import Announcement, Listing, SourceKind, merged
from crawler.discovery.errors import FeedError
from crawler.job import (
    Announced,
    CrawlJob,
    CrawlReport,
    Fetch,
    Robots,
    SourceLook,
    SourceState,
)
from crawler.outcomes import Outcome
from crawler.politeness.redirects import UNDOING, Arrival, Move, judge, new_address, state_after
from crawler.politeness.validators import Asking, same
from crawler.urls import canonical, fingerprint
from crawler.visits.allotment import allot
from crawler.visits.listings import Listings
from crawler.visits.steps import (
    LookAtHome,
    LookAtSource,
    ReadPage,
    Step,
    is_unread,
    look_again,
    moment_of_page,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

MAX_FEEDS = 8
"""That a home page may add to the sources that are known."""
MAX_SOURCES = 12
"""That one visit may add to them altogether: there is room for a news sitemap and its children, too."""
MAX_INDEX_CHILDREN = 3
DEFAULT_RETRY_AFTER = 300.0


class Visit:
    """What is left to do for a job, and what came of what was done.

    Steps come one at a time: the home page when sources are to be found, each source (as far as there is
    time), then the pages, newest first, what shows whether a server's validators lie, and known articles
    once no page is left. `robots` is shared with the middleware that obeys it.
    """

    def __init__(self, job: CrawlJob) -> None:
        self.job = job
        self.robots: dict[str, Robots] = {one.origin: one for one in job.robots}
        self._kept_robots: list[Robots] = []
        self._fetches: list[Fetch] = []
        self._looks: list[SourceLook] = []
        self._listings = Listings()
        self._home_is_at = job.home
        self._liars: set[str] = set()
        self._allotment = allot(job)
        self._first = list(self._allotment.pages)
        self._sources = [
            LookAtSource(state=one, found_by=one.index or "config")
            for one in self._allotment.sources
        ]
        self._asked = {one.url for one in job.sources} | set(job.resting)
        self._added = 0
        self._home: LookAtHome | None = (
            LookAtHome(url=job.home or job.url) if job.discover else None
        )
        self._announced: dict[str, tuple[Announcement, list[str]]] = {}
        self._untold: dict[str, datetime] = {}
        self._pages: list[ReadPage] | None = None
        self._proofs: list[LookAtSource] = []
        self._relooks = [look_again(one) for one in job.relooks]
        self._begun = 0
        self._retry_after: float | None = None
        self._stopped = False
        self._lost = False
        self._open: Step | None = None
        self._over = False

    # What to do next ------------------------------------------------------------------------------

    def next_step(self, elapsed: float) -> Step | None:
        """The next thing to fetch, `elapsed` seconds into the visit; None when nothing is left to do.

        Asking for it says that the step before is done with.
        """
        self._open = self._choose(elapsed)
        self._over = self._open is None
        return self._open

    def _choose(self, elapsed: float) -> Step | None:
        if self._home is not None:
            step, self._home = self._home, None
            return step
        if self._stopped or elapsed > self.job.seconds:
            return None
        if self._first:
            return self._first.pop(0)
        if self._sources:
            return self._sources.pop(0)
        if self._pages is None:
            self._pages = self._pages_to_read()
        if self._pages and self._begun < self.job.max_pages:
            self._begun += 1
            return self._pages.pop(0)
        if self._proofs:
            return self._proofs.pop(0)
        return self._relooks.pop(0) if self._relooks and not self._pages else None

    def _pages_to_read(self) -> list[ReadPage]:
        read = {fingerprint(canonical(one.announcement.url)) for one in self._allotment.pages}
        pages = {
            key: ReadPage(announcement=announcement, announced_by=tuple(sources))
            for key, (announcement, sources) in self._announced.items()
            if key not in self.job.known | read
        }
        for announcement in () if read else self.job.again:
            page = ReadPage(announcement=announcement, announced_by=())
            pages.setdefault(fingerprint(canonical(announcement.url)), page)
        return sorted(pages.values(), key=moment_of_page, reverse=True)

    def to_announce(self) -> tuple[Announced, ...]:
        """The pages to be read that sources have listed since this was last asked, as all of them say."""
        untold, self._untold = self._untold, {}
        told = ((self._announced[key], at) for key, at in untold.items())
        return tuple(
            Announced(announcement=announcement, announced_by=tuple(sources), at=at)
            for (announcement, sources), at in told
        )

    # What came ------------------------------------------------------------------------------------

    def keep_robots(self, robots_txt: Robots, fetch: Fetch) -> None:
        """A robots.txt was fetched."""
        self.robots[robots_txt.origin] = robots_txt
        self._kept_robots.append(robots_txt)
        self._fetches.append(fetch)

    def home_came(
        self,
        fetch: Fetch,
        body: bytes,
        url: str,
        charset: str | None,
        *,
        arrival: Arrival | None = None,
    ) -> None:
        """The home page came, or did not (`body` is then empty): name the sources it leads to."""
        self._fetches.append(fetch)
        if fetch.outcome is Outcome.READ:
            if arrival is not None and judge(self.job.url, arrival) is Move.MOVED:
                self._home_is_at = arrival.url
        elif fetch.outcome in UNDOING:
            self._home_is_at = None
        if fetch.outcome is Outcome.READ:
            for feed in homepage.feeds_of(body, url, charset):
                self._add_source(feed, "home", most=MAX_FEEDS)
        for sitemap in self._sitemaps(url):
            self._add_source(sitemap, "robots", SourceKind.NEWS_SITEMAP)

    def _sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt seen so far name for the site at `url`, news first."""
        bodies = {one.origin: one.body for one in self.robots.values()}
        return robots.sitemaps_for(url, bodies)

    def source_came(
        self,
        step: LookAtSource,
        fetch: Fetch,
        body: bytes,
        validators: SourceState,
        charset: str | None,
        *,
        arrival: Arrival | None = None,
    ) -> None:
        """A source came, was unchanged, or failed; `validators` is its state with what came in its place.

        `arrival`: where it came from in the end, when it was not from its own address.
        """
        arrival = arrival or Arrival(url=step.state.address)
        if step.proof:
            self._prove(step, fetch)
            return
        digest = hashlib.sha256(body).hexdigest() if body else None
        if fetch.outcome is not Outcome.READ:
            self._look(state_after(step.state, fetch, arrival), fetch, step)
        elif digest is not None and digest == step.state.body_hash and not self.job.discover:
            fresh = replace(validators, kind=step.state.kind, body_hash=digest)
            # The same bytes at another address are what we know.
            moved = new_address(
                step.state.address, arrival, listed=[digest], known=frozenset({digest})
            )
            fresh = replace(fresh, moved_to=moved or step.state.moved_to)
            known = self._still_listed(fresh, fetch, body, charset)
            self._look(fresh, replace(fetch, outcome=Outcome.UNCHANGED), step, known=known)
        else:
            state = replace(validators, body_hash=digest)
            self._read_source(step, fetch, body, state, charset, arrival)

    def _prove(self, step: LookAtSource, fetch: Fetch) -> None:
        """The server was asked whether what had changed has changed."""
        self._fetches.append(fetch)
        if fetch.status == 304:
            self._liars.add(step.state.url)

    def throttled(self, seconds: float | None) -> None:
        """The site asked us to stay away (429 or 503): nothing more is asked of it in this visit."""
        self._stopped = True
        self._retry_after = max(seconds or DEFAULT_RETRY_AFTER, self._retry_after or 0.0)

    def out_of_time(self) -> None:
        """What was to be fetched next could not be asked for in the visit's time: it is left undone."""
        self._stopped = True

    def also_came(self, fetch: Fetch) -> None:
        """A further page of an article was asked for."""
        self._fetches.append(fetch)

    def page_lost(self) -> None:
        """A page could not be handed on: nothing may be said to have been dealt with."""
        self._lost = True

    def _read_source(
        self,
        step: LookAtSource,
        fetch: Fetch,
        body: bytes,
        state: SourceState,
        charset: str | None,
        arrival: Arrival,
    ) -> None:
        try:
            kind, held = self._contents(step.state, fetch, body, charset, url=arrival.url)
        except FeedError as error:
            home = judge(step.state.address, arrival) is Move.HOME
            detail = "it redirects to the home page" if home else str(error)
            failed = replace(fetch, outcome=Outcome.UNREADABLE, detail=detail)
            self._look(state_after(step.state, failed, arrival), failed, step)
            return
        match held:
            case Listing():
                # What a child lists, its index announced: a child of tomorrow is no new source.
                index = [step.found_by] if "://" in step.found_by else []
                sources = [state.url, *index]
                listed = [self._announce(one, sources, fetch.at) for one in held.announcements]
                self._judge_validators(step, state, listed)
                address, known = step.state.address, self.job.known
                moved = new_address(address, arrival, listed=listed, known=known)
                state = replace(state, kind=kind, moved_to=moved or state.moved_to)
                self._look(state, fetch, step, held, [key for key in listed if key in known])
            case sitemaps.SitemapIndex():
                for child in sitemaps.fresh_children(held, fetch.at)[:MAX_INDEX_CHILDREN]:
                    self._add_source(child, state.url, SourceKind.NEWS_SITEMAP)
                note = f"an index of {held.size} sitemaps"
                self._look(replace(state, kind=kind, body_hash=None), fetch, step, note=note)
            case sitemaps.PlainSitemap(size=0):  # a quiet day
                empty = Listing(announcements=())
                self._look(replace(state, kind=kind), fetch, step, empty)
            case sitemaps.PlainSitemap():
                self._set_aside(step, fetch)

    def _judge_validators(
        self, step: LookAtSource, new: SourceState, listed: Iterable[str]
    ) -> None:
        """See whether the server told, or would have told, of the news that a source lists."""
        old = step.state
        if old.body_hash is None or self.job.known.issuperset(listed):
            return
        if same(new.etag, new.last_modified, old=(old.etag, old.last_modified)):
            self._liars.add(old.url)
        elif old.asking is Asking.TO_CHECK and (old.etag or old.last_modified):
            state = replace(old, asking=Asking.CONDITIONALLY)
            # News goes first: the server can be asked this a little later just as well.
            self._proofs.append(LookAtSource(state=state, found_by=step.found_by, proof=True))

    def _contents(
        self,
        state: SourceState,
        fetch: Fetch,
        body: bytes,
        charset: str | None,
        *,
        url: str | None = None,
    ) -> tuple[SourceKind, sitemaps.SitemapContents]:
        return contents.read(
            body,
            url or state.url,
            state.kind,
            timezone=self.job.timezone,
            now=fetch.at,
            charset=charset,
        )

    def _still_listed(
        self, state: SourceState, fetch: Fetch, body: bytes, charset: str | None
    ) -> frozenset[str]:
        """The known pages on a listing that did not change: what is listed still is not forgotten."""
        try:
            _, held = self._contents(state, fetch, body, charset, url=state.address)
        except FeedError:  # an older Siaga could read it; that it is unchanged holds all the same
            return frozenset()
        listed = held.announcements if isinstance(held, Listing) else ()
        return self.job.known.intersection(fingerprint(canonical(one.url)) for one in listed)

    def _set_aside(self, step: LookAtSource, fetch: Fetch) -> None:
        """A sitemap that names no news: no source, unless config.yaml insists."""
        detail = "a sitemap without news entries"
        if step.found_by == "config":
            self._look(step.state, replace(fetch, outcome=Outcome.UNREADABLE, detail=detail), step)
        else:
            self._fetches.append(replace(fetch, detail=detail))

    def _announce(self, announcement: Announcement, listed_by: Iterable[str], at: datetime) -> str:
        """Note an announcement; its fingerprint."""
        key = fingerprint(canonical(announcement.url))
        if key not in self.job.known:
            self._untold[key] = at
        first, sources = self._announced.setdefault(key, (announcement, []))
        sources.extend(source for source in listed_by if source not in sources)
        if first is not announcement:
            self._announced[key] = (merged(first, announcement), sources)
        return key

    def _look(
        self,
        state: SourceState,
        fetch: Fetch,
        step: LookAtSource,
        listing: Listing | None = None,
        known: Iterable[str] = (),
        note: str | None = None,
    ) -> None:
        self._listings.add(state, fetch, step.found_by, listing)
        self._looks.append(
            SourceLook(
                state=state,
                fetch=fetch,
                found_by=step.found_by,
                listed=len(listing.announcements) if listing else 0,
                listed_known=tuple(known),
                note=listing.note if listing else note,
            )
        )

    def _add_source(
        self, url: str, found_by: str, kind: SourceKind | None = None, *, most: int = MAX_SOURCES
    ) -> None:
        # What is known already does not count: dead sources would take the room of what replaces them.
        if url not in self._asked and self._added < most:
            self._asked.add(url)
            self._added += 1
            self._sources.append(
                LookAtSource(state=SourceState(url=url, kind=kind), found_by=found_by)
            )

    # What to report -------------------------------------------------------------------------------

    def report(self, *, stopped: bool = False) -> CrawlReport:
        """The final report, without the pages, which went ahead of it one by one.

        `stopped`: whether the visit was made to end, whatever was still to do.
        Relooks that were not come to are due at the next visit as they were at this one: they make no `more`.
        """
        unread = is_unread(self._open) or self._lost or bool(self._sources) or self._pages != []
        seen_all = self.job.discover and not self._stopped and not self._sources
        seen_all = seen_all and self._allotment.all_sources
        return CrawlReport(
            job=self.job.id,
            site=self.job.site,
            sources=tuple(
                replace(look, lied=look.state.url in self._liars) for look in self._looks
            ),
            resting=self.job.resting,
            choices=self._listings.choices() if seen_all else (),
            url=self.job.url,
            home=self._home_is_at,
            robots=tuple(self._kept_robots),
            fetches=tuple(self._fetches),
            discovered=self.job.discover,
            final=True,
            more=unread,
            cut_short=stopped and not (self._over or self._stopped),
            retry_after=self._retry_after,
            pages_first=len(self._first) < len(self._allotment.pages),
        )
