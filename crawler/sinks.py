"""Where a visit's articles go: a role that the worker's report and the SQLite store both play."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from crawler.job import CrawlJob, CrawlReport, PageRead
    from crawler.visits.steps import Step


class ArticleSink(Protocol):
    """Takes what a visit brings, in order: each page as it is read, then one final report.

    Called from the crawl's event loop. `executor` is where pages are read; only `reading` is entered there,
    round each page and each source, so that what breaks the process can be named afterwards.
    """

    executor: Executor | None

    def put(self, job: CrawlJob, page: PageRead) -> None:
        """A page, cleaned and deduplicated."""
        ...

    def close(self, job: CrawlJob, report: CrawlReport) -> None:
        """The visit is over; `report` is final and holds no pages."""
        ...

    def reading(self, job: CrawlJob, step: Step) -> AbstractContextManager[None]:
        """Entered while what a step brought is read."""
        ...
