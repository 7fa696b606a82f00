"""Plans a visit: the job for a site, from its config and from what the database knows of it."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.archive import Archive
from crawler.discovery.announcement import SourceKind
from crawler.job import CrawlJob, SourceState, announcement_from_data
from crawler.records import CrawlRecords
from crawler.relook_records import RelookRecords
from crawler.relooks import MOST_AT_ONCE
from crawler.visit import MAX_INDEX_CHILDREN
from crawler.zones import zone_named

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from crawler.sites import CrawlConfig, SiteConfig

LISTED_WITHIN = timedelta(days=14)
DISCOVERED_AGAIN_AFTER = timedelta(days=1)
MAX_PAGES = 100
MAX_AGAIN = 20
SECONDS = 300.0


def plan_visit(
    connection: sqlite3.Connection,
    site: SiteConfig,
    crawl: CrawlConfig,
    *,
    reader_zone: str,
    now: datetime,
) -> CrawlJob:
    """The job for one visit to a site."""
    records = CrawlRecords(connection)
    sources = _sources(records, site)
    delay = crawl.delay.total_seconds()
    return CrawlJob(
        id=uuid.uuid4().hex,
        site=site.name,
        url=site.url,
        timezone=site.timezone or _zone_of_pages(connection, site.name) or reader_zone,
        sources=sources,
        discover=not _named(site) and _discovery_is_due(records, site.name, now),
        known=records.known_pages(site.name, since=now - LISTED_WITHIN, now=now),
        again=tuple(
            announcement_from_data(json.loads(text))
            for text in records.due_pages(site.name, now=now, limit=MAX_AGAIN)
        ),
        relooks=RelookRecords(connection).due(
            site.name, now=now, mode=crawl.relook, limit=MOST_AT_ONCE
        ),
        robots=records.robots(site.name, now),
        user_agent=crawl.user_agent,
        delay=delay,
        max_pages=MAX_PAGES,
        seconds=SECONDS + 2 * delay * MAX_PAGES,
    )


def _sources(records: CrawlRecords, site: SiteConfig) -> tuple[SourceState, ...]:
    """The sources to look at: those that the config names, else those that were found."""
    found = records.sources(site.name, newest_children=MAX_INDEX_CHILDREN)
    known = {source.url: source for source in found}
    named = _named(site)
    return tuple(known.get(one.url, one) for one in named) if named else tuple(known.values())


def _named(site: SiteConfig) -> tuple[SourceState, ...]:
    """The sources that the config names."""
    sections = (SourceState(url=url, kind=SourceKind.SECTION) for url in site.sections)
    return (*(SourceState(url=url) for url in site.feeds), *sections)


def _discovery_is_due(records: CrawlRecords, site: str, now: datetime) -> bool:
    """Whether the home page is to be asked for sources: never done, a day ago, or all of them fail."""
    discovered_at = records.discovered_at(site)
    if discovered_at is None or records.failing(site):
        return True
    return now - discovered_at > DISCOVERED_AGAIN_AFTER


def _zone_of_pages(connection: sqlite3.Connection, site: str) -> str | None:
    """The zone that a site's own pages name beside their dates, where they mostly name one."""
    return zone_named(Archive(connection).evidence_of_dates(site, 20))
