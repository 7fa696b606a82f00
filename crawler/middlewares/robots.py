"""robots.txt as RFC 9309 asks, kept for a day, with Crawl-delay.

Scrapy 2.19's own middleware lets requests through that wait for the same robots.txt (they share a
Deferred and get None), ignores its status and Crawl-delay, and fetches it anew in every crawl.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawler.discovery.robots import crawl_delay
from crawler.downloading import CRAWL_DELAY
from crawler.failures import RobotsRefusal, outcome_of_failure
from crawler.job import Fetch, Robots
from crawler.outcomes import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.visits.visit import Visit

KEPT_FOR = timedelta(days=1)
RETRIED_AFTER = timedelta(minutes=15)
MAX_SIZE = 512 * 1024
MAX_WAIT = 20.0
_MARK = "siaga_robots"


class RobotsMiddleware:
    """Holds every request until its origin's robots.txt is known, then obeys it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._reading: dict[str, asyncio.Task[Robots]] = {}
        self._parsed: dict[str, Protego] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get(_MARK):
            return
        robots = await self._robots_for(request)
        if robots.body is None:
            raise RobotsRefusal(Outcome.ROBOTS_UNKNOWN, "robots.txt cannot be read for the moment")
        rules = self._rules(robots)
        agent = self._crawler.settings["USER_AGENT"]
        request.meta[CRAWL_DELAY] = crawl_delay(rules, agent)
        if not rules.can_fetch(request.url, agent):
            raise RobotsRefusal(Outcome.ROBOTS, "robots.txt disallows this address")

    def _visit(self) -> Visit:
        visit: Visit = self._crawler.spider.visit  # type: ignore[union-attr]  # our spider, once it runs
        return visit

    async def _robots_for(self, request: Request) -> Robots:
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        known = self._visit().robots.get(origin)
        if known is not None and known.expires_at > datetime.now(UTC):
            return known
        if origin not in self._reading:
            self._reading[origin] = asyncio.ensure_future(self._read(origin))
        return await asyncio.shield(self._reading[origin])

    async def _read(self, origin: str) -> Robots:
        timeout = min(MAX_WAIT, self._crawler.settings.getfloat("DOWNLOAD_TIMEOUT"))
        request = Request(
            f"{origin}/robots.txt",
            callback=NO_CALLBACK,
            priority=1000,
            dont_filter=True,
            meta={_MARK: True, "download_timeout": timeout, "download_maxsize": MAX_SIZE * 2},
        )
        started = datetime.now(UTC)
        # When the host cannot be reached this raises, and every request to it in this visit fails for the
        # same reason, which is also what RFC 9309 asks for: nothing is fetched.
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:
            outcome, _ = outcome_of_failure(error)
            if outcome is Outcome.TOO_LARGE:
                detail = "robots.txt is larger than the limit"
                raise RobotsRefusal(Outcome.ROBOTS_UNKNOWN, detail) from error
            if (
                outcome is Outcome.REFUSED
            ):  # redirects without end: RFC 9309, 2.3.1.2, as if there were none
                return self._keep(origin, "", KEPT_FOR, started, None)
            raise
        return self._judge(origin, response, started)

    def _judge(self, origin: str, response: Response, started: datetime) -> Robots:
        """RFC 9309, 2.3.1: 4xx allows everything, 5xx (and 429) nothing for now."""
        status = response.status
        if status >= 500 or status == 429:
            return self._keep(origin, None, RETRIED_AFTER, started, status)
        text = response.body[:MAX_SIZE].decode("utf-8", "replace") if status == 200 else ""
        return self._keep(origin, text, KEPT_FOR, started, status)

    def _keep(
        self, origin: str, body: str | None, lasts: timedelta, started: datetime, status: int | None
    ) -> Robots:
        robots = Robots(origin=origin, body=body, expires_at=datetime.now(UTC) + lasts)
        fetch = Fetch(
            url=f"{origin}/robots.txt",
            kind="robots",
            at=started,
            outcome=Outcome.READ if body is not None else Outcome.ROBOTS_UNKNOWN,
            status=status,
        )
        self._visit().keep_robots(robots, fetch)
        return robots

    def _rules(self, robots: Robots) -> Protego:
        if robots.origin not in self._parsed:
            self._parsed[robots.origin] = Protego.parse(robots.body or "")
        return self._parsed[robots.origin]
