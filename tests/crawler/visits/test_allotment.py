"""Visits to a site whose robots.txt asks for long pauses, request by request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.discovery.announcement import Announcement
from crawler.job import CrawlJob, Fetch, Robots, SourceState
from crawler.outcomes import Outcome
from crawler.spiders.site import PATIENCE
from crawler.troubles import problem_of
from crawler.urls import canonical, fingerprint
from crawler.visits.steps import LookAtSource, ReadPage
from crawler.visits.visit import Visit

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
SITE = "https://koran.example"
SECONDS = 500.0
PAGES = 6


class Reader:
    """What is remembered of a site of three feeds with the same pages, from one visit to the next."""

    def __init__(self, crawl_delay: int) -> None:
        self._delay = crawl_delay
        self._looked_at: dict[str, datetime | None] = dict.fromkeys("abc")
        self.unread: list[str] = []
        self.read: list[str] = []
        self.complete: set[str] = set()
        self.problems: list[str | None] = []

    def visit(self, at: datetime) -> None:
        """One visit, of which each request waits for its turn as at the turnstile."""
        visit, elapsed = Visit(self._job()), 0.0
        asked: set[str] = set()
        while (step := visit.next_step(elapsed)) is not None:
            # Of a pause that is longer than a visit, enough has gone by before it began.
            elapsed += min(self._delay, SECONDS)
            if elapsed > SECONDS + PATIENCE:
                visit.out_of_time()
                break
            if isinstance(step, LookAtSource):
                name = step.state.url[-1]
                asked.add(name)
                self._looked_at[name] = at
                fetch = Fetch(url=step.state.url, kind="source", at=at, outcome=Outcome.READ)
                visit.source_came(step, fetch, self._feed(), step.state, None)
                told = [one.announcement.url for one in visit.to_announce()]
                self.unread += [url for url in told if url not in self.unread + self.read]
            elif isinstance(step, ReadPage):
                self.unread.remove(step.announcement.url)
                self.read.append(step.announcement.url)
        report = visit.report()
        self.problems.append(problem_of(report))
        if not report.more:
            self.complete |= asked

    def _job(self) -> CrawlJob:
        rules = f"User-agent: *\nCrawl-delay: {self._delay}\n"
        return CrawlJob(
            id="1",
            site="koran",
            url=f"{SITE}/",
            timezone="Asia/Makassar",
            sources=tuple(
                SourceState(url=f"{SITE}/{name}", looked_at=at)
                for name, at in self._looked_at.items()
            ),
            known=frozenset(fingerprint(canonical(url)) for url in self.read),
            again=tuple(Announcement(url=url) for url in self.unread),
            robots=(Robots(origin=SITE, body=rules, expires_at=NOW),),
            user_agent="penguji",
            seconds=SECONDS,
        )

    def _feed(self) -> bytes:
        items = "".join(f"<item><link>{SITE}/kabar-{n}</link></item>" for n in range(PAGES))
        return f"<rss version='2.0'><channel>{items}</channel></rss>".encode()


@pytest.mark.parametrize("crawl_delay", [0, 60, 180, 300, 3600])
def test_however_long_a_site_wants_us_to_wait_all_its_feeds_and_pages_are_read(
    crawl_delay: int,
) -> None:
    reader = Reader(crawl_delay)
    for number in range(PAGES + 4):
        reader.visit(NOW + number * timedelta(hours=1))
    assert len(reader.read) == len(set(reader.read)) == PAGES
    assert reader.complete == set("abc")
    assert set(reader.problems) == {None}
