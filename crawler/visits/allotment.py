"""How the requests that a visit has time for are shared between sources and pages. Pure.

Where robots.txt asks for minutes between two requests they are few: sources that were all asked first, and
always from the first one on, would leave no time for any page, and no visit would ever be complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.discovery.robots import crawl_delay_of
from crawler.visits.steps import ReadPage

if TYPE_CHECKING:
    from crawler.job import CrawlJob, SourceState

FEWEST = 2
"""Requests. A visit that has time for fewer cannot ask a source and read a page."""
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """The pages of earlier visits to read before anything else, and the sources to ask after them.

    `all_sources`: whether none was put off to the next visit.
    """

    pages: tuple[ReadPage, ...]
    sources: tuple[SourceState, ...]
    all_sources: bool


def allot(job: CrawlJob) -> Allotment:
    """What a visit begins with: sources take half of its requests, those asked longest ago first."""
    requests = _requests_of(job)
    most = len(job.sources) if requests is None else max(requests // 2, 1)
    sources = job.sources
    if len(sources) > most:
        sources = tuple(sorted(sources, key=lambda one: one.looked_at or _NEVER)[:most])
    pages = job.again if requests is not None and requests < FEWEST else ()
    return Allotment(
        pages=tuple(ReadPage(announcement=one, announced_by=()) for one in pages),
        sources=sources,
        all_sources=len(sources) == len(job.sources),
    )


def _requests_of(job: CrawlJob) -> int | None:
    """How many requests a visit surely has time for; None where nobody asks for a pause."""
    bodies = {one.origin: one.body for one in job.robots}
    pause = max(job.delay, crawl_delay_of(job.url, bodies, job.user_agent))
    return int(job.seconds / pause) if pause else None
