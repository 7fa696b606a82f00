"""Where a visit's articles go: a role that the worker's report and the SQLite store both play."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from crawler.job import Announced, CrawlJob, CrawlReport, PageRead
    from crawler.visits.steps import Step


class ArticleSink(Protocol):
    """Takes what a visit brings, in order: what each source announced, each page as it is read, a report.

    Called from the crawl's event loop. `executor` is where pages are read; only `reading` is entered there,
    round each page and each source, so that what breaks the process can be named afterwards.
    """

    executor: Executor | None

    def announce(self, job: CrawlJob, pages: Sequence[Announced]) -> None:
        """Pages that are to be read; none of them has been asked for yet."""
        ...

    def put(self, job: CrawlJob, page: PageRead) -> None:
        """A page, cleaned and deduplicated."""
        ...

    def close(self, job: CrawlJob, report: CrawlReport) -> None:
        """The visit is over; `report` is final and holds no pages."""
        ...

    def reading(self, job: CrawlJob, step: Step) -> AbstractContextManager[None]:
        """Entered while what a step brought is read."""
        ...
