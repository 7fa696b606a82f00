"""The download handler: Scrapy's own, at a guest's pace, with a limit on what comes before the first byte.

Twisted reads header lines for as long as they come: one server that never ends them takes gigabytes of
memory within the download's time. `DOWNLOAD_MAXSIZE` bounds the body only.

Waiting for a turn happens here, the last thing before the network: redirects and robots.txt wait as well,
and no download's time runs while it waits.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.exceptions import DownloadCancelledError
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS

from crawler.certificates import ExplainingPolicy
from crawler.politeness.pace import house_of

if TYPE_CHECKING:
    from scrapy import Request as ScrapyRequest
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import HTTP11ClientProtocol, Request
    from twisted.web.iweb import IResponse

    from crawler.spiders.site import SiteSpider

CRAWL_DELAY = "siaga_crawl_delay"
"""The key of a request's meta under which stands what its robots.txt asks for, in seconds."""
MAX_HEAD = 512 * 1024
"""Bytes that may come before the body, interim (1xx) answers included."""


class BoundedDownloadHandler(HTTP11DownloadHandler):
    """Fetches http and https; a head beyond MAX_HEAD fails the request with DownloadCancelledError."""

    # Most visits need one of the two, and loading the trusted certificates takes its time.
    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory  # noqa: SLF001  # as Scrapy itself sets its own
        self._contextFactory: Any = ExplainingPolicy(self._contextFactory)

    async def download_request(self, request: ScrapyRequest) -> Response:
        spider: SiteSpider = self._crawler.spider  # type: ignore[assignment]  # ours, once it runs
        delay = max(spider.visit.job.delay, request.meta.get(CRAWL_DELAY, 0.0))
        until = spider.latest_start
        async with spider.turnstile.turn(house_of(request.url), delay=delay, until=until) as turn:
            response = await super().download_request(request)
            turn.answered(response.status)
            return response

    async def close(self) -> None:
        """Close idle connections, for a second at most.

        Scrapy's own timer may fire between the end of closing and its being heard of.
        """
        idle: Deferred[None] = self._pool.closeCachedConnections()  # type: ignore[no-untyped-call]  # Twisted's
        closing = asyncio.ensure_future(maybe_deferred_to_future(idle))
        await asyncio.wait({closing}, timeout=self._disconnect_timeout)


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: ARG002, N802  # Twisted's
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    _head = 0

    def request(self, request: Request) -> Deferred[IResponse]:
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # Twisted's
        if self._parser is not None and self._parser.state in (STATUS, HEADER):
            self._head += len(data)
            if self._head > MAX_HEAD:
                reason = DownloadCancelledError("the headers are larger than the limit")
                self._giveUp(Failure(reason))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]
