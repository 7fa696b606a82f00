"""Six requests at once to a host whose robots.txt nobody has read: `python -m tests.crawler.robots_rush URL`.

Prints, as JSON, the paths that were answered.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.job import CrawlJob
from crawler.politeness.turnstile import Turnstile
from crawler.visits.visit import Visit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.http import Response

answered: list[str] = []


class RushSpider(scrapy.Spider):
    """Does what SiteSpider never does: it asks for everything at the same time."""

    name = "rush"

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        job = CrawlJob(
            id="1", site="rush", url=url, timezone="Asia/Jakarta", user_agent="penguji", delay=0.0
        )
        self.visit = Visit(job)
        self.turnstile = Turnstile()
        self.latest_start = time.monotonic() + 60

    async def start(self) -> AsyncIterator[Any]:
        for number in range(6):
            yield scrapy.Request(f"{self._url}/private/{number}", dont_filter=True)
        yield scrapy.Request(f"{self._url}/public", dont_filter=True)

    def parse(self, response: Response, **_: Any) -> None:
        answered.append(response.url.removeprefix(self._url))


def main(url: str) -> None:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(
        {
            "SIAGA_ALLOW_PRIVATE": ["127.0.0.0/8"],
            "ITEM_PIPELINES": {},
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS": 8,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "USER_AGENT": f"penguji {datetime.now(UTC):%Y}",
            "LOG_ENABLED": False,
        },
        priority="cmdline",
    )
    process = AsyncCrawlerProcess(settings)
    process.crawl(RushSpider, url=url)
    process.start()
    sys.stdout.write(json.dumps(answered))


if __name__ == "__main__":
    main(sys.argv[1])
