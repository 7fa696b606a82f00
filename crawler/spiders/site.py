"""The spider: carries out a visit's steps one after another and tells it what came."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import scrapy
from scrapy import signals
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from core.errors import AddressRefusedError
from crawler.discovery.announcement import Announcement
from crawler.extraction import extract_page, paging
from crawler.extraction.errors import PageError
from crawler.failures import named, outcome_of_failure, retry_after_of
from crawler.job import Fetch, PageRead
from crawler.outcomes import PASSING, SENT_HOME, Outcome, of_status
from crawler.politeness.redirects import is_home
from crawler.politeness.turnstile import NoTurnError, Turnstile
from crawler.politeness.validators import Asking
from crawler.responses import arrival_of, charset_of, header_of
from crawler.visits.steps import (
    LookAtHome,
    LookAtSource,
    ReadPage,
    Step,
    address_of,
    kind_of,
    page_read,
)
from crawler.visits.visit import Visit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.article import Article
    from crawler.extraction.reader import Reading
    from crawler.job import CrawlJob, Relook, SourceState
    from crawler.sinks import ArticleSink

PATIENCE = 30.0
"""Seconds beyond a visit's time that its last request may wait for its turn."""
_FEWER_BYTES = "fewer bytes came than were announced"
_FEWER_PAGES = "another page of it could not be had"

logger = logging.getLogger("siaga.crawler")


class _Lack(StrEnum):
    """Why there is no further page of an article to read."""

    NONE_THERE = "none there"  # or none for us: what came is all there is
    MISSED = "missed"  # another time it may come


@dataclass(frozen=True, slots=True, kw_only=True)
class _Extracted:
    """What a page gave; `in_parts` when its article stands on other pages, too."""

    outcome: Outcome
    detail: str | None = None
    article: Article | None = None
    in_parts: bool = False


