"""Plans visits: the job for a site, from its config and from what the database knows of it."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.archive import Archive
from crawler.discovery.announcement import SourceKind
from crawler.job import CrawlJob, SourceState, announcement_from_data
from crawler.records import CrawlRecords
from crawler.revisions.relook_records import RelookRecords
from crawler.revisions.relooks import MOST_AT_ONCE
from crawler.source_records import SourceRecords
from crawler.visits.agenda import agenda, given_up, rests_until, watched_sources
from crawler.visits.visit import MAX_INDEX_CHILDREN
from crawler.zones import zone_named

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from crawler.discovery.announcement import Announcement
    from crawler.sites import CrawlConfig, SiteConfig

LISTED_WITHIN = timedelta(days=14)
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
    patient: bool = True,
) -> CrawlJob:
    """The job for one visit to a site.

    `patient` leaves sources that failed alone until their time has come; it is idle where that is all of
    them. Without it they are asked all the same, except what broke the worker.
    """
    records = CrawlRecords(connection)
    known = SourceRecords(connection).of_site(site.name, newest_children=MAX_INDEX_CHILDREN)
    plan = agenda(
        _named(site),
        known,
        discovered_at=records.discovered_at(site.name),
        every=site.interval(crawl),
        patient=patient,
        now=now,
    )
    delay = crawl.delay.total_seconds()
    lost = given_up(records.trouble(site.name), now)
    return CrawlJob(
        id=uuid.uuid4().hex,
        site=site.name,
        url=site.url,
        home=None if lost else records.home(site.name, site.url),
        timezone=site.timezone or _zone_of_pages(connection, site.name) or reader_zone,
        sources=plan.sources,
        resting=plan.resting,
        discover=plan.discover,
        known=records.known_pages(site.name, since=now - LISTED_WITHIN, now=now),
        again=_again(records, site.name, now),
        relooks=RelookRecords(connection).due(
            site.name, now=now, mode=crawl.relook, limit=MOST_AT_ONCE
        ),
        robots=records.robots(site.name, now, at=[site.url, *(one.url for one in plan.sources)]),
        user_agent=crawl.user_agent,
        delay=delay,
        max_pages=MAX_PAGES,
        seconds=SECONDS + 2 * delay * MAX_PAGES,
    )


def rests_until_of(
    connection: sqlite3.Connection, site: SiteConfig, crawl: CrawlConfig, *, now: datetime
) -> datetime | None:
    """Until when a site is left alone because it asked us to, or because all of it fails."""
    records = CrawlRecords(connection)
    known = SourceRecords(connection).of_site(site.name, newest_children=MAX_INDEX_CHILDREN)
    watched = watched_sources(_named(site), known, now=now)
    failing = rests_until(watched, records.trouble(site.name), every=site.interval(crawl))
    asked = records.not_before(site.name)
    return max((at for at in (asked, failing) if at is not None), default=None)


def _again(records: CrawlRecords, site: str, now: datetime) -> tuple[Announcement, ...]:
    """The pages to be read whether or not a source still lists them."""
    due = records.due_pages(site, now=now, limit=MAX_AGAIN)
    unread = records.unread_pages(site, limit=MAX_PAGES)
    return tuple(announcement_from_data(json.loads(text)) for text in (*due, *unread))


def _named(site: SiteConfig) -> tuple[SourceState, ...]:
    """The sources that the config names."""
    sections = (SourceState(url=url, kind=SourceKind.SECTION) for url in site.sections)
    return (*(SourceState(url=url) for url in site.feeds), *sections)


def _zone_of_pages(connection: sqlite3.Connection, site: str) -> str | None:
    """The zone that a site's own pages name beside their dates, where most that name one agree."""
    return zone_named(Archive(connection).evidence_of_dates(site, 20))
