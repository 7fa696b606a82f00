"""What a spider makes of a response, in the callbacks that Scrapy calls."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.discovery.announcement import Announcement
from crawler.job import CrawlJob, CrawlReport, PageRead, SourceState
from crawler.outcomes import Outcome
from crawler.spiders.site import SiteSpider
from crawler.visits.steps import LookAtHome, LookAtSource, ReadPage, Step
from crawler.visits.visit import Visit
from tests.crawler.crew import TEXT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from concurrent.futures import Executor

    from crawler.job import Announced

SITE = "https://koran.example"
PAGE = f"{SITE}/pinisi"
JOB = CrawlJob(
    id="1",
    site="koran",
    url=f"{SITE}/",
    timezone="Asia/Makassar",
    sources=(SourceState(url=f"{SITE}/feed"),),
    user_agent="penguji",
)


class SilentSink:
    """Plays ArticleSink, and keeps nothing."""

    executor: Executor | None = None

    def announce(self, job: CrawlJob, pages: Sequence[Announced]) -> None: ...

    def put(self, job: CrawlJob, page: PageRead) -> None: ...

    def close(self, job: CrawlJob, report: CrawlReport) -> None: ...

    @contextmanager
    def reading(self, job: CrawlJob, step: Step) -> Iterator[None]:
        yield


class StumblingVisit(Visit):
    """A visit with a fault: it takes no site that asks us to stay away."""

    def throttled(self, seconds: float | None) -> None:
        raise ZeroDivisionError(seconds)


async def everything(items: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in items]


@pytest.mark.parametrize("kind", ["home", "source", "page"])
def test_a_fault_that_nobody_foresaw_costs_one_step_and_the_visit_goes_on(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    spider = SiteSpider(job=JOB, sink=SilentSink(), visit=StumblingVisit(JOB))
    refusal = HtmlResponse(PAGE, status=429, headers={"Retry-After": "60"})
    came = {
        "home": lambda: spider.parse_home(refusal, LookAtHome(url=PAGE)),
        "source": lambda: spider.parse_source(
            refusal, LookAtSource(state=SourceState(url=PAGE), found_by="config")
        ),
        "page": lambda: spider.parse_page(
            refusal, ReadPage(announcement=Announcement(url=PAGE), announced_by=())
        ),
    }
    items = asyncio.run(everything(came[kind]()))
    pages, following = items[:-1], items[-1]
    assert isinstance(following, Request)
    assert following.url == f"{SITE}/feed"
    report = spider.visit.report()
    looks = [look.fetch for look in report.sources]
    fetches = [*report.fetches, *looks, *(page.fetch for page in pages)]
    assert len(fetches) == 1
    fetch = fetches[0]
    assert (fetch.url, fetch.kind, fetch.outcome) == (PAGE, kind, Outcome.QUARANTINED)
    assert fetch.detail == "ZeroDivisionError: 60.0"
    assert f"{PAGE} could not be read" in caplog.text


@pytest.mark.parametrize(
    ("asked", "arrived", "outcome"),
    [
        ("/?p=12", "/", Outcome.GONE),
        ("/berita/pinisi", "/?utm_source=rss", Outcome.GONE),
        ("/berita/pinisi", "/?id=9", Outcome.READ),
    ],
)
def test_a_page_that_led_to_the_home_page_is_gone_and_one_that_led_to_another_address_is_not(
    asked: str, arrived: str, outcome: Outcome
) -> None:
    spider = SiteSpider(job=JOB, sink=SilentSink())
    text = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
    page = f"<html><body><article><h1>Kabar pinisi</h1>{text}</article></body></html>"
    response = HtmlResponse(SITE + arrived, body=page.encode(), encoding="utf-8")
    step = ReadPage(announcement=Announcement(url=SITE + asked), announced_by=())
    read = asyncio.run(everything(spider.parse_page(response, step)))[0]
    assert read.fetch.outcome is outcome
