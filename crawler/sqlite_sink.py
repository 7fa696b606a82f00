"""The sink of a crawl that runs by hand: writes SQLite through the same intake as the daemon."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.database import immediate, open_database
from crawler.intake import Intake
from crawler.job import CrawlReport
from crawler.schema import MIGRATIONS
from crawler.visits.planning import plan_visit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from crawler.job import Announced, CrawlJob, PageRead
    from crawler.project import Project
    from crawler.sites import SiteConfig
    from crawler.visits.steps import Step


class SqliteSink:
    """Plays ArticleSink: one short transaction a page, so that a running daemon never waits long."""

    executor: Executor | None = None

    def __init__(self, database: Path) -> None:
        self._db = open_database(database, migrations=[MIGRATIONS])

    def plan(self, site: SiteConfig, project: Project) -> CrawlJob:
        return plan_visit(
            self._db.conn,
            site,
            project.sections.crawl,
            reader_zone=project.timezone,
            now=datetime.now(UTC),
        )

    def announce(self, job: CrawlJob, pages: Sequence[Announced]) -> None:
        self._take(CrawlReport(job=job.id, site=job.site, announced=tuple(pages)))

    def put(self, job: CrawlJob, page: PageRead) -> None:
        self._take(CrawlReport(job=job.id, site=job.site, pages=(page,)))

    def close(self, job: CrawlJob, report: CrawlReport) -> None:  # noqa: ARG002  # ArticleSink's
        self._take(report)
        self._db.close()

    @contextmanager
    def reading(self, job: CrawlJob, step: Step) -> Iterator[None]:  # noqa: ARG002  # ArticleSink's
        yield

    def _take(self, report: CrawlReport) -> None:
        with immediate(self._db) as connection:
            Intake(connection).take_report(report)