class SiteSpider(scrapy.Spider):
    """One visit to one site. Yields a PageRead for each page; the rest goes into the visit's report.

    `job`, `sink`, the `turnstile` that all visits share and perhaps another kind of `visit` are handed in by
    the worker. By hand, SiteLoader's subclasses make their own, from config.yaml and the database.
    """

    name = "site"

    def __init__(
        self,
        *,
        job: CrawlJob,
        sink: ArticleSink,
        visit: Visit | None = None,
        turnstile: Turnstile | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.visit = visit or Visit(job)
        self.sink = sink
        self.turnstile = turnstile or Turnstile()
        self._started = time.monotonic()
        self.latest_start = self._started + max(job.seconds, 0.0) + PATIENCE

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        job: CrawlJob = kwargs["job"]
        crawler.settings.set("DOWNLOAD_TIMEOUT", job.timeout, priority="spider")
        crawler.settings.set("USER_AGENT", job.user_agent, priority="spider")
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.item_broke, signals.item_error)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        for request in self._next():
            yield request

    def _next(self) -> Iterator[Any]:
        step = self.visit.next_step(time.monotonic() - self._started)
        if step is None:
            return
        try:
            request = self._request(step)
        except ValueError:  # Scrapy takes no address that is none
            url = address_of(step)
            refusal = AddressRefusedError(url, url, "it is no address of the web")
            failure = Failure(refusal)  # type: ignore[no-untyped-call]
            yield from self.failed(failure, step, datetime.now(UTC))
        else:
            yield request

    def _request(self, step: Step) -> Request:
        now = datetime.now(UTC)
        headers: dict[str, str] = {}
        match step:
            case LookAtHome(url=url):
                callback: Any = partial(self.parse_home, step=step)
            case LookAtSource(state=state):
                url, callback = state.address, partial(self.parse_source, step=step)
                believed = state.asking is Asking.CONDITIONALLY
                headers = _conditions(state) if believed else {}
            case ReadPage(announcement=announcement, relook=relook):
                url, callback = announcement.url, partial(self.parse_page, step=step)
                headers = _conditions(relook) if relook else {}
        return scrapy.Request(
            url,
            callback=callback,
            errback=partial(self.failed, step=step, at=now),
            headers=headers,
            dont_filter=True,
            meta={"siaga_at": now},
        )

    # What came ------------------------------------------------------------------------------------

    async def parse_home(self, response: Response, step: LookAtHome) -> AsyncIterator[Any]:
        try:
            await self._home_came(response, step)
        except Exception as error:
            logger.exception("%s could not be read", response.url)
            fetch = self._broken(response, step, error)
            self.visit.home_came(fetch, b"", response.url, None)
        for request in self._next():
            yield request

    async def _home_came(self, response: Response, step: LookAtHome) -> None:
        fetch = self._fetch(response, "home", self._judge(response))
        url, charset, arrival = response.url, charset_of(response), arrival_of(response)
        came = partial(self.visit.home_came, fetch, response.body, url, charset, arrival=arrival)
        await self._in_turn(came, step)

    async def parse_source(self, response: Response, step: LookAtSource) -> AsyncIterator[Any]:
        try:
            await self._source_came(response, step)
        except Exception as error:
            logger.exception("%s could not be read", response.url)
            fetch = self._broken(response, step, error)
            self.visit.source_came(step, fetch, b"", step.state, None)
        if announced := self.visit.to_announce():
            self.sink.announce(self.visit.job, announced)
        for request in self._next():
            yield request

    async def _source_came(self, response: Response, step: LookAtSource) -> None:
        fetch = self._fetch(response, "source", self._judge(response), url=step.state.url)
        validators = replace(
            step.state,
            etag=header_of(response, "ETag"),
            last_modified=header_of(response, "Last-Modified"),
            body_hash=None,
        )
        if "dataloss" in response.flags:  # these speak of bytes that never came
            fetch = replace(fetch, detail=_FEWER_BYTES)
            validators = replace(validators, etag=None, last_modified=None)
        charset, arrival = charset_of(response), arrival_of(response)
        came = partial(
            self.visit.source_came, step, fetch, response.body, validators, charset, arrival=arrival
        )
        await self._in_turn(came, step)

    async def _in_turn(self, read: Callable[[], None], step: Step) -> None:
        """Read what came in the sink's thread, so that what hangs there holds up no heartbeat, and is named.

        Nothing else of this visit goes on meanwhile: its steps come one after another.
        """

        def announced() -> None:
            with self.sink.reading(self.visit.job, step):
                read()

        await asyncio.get_running_loop().run_in_executor(self.sink.executor, announced)

    async def parse_page(self, response: Response, step: ReadPage) -> AsyncIterator[Any]:
        yield await self._read(response, step)
        for request in self._next():
            yield request

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[Any]:
        """What `scrapy parse URL` runs: the article of one page, as if a source had announced it."""
        step = ReadPage(announcement=Announcement(url=response.url), announced_by=())
        yield await self._read(response, step)

    def failed(self, failure: Failure, step: Step, at: datetime) -> Iterator[Any]:
        if isinstance(failure.value, NoTurnError):
            self.visit.out_of_time()
            return
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
                yield page_read(step, fetch)
        yield from self._next()

    def item_broke(self, item: PageRead, failure: Failure) -> None:
        """A stage of the pipeline failed on a page: it is recorded so, and the visit is not complete."""
        self.visit.page_lost()
        error = failure.value or RuntimeError("no reason was given")
        fetch = replace(item.fetch, outcome=Outcome.QUARANTINED, detail=named(error))
        self.sink.put(self.visit.job, replace(item, article=None, fetch=fetch))

    # Reading --------------------------------------------------------------------------------------

    async def _read(self, response: Response, step: ReadPage) -> PageRead:
        try:
            return await self._page_came(response, step)
        except Exception as error:
            logger.exception("%s could not be read", response.url)
            return page_read(step, self._broken(response, step, error))

    async def _page_came(self, response: Response, step: ReadPage) -> PageRead:
        outcome, url = self._judge(response), step.announcement.url
        if outcome is Outcome.READ and is_home(response.url) and not is_home(url):
            outcome = Outcome.GONE  # this is how many sites say so
        if outcome is not Outcome.READ:
            sent_home = SENT_HOME if response.status == 200 else None
            return page_read(
                step, self._fetch(response, kind_of(step), outcome, url=url, detail=sent_home)
            )
        extracted = await self._extract(response, step)
        outcome, detail = extracted.outcome, extracted.detail
        if "dataloss" in response.flags:
            outcome, detail = Outcome.CUT_SHORT, _FEWER_BYTES
        fetch = self._fetch(response, kind_of(step), outcome, url=url, detail=detail)
        page = replace(page_read(step, fetch), article=extracted.article)
        if extracted.in_parts or outcome is not Outcome.READ:
            return page  # its validators speak of a part only
        etag, last_modified = header_of(response, "ETag"), header_of(response, "Last-Modified")
        return replace(page, etag=etag, last_modified=last_modified)

    async def _extract(self, response: Response, step: ReadPage) -> _Extracted:
        """Extraction in the sink's thread: a page takes up to 200 ms, and the loop must not wait."""
        try:
            reading = await self._reading_of(response, step)
            return await self._with_its_other_pages(reading, step)
        except PageError as error:
            outcome, detail = outcome_of_failure(error)
            return _Extracted(outcome=outcome, detail=detail)

    async def _reading_of(self, response: Response, step: ReadPage) -> Reading:
        read = partial(self._extract_now, response, step)
        return await asyncio.get_running_loop().run_in_executor(self.sink.executor, read)

    async def _with_its_other_pages(self, first: Reading, step: ReadPage) -> _Extracted:
        """The article put together from its pages; cut short where the last one asked for was missed."""
        came: Reading | _Lack = first
        if first.rest.whole is not None:
            came = await self._another_page(first.rest.whole, step)
            if not isinstance(came, _Lack) and len(came.article.body) >= len(first.article.body):
                here = first.article
                whole = replace(came.article, url=here.url, canonical_url=here.canonical_url)
                return _Extracted(outcome=Outcome.READ, article=whole, in_parts=True)
        others: list[Article] = []
        following = first.rest.next
        while following is not None and len(others) < paging.MAX_PAGES - 1:
            came = await self._another_page(following, step)
            if isinstance(came, _Lack):
                break
            others.append(came.article)
            following = came.rest.next
        article = paging.joined(first.article, others)
        if came is _Lack.MISSED:
            return _Extracted(outcome=Outcome.CUT_SHORT, detail=_FEWER_PAGES, article=article)
        in_parts = first.rest.whole is not None or first.rest.next is not None
        return _Extracted(outcome=Outcome.READ, article=article, in_parts=in_parts)

    async def _another_page(self, url: str, step: ReadPage) -> Reading | _Lack:
        """Another page of the same article, asked for as every page is."""
        at = datetime.now(UTC)
        request = scrapy.Request(url, callback=NO_CALLBACK, dont_filter=True, meta={"siaga_at": at})
        try:
            response = await self.crawler.engine.download_async(request)
        except NoTurnError:  # nothing was asked
            self.visit.out_of_time()
            return _Lack.MISSED
        except Exception as error:  # noqa: BLE001  # whatever it was, it is recorded, and the first page stands
            outcome, detail = outcome_of_failure(error)
            self.visit.also_came(Fetch(url=url, kind="page", at=at, outcome=outcome, detail=detail))
            return _lack(outcome)
        outcome = self._judge(response)
        if outcome is Outcome.READ and "dataloss" in response.flags:
            outcome = Outcome.CUT_SHORT
        self.visit.also_came(self._fetch(response, "page", outcome, url=url))
        try:
            read = outcome is Outcome.READ
            return await self._reading_of(response, step) if read else _lack(outcome)
        except PageError:
            return _Lack.NONE_THERE

    def _extract_now(self, response: Response, step: ReadPage) -> Reading:
        # Only here is it this page's turn: pages of other visits wait for the same thread.
        with self.sink.reading(self.visit.job, step):
            return extract_page(
                response.body,
                response.url,
                timezone=self.visit.job.timezone,
                now=datetime.now(UTC),
                charset=charset_of(response),
            )

    def _judge(self, response: Response) -> Outcome:
        wait = retry_after_of(header_of(response, "Retry-After"), datetime.now(UTC))
        outcome = of_status(response.status, retry_after=wait is not None)
        if outcome is Outcome.THROTTLED:
            self.visit.throttled(wait)
        return outcome

    def _broken(self, response: Response, step: Step, error: Exception) -> Fetch:
        """The record of what met a fault of ours, or of a parser: it costs no more than this step."""
        url = response.url if isinstance(step, LookAtHome) else address_of(step)
        return self._fetch(
            response, kind_of(step), Outcome.QUARANTINED, url=url, detail=named(error)
        )

    def _fetch(
        self,
        response: Response,
        kind: str,
        outcome: Outcome,
        *,
        url: str | None = None,
        detail: str | None = None,
    ) -> Fetch:
        meta = response.request.meta if response.request else {}
        asked_at: datetime | None = meta.get("siaga_at")  # `scrapy parse` makes requests itself
        latency = meta.get("download_latency")
        return Fetch(
            url=url or response.url,
            kind=kind,
            at=asked_at or datetime.now(UTC),
            outcome=outcome,
            status=response.status if response.status < 1000 else None,  # a server can say anything
            detail=detail,
            size=len(response.body),
            seconds=round(latency, 3) if latency is not None else None,
        )


def _lack(outcome: Outcome) -> _Lack:
    return _Lack.MISSED if outcome in PASSING else _Lack.NONE_THERE


def _conditions(known: SourceState | Relook) -> dict[str, str]:
    """The headers of a conditional request (RFC 9110, 13.1)."""
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in conditions.items() if value}
