"""The spider: carries out a visit's steps one after another and tells it what came."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import scrapy
from scrapy.http import Response, TextResponse

from crawler.discovery.announcement import Announcement
from crawler.extraction import extract
from crawler.extraction.errors import PageError
from crawler.failures import outcome_of_failure, retry_after_of
from crawler.job import Fetch, PageRead, SourceState
from crawler.outcomes import Outcome, of_status
from crawler.visit import LookAtHome, LookAtSource, ReadPage, Step, Visit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from crawler.article import Article
    from crawler.job import CrawlJob
    from crawler.sinks import ArticleSink

logger = logging.getLogger("siaga.crawler")


class SiteSpider(scrapy.Spider):
    """One visit to one site. Yields a PageRead for each page; the rest goes into the visit's report.

    `job` and `sink` are handed in by the worker. By hand, SiteLoader's subclasses make their own, from
    config.yaml and the database.
    """

    name = "site"

    def __init__(self, *, job: CrawlJob, sink: ArticleSink, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.visit = Visit(job)
        self.sink = sink
        self._started = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        job: CrawlJob = kwargs["job"]
        crawler.settings.set("DOWNLOAD_DELAY", job.delay, priority="spider")
        crawler.settings.set("USER_AGENT", job.user_agent, priority="spider")
        return super().from_crawler(crawler, *args, **kwargs)

    async def start(self) -> AsyncIterator[Any]:
        for request in self._next():
            yield request

    def _next(self) -> Iterator[Request]:
        step = self.visit.next_step(time.monotonic() - self._started)
        if step is not None:
            yield self._request(step)

    def _request(self, step: Step) -> Request:
        now = datetime.now(UTC)
        headers: dict[str, str] = {}
        match step:
            case LookAtHome(url=url):
                callback: Any = self.parse_home
            case LookAtSource(state=state):
                url, callback = state.url, partial(self.parse_source, step=step)
                headers = _conditions(state)
            case ReadPage(announcement=announcement):
                url, callback = announcement.url, partial(self.parse_page, step=step)
        return scrapy.Request(
            url,
            callback=callback,
            errback=partial(self.failed, step=step, at=now),
            headers=headers,
            dont_filter=True,
            meta={"siaga_at": now},
        )

    # What came ------------------------------------------------------------------------------------

    def parse_home(self, response: Response) -> Iterator[Request]:
        fetch = self._fetch(response, "home", of_status(response.status, retry_after=False))
        self.visit.home_came(fetch, response.body, response.url, charset_of(response))
        yield from self._next()

    def parse_source(self, response: Response, step: LookAtSource) -> Iterator[Request]:
        fetch = self._fetch(response, "source", self._judge(response), url=step.state.url)
        validators = SourceState(
            url=step.state.url,
            kind=step.state.kind,
            etag=_header(response, "ETag") or (step.state.etag if response.status == 304 else None),
            last_modified=_header(response, "Last-Modified")
            or (step.state.last_modified if response.status == 304 else None),
        )
        self.visit.source_came(step, fetch, response.body, validators, charset_of(response))
        yield from self._next()

    async def parse_page(self, response: Response, step: ReadPage) -> AsyncIterator[Any]:
        yield await self._read(response, step)
        for request in self._next():
            yield request

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[Any]:
        """What `scrapy parse URL` runs: the article of one page, as if a source had announced it."""
        yield await self._read(response, read_page_of(response.url))

    def failed(self, failure: Failure, step: Step, at: datetime) -> Iterator[Any]:
        outcome, detail = outcome_of_failure(failure.value or RuntimeError("no reason was given"))
        fetch = Fetch(
            url=address_of(step), kind=kind_of(step), at=at, outcome=outcome, detail=detail
        )
        match step:
            case LookAtHome():
                self.visit.home_came(fetch, b"", step.url, None)
            case LookAtSource():
                self.visit.source_came(step, fetch, b"", step.state, None)
            case ReadPage():
                yield self.visit.page(step, fetch)
        yield from self._next()

    # Reading --------------------------------------------------------------------------------------

    async def _read(self, response: Response, step: ReadPage) -> PageRead:
        outcome = self._judge(response)
        if (
            outcome is Outcome.READ
            and _is_home(response.url)
            and not _is_home(step.announcement.url)
        ):
            fetch = self._fetch(
                response, "page", Outcome.GONE, detail="redirected to the home page"
            )
            return self.visit.page(step, fetch)
        if outcome is not Outcome.READ:
            fetch = self._fetch(response, "page", outcome, url=step.announcement.url)
            return self.visit.page(step, fetch)
        article, outcome, detail = await self._extract(response, step)
        if "dataloss" in response.flags:
            outcome, detail = Outcome.CUT_SHORT, "fewer bytes came than were announced"
        fetch = self._fetch(response, "page", outcome, url=step.announcement.url, detail=detail)
        return PageRead(
            announcement=step.announcement,
            announced_by=step.announced_by,
            fetch=fetch,
            article=article,
        )

    async def _extract(
        self, response: Response, step: ReadPage
    ) -> tuple[Article | None, Outcome, str | None]:
        """Extraction in the sink's thread: a page takes up to 200 ms, and the loop must not wait."""
        read = partial(
            extract,
            response.body,
            response.url,
            timezone=self.visit.job.timezone,
            now=datetime.now(UTC),
            charset=charset_of(response),
        )
        try:
            with self.sink.reading(self.visit.job, step):
                article = await asyncio.get_running_loop().run_in_executor(self.sink.executor, read)
        except PageError as error:
            return None, outcome_of_failure(error)[0], str(error)
        except Exception as error:
            # A fault of ours, or of a parser, on one page: it is recorded there and the visit goes on.
            logger.exception("%s could not be read", response.url)
            return None, Outcome.QUARANTINED, f"{type(error).__name__}: {error}"
        return article, Outcome.READ, None

    def _judge(self, response: Response) -> Outcome:
        wait = retry_after_of(_header(response, "Retry-After"), datetime.now(UTC))
        outcome = of_status(response.status, retry_after=wait is not None)
        if outcome is Outcome.THROTTLED:
            self.visit.throttled(wait)
        return outcome

    def _fetch(
        self,
        response: Response,
        kind: str,
        outcome: Outcome,
        *,
        url: str | None = None,
        detail: str | None = None,
    ) -> Fetch:
        request = response.request
        at: datetime = request.meta["siaga_at"] if request else datetime.now(UTC)
        latency = request.meta.get("download_latency") if request else None
        return Fetch(
            url=url or response.url,
            kind=kind,
            at=at,
            outcome=outcome,
            status=response.status,
            detail=detail,
            size=len(response.body),
            seconds=round(latency, 3) if latency is not None else None,
        )


def read_page_of(url: str) -> ReadPage:
    """A page that nobody announced."""
    return ReadPage(announcement=Announcement(url=url), announced_by=())


def address_of(step: Step) -> str:
    """What a step fetches."""
    match step:
        case LookAtHome(url=url):
            return url
        case LookAtSource(state=state):
            return state.url
        case ReadPage(announcement=announcement):
            return announcement.url


def kind_of(step: Step) -> str:
    """What a step's fetch is called in the records."""
    match step:
        case LookAtHome():
            return "home"
        case LookAtSource():
            return "source"
        case ReadPage():
            return "page"


def charset_of(response: Response) -> str | None:
    """The charset that the HTTP header names, if it names one."""
    if not isinstance(response, TextResponse):
        return None
    declared = (_header(response, "Content-Type") or "").partition("charset=")[2]
    return declared.split(";")[0].strip(" \"'") or None


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1").strip() or None if value else None


def _conditions(state: SourceState) -> dict[str, str]:
    """The headers of a conditional request (RFC 9110, 13.1)."""
    conditions = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _is_home(url: str) -> bool:
    return urlsplit(url).path in ("", "/")
