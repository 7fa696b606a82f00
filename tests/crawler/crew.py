"""Real visits for tests: a worker in its own process, a database, and a site's state between visits."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from core.clock import SystemClock
from core.database import immediate, open_database
from crawler.archive import Archive
from crawler.intake import Intake
from crawler.job import CrawlJob, SourceState
from crawler.schema import MIGRATIONS
from crawler.sites import CrawlConfig, SiteConfig
from crawler.supervisor import Limits, Supervisor, WorkerSettings
from crawler.visits.planning import plan_visit

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future
    from pathlib import Path

    from crawler.archive import StoredArticle
    from crawler.job import CrawlReport
    from tests.servers.newsroom import NewsSite

LOOPBACK = WorkerSettings(allow_private=("127.0.0.0/8",))
PATIENCE = 60.0
ZONE = "Asia/Makassar"
NOW = datetime.now(UTC).replace(microsecond=0)
TEXT = (
    "Pelabuhan Paotere di Makassar kembali ramai oleh kapal pinisi setelah dua pekan gelombang tinggi.",
    "Syahbandar mengatakan belasan kapal bertolak sejak subuh dengan muatan beras dan semen.",
)


class Crew:
    """A supervisor with its worker, in an event loop of its own thread."""

    def __init__(self, settings: WorkerSettings = LOOPBACK, limits: Limits | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self.supervisor = Supervisor(settings, clock=SystemClock(), limits=limits)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self.supervisor.stop())
        self.run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self._submit(coroutine).result(PATIENCE)

    def begin(
        self, job: CrawlJob, take: Callable[[CrawlReport], None] | None = None
    ) -> Future[CrawlReport]:
        """Start a visit; `take` is called in the loop's thread with each report."""

        async def hand_over(report: CrawlReport) -> None:
            if take is not None:
                take(report)

        return self._submit(self.supervisor.crawl(job, hand_over))

    def visit(self, job: CrawlJob) -> list[CrawlReport]:
        """Every report of a visit, the final one last."""
        reports: list[CrawlReport] = []
        self.begin(job, reports.append).result(PATIENCE)
        return reports

    def _submit(self, coroutine: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def _end(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Coverage:
    """One site and one database: plans visits, has a crew do them, and takes their reports in."""

    def __init__(self, crew: Crew, database: Path, site: SiteConfig) -> None:
        self._crew = crew
        self.site = site
        self.db = open_database(database, migrations=[MIGRATIONS])
        self.crawl = CrawlConfig(delay=timedelta(), user_agent="Siaga-uji/1")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

    def plan(
        self, *, after: timedelta = timedelta(), patient: bool = False, **changes: Any
    ) -> CrawlJob:
        """The job for a visit, as if so much time had passed; `changes` are of its fields.

        `patient` as in plan_visit.
        """
        now = datetime.now(UTC) + after
        job = plan_visit(
            self.db.conn, self.site, self.crawl, reader_zone=ZONE, now=now, patient=patient
        )
        return replace(job, **{"timeout": 10.0, **changes})

    def look(
        self, *, after: timedelta = timedelta(), patient: bool = False, **changes: Any
    ) -> CrawlReport:
        """One visit, taken in; its final report."""
        reports = self._crew.visit(self.plan(after=after, patient=patient, **changes))
        for report in reports:
            self.take(report)
        return reports[-1]

    def take(self, report: CrawlReport) -> None:
        with immediate(self.db) as connection:
            Intake(connection).take_report(report)

    def articles(self) -> dict[str, StoredArticle]:
        """What is stored, by the path of its address."""
        archive = Archive(self.db.conn)
        return {urlsplit(one.article.url).path: one for one in archive.articles()}

    def outcomes(self, kind: str = "page") -> dict[str, str]:
        """The last outcome of each address that was fetched, by path."""
        rows = self.db.execute(
            "SELECT url, outcome FROM fetches WHERE kind = ? ORDER BY id", [kind]
        )
        return {urlsplit(url).path: outcome for url, outcome in rows}

    def aliases(self) -> dict[str, str]:
        """The path of each alias, and why it is one."""
        rows = self.db.execute("SELECT url, reason FROM aliases")
        return {urlsplit(url).path: reason for url, reason in rows}

    def one(self, sql: str, *values: object) -> Any:
        """The first column of the first row."""
        return self.db.execute(sql, list(values)).fetchone()[0]


def publish(
    site: NewsSite, path: str, *, minutes: int = 0, about: str = "", now: datetime = NOW
) -> str:
    about = about or path.strip("/").replace("-", " ")
    paragraphs = (*TEXT, f"Kabar ini tentang {about}, kata warga yang menunggu di dermaga.")
    return site.publish(path, f"Kabar {about}", paragraphs, now - timedelta(minutes=minutes))


def publish_all(site: NewsSite, *paths: str) -> None:
    """Articles at these paths, the first one newest: it is read first."""
    for minutes, path in enumerate(paths):
        publish(site, path, minutes=minutes)


def config_of(site: NewsSite, *feeds: str) -> SiteConfig:
    """A site as config.yaml would name it, with feeds at these paths."""
    return SiteConfig(
        name=site.masthead.name, url=site.url + "/", feeds=tuple(site.url + feed for feed in feeds)
    )


def job_for(site: NewsSite, *feeds: str, **changes: Any) -> CrawlJob:
    """A job for a site, without a database."""
    job = CrawlJob(
        id=f"job-{site.port}",
        site=site.masthead.name,
        url=site.url + "/",
        timezone=ZONE,
        sources=tuple(SourceState(url=site.url + feed) for feed in feeds),
        user_agent="Siaga-uji/1",
        delay=0.0,
        timeout=10.0,
    )
    return replace(job, **changes)


def wait_for(what: Callable[[], Any], *, seconds: float = PATIENCE) -> Any:
    """The first true answer; AssertionError when none comes in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = what()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError("it did not come in time")
