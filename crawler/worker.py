"""The crawl worker: `python -m crawler.worker`, a child that reads jobs and writes what their visits bring.

It speaks JSON lines with its parent (crawler.supervisor). In: first `{"type": "configure", …}`, then jobs.
Out: "ready", a "beat" every few seconds, "reading" and "read" round each page and source, "announced" for
each page that a source has for us, "page" for each that was read, "finding" for each address that a survey
asked, "report" when a visit is over, "failed" when it could not be carried out. It ends when its input ends.
Hostile bytes are parsed here and nowhere else.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

import crawler.downloading  # noqa: F401  # Scrapy would load it deep in its stack, which it inspects: 0.2 s
from core.collecting import spare_what_is_loaded
from crawler.dialling import install_resolver
from crawler.job import CrawlJob, job_from_data, to_data
from crawler.politeness.turnstile import Turnstile
from crawler.spiders.site import SiteSpider
from crawler.visits.steps import LookAtHome, LookAtSource, ReadPage
from crawler.visits.survey import Survey
from crawler.visits.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from twisted.internet.asyncioreactor import AsyncioSelectorReactor

    from crawler.job import Announced, CrawlReport, Finding, PageRead
    from crawler.visits.steps import Step

BEAT_SECONDS = 2.0
MAX_LINE = 64 * 1024 * 1024


logger = logging.getLogger("siaga.worker")


class StreamSink:
    """Plays ArticleSink: tells the parent of each page as it is announced, and as it is read."""

    def __init__(self, send: Callable[[dict[str, Any]], None], executor: Executor) -> None:
        self.executor: Executor | None = executor
        self._send = send

    def announce(self, job: CrawlJob, pages: Sequence[Announced]) -> None:
        for (
            page
        ) in pages:  # a line each: a whole listing in one might be longer than any that is taken
            self._send({"type": "announced", "job": job.id, "page": to_data(page)})

    def put(self, job: CrawlJob, page: PageRead) -> None:
        self._send({"type": "page", "job": job.id, "page": to_data(page)})

    def close(self, job: CrawlJob, report: CrawlReport) -> None:
        self._send({"type": "report", "job": job.id, "report": to_data(report)})

    @contextmanager
    def reading(self, job: CrawlJob, step: Step) -> Iterator[None]:
        self._send({"type": "reading", "job": job.id, **_named(step)})
        try:
            yield
        finally:
            self._send({"type": "read", "job": job.id})


def _named(step: Step) -> dict[str, Any]:
    """What a step reads, as data; of a home page, that it is none of the others."""
    match step:
        case ReadPage(announcement=announcement, announced_by=sources):
            return {
                "url": announcement.url,
                "page": to_data(announcement),
                "sources": list(sources),
                "relook": step.relook.article if step.relook else None,
            }
        case LookAtSource(state=state):
            return {"url": state.url, "source": to_data(state), "found_by": step.found_by}
        case LookAtHome(url=url):
            return {"url": url}


class Worker:
    """Runs visits, many at once, in one event loop; pages are read one at a time in one thread."""

    def __init__(self, settings: Settings, send: Callable[[dict[str, Any]], None]) -> None:
        self._runner = AsyncCrawlerRunner(settings)
        self._send = send
        self._sink = StreamSink(send, ThreadPoolExecutor(1, thread_name_prefix="extraction"))
        self._turnstile = Turnstile()
        self._visits: set[asyncio.Task[None]] = set()

    def start(self, job: CrawlJob) -> None:
        task = asyncio.ensure_future(self._visit(job))
        self._visits.add(task)
        task.add_done_callback(self._visits.discard)

    async def _visit(self, job: CrawlJob) -> None:
        crawler = self._runner.create_crawler(SiteSpider)
        try:
            visit = Survey(job, partial(self._tell, job)) if job.survey else Visit(job)
            handed: dict[str, Any] = {"visit": visit, "turnstile": self._turnstile}
            await self._runner.crawl(crawler, job=job, sink=self._sink, **handed)
        except Exception as error:
            # The parent must hear of it, whatever it was: it is waiting for this job.
            logger.exception("the visit to %s failed", job.site)
            self._send(
                {"type": "failed", "job": job.id, "error": f"{type(error).__name__}: {error}"}
            )

    def _tell(self, job: CrawlJob, finding: Finding) -> None:
        self._send({"type": "finding", "job": job.id, "finding": to_data(finding)})

    async def stop(self) -> None:
        """Stop every visit; each still sends its report."""
        await self._runner.stop()
        if self._visits:
            await asyncio.wait(self._visits, timeout=10)


def settings_for(configuration: dict[str, Any]) -> Settings:
    """The project's settings with what the parent asks for: allow_private, proxy, proxy_allow_private."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set("SIAGA_ALLOW_PRIVATE", configuration["allow_private"], priority="cmdline")
    settings.set("SIAGA_PROXY", configuration["proxy"], priority="cmdline")
    allowed = configuration["proxy_allow_private"]
    settings.set("SIAGA_PROXY_ALLOW_PRIVATE", allowed, priority="cmdline")
    settings.set("LOG_ENABLED", False, priority="cmdline")  # the root logger is set up below
    return settings


def _sender() -> Callable[[dict[str, Any]], None]:
    """What writes a message to the parent; standard output is then closed to everything else."""
    pipe = open(sys.stdout.fileno(), "wb", closefd=False)  # noqa: SIM115  # lives as long as the process
    sys.stdout = sys.stderr

    def send(message: dict[str, Any]) -> None:
        pipe.write(json.dumps(message, ensure_ascii=True).encode() + b"\n")
        pipe.flush()

    return send


async def _beat(send: Callable[[dict[str, Any]], None]) -> None:
    while True:
        send({"type": "beat"})
        await asyncio.sleep(BEAT_SECONDS)


async def _serve(lines: asyncio.StreamReader, settings: Settings, send: Any) -> None:
    worker = Worker(settings, send)
    beating = asyncio.ensure_future(_beat(send))
    send({"type": "ready"})
    try:
        while line := await lines.readline():
            worker.start(job_from_data(json.loads(line)))
    finally:
        beating.cancel()
        await worker.stop()


async def _main(loop: asyncio.AbstractEventLoop) -> None:
    send = _sender()
    lines = asyncio.StreamReader(limit=MAX_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    configuration = json.loads(await lines.readline())
    settings = settings_for(configuration)
    install_resolver(settings)
    spare_what_is_loaded()
    await _serve(lines, settings, send)


def _installed_reactor() -> AsyncioSelectorReactor:
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor  # noqa: PLC0415  # exists once it is installed

    return cast("AsyncioSelectorReactor", reactor)


def main() -> None:
    """Serve the parent until its end of the pipe closes."""
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    for noisy in ("scrapy", "twisted", "trafilatura", "htmldate", "charset_normalizer"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    reactor = _installed_reactor()
    loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop  # noqa: SLF001  # Scrapy's own way
    serving = loop.create_task(_main(loop))
    serving.add_done_callback(lambda _: reactor.stop())  # type: ignore[no-untyped-call]
    reactor.run(installSignalHandlers=False)  # type: ignore[no-untyped-call]
    serving.result()


if __name__ == "__main__":
    main()
