from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core.clock import to_text
from core.database import open_database
from crawler.archive import Archive
from crawler.article import Article
from crawler.discovery.announcement import Announcement, SourceKind
from crawler.job import Fetch, Robots, SourceLook, SourceState, announcement_from_data, to_data
from crawler.outcomes import Outcome
from crawler.records import CrawlRecords
from crawler.schema import MIGRATIONS
from crawler.sites import CrawlConfig, SiteConfig
from crawler.source_records import SourceRecords
from crawler.visits.known_page import KnownPage
from crawler.visits.planning import MAX_AGAIN, plan_visit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.job import CrawlJob

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
DAY = timedelta(days=1)
SITE = "koran"
FEED = "https://koran.example/feed.xml"
CONFIG = SiteConfig(name=SITE, url="https://koran.example/")


@pytest.fixture
def records(tmp_path: Path) -> Iterator[CrawlRecords]:
    db = open_database(tmp_path / "siaga.db", migrations=[MIGRATIONS])
    yield CrawlRecords(db.conn)
    db.close()


def fetch(url: str = FEED, outcome: Outcome = Outcome.READ, at: datetime = NOW) -> Fetch:
    return Fetch(url=url, kind="source", at=at, outcome=outcome)


def look(url: str = FEED, outcome: Outcome = Outcome.READ, **more: Any) -> SourceLook:
    state = SourceState(url=url, kind=SourceKind.FEED, etag='"1"', last_modified="x", body_hash="y")
    return SourceLook(state=state, fetch=fetch(url, outcome), listed=3, **more)


def put(records: CrawlRecords, one: SourceLook, *, complete: bool = True) -> None:
    succeeded = one.fetch.outcome in (Outcome.READ, Outcome.UNCHANGED)
    sources = SourceRecords(records._connection)
    sources.put_look(SITE, one, succeeded=succeeded, complete=complete)


def known(fingerprint: str = "f1", announcement: Announcement | None = None) -> KnownPage:
    said = announcement or Announcement(url="https://koran.example/a")
    return KnownPage(
        fingerprint=fingerprint,
        site=SITE,
        baseline=False,
        tries=1,
        first_listed_at="2026-11-22T03:00:00.000+00:00",
        announcement=json.dumps(to_data(said)),
        announced_by="[]",
        article_id=None,
    )


def plan(records: CrawlRecords, site: SiteConfig = CONFIG, *, now: datetime = NOW) -> CrawlJob:
    connection = records._connection
    return plan_visit(connection, site, CrawlConfig(), reader_zone="Asia/Jayapura", now=now)


def test_a_page_is_found_again_as_it_was_put(records: CrawlRecords) -> None:
    assert records.page(SITE, "f1") is None
    records.put_page(known(), fetch(), next_try_at=NOW + DAY)
    assert records.page(SITE, "f1") == known()
    assert records.page("lain", "f1") is None


def test_a_page_that_is_not_tried_again_forgets_its_announcement(records: CrawlRecords) -> None:
    records.put_page(known(), fetch(), next_try_at=None)
    page = records.page(SITE, "f1")
    assert page is not None
    assert page.announcement is None


def test_pages_listed_lately_are_known_unless_their_next_try_is_due(records: CrawlRecords) -> None:
    records.put_page(known("done"), fetch(), next_try_at=None)
    records.put_page(known("waiting"), fetch(), next_try_at=NOW + DAY)
    records.put_page(known("due"), fetch(), next_try_at=NOW)
    records.put_page(known("old"), fetch(at=NOW - 20 * DAY), next_try_at=None)
    since = NOW - 14 * DAY
    assert records.known_pages(SITE, since=since, now=NOW) == {"done", "waiting"}
    records.listed_again(SITE, ["old"], NOW)
    assert records.known_pages(SITE, since=since, now=NOW) == {"done", "waiting", "old"}


def test_pages_that_are_due_come_back_with_all_that_was_said_of_them(records: CrawlRecords) -> None:
    for hours in (3, 1, 2):
        said = Announcement(url=f"https://koran.example/{hours}", title="Judul", published_at=NOW)
        records.put_page(known(f"f{hours}", said), fetch(), next_try_at=NOW + hours * DAY / 24)
    due = records.due_pages(SITE, now=NOW + DAY / 12, limit=5)
    urls = [announcement_from_data(json.loads(text)).url for text in due]
    assert urls == ["https://koran.example/1", "https://koran.example/2"]
    assert len(records.due_pages(SITE, now=NOW + DAY, limit=1)) == 1
    assert plan(records, now=NOW + DAY).again[0].published_at == NOW


def test_pages_that_were_never_asked_for_are_due_beside_those_that_failed(
    records: CrawlRecords,
) -> None:
    for number in range(MAX_AGAIN + 1):
        failed = Announcement(url=f"https://koran.example/gagal/{number}")
        records.put_page(known(f"f{number}", failed), fetch(), next_try_at=NOW)
        unread = Announcement(url=f"https://koran.example/belum/{number}")
        page = replace(known(f"u{number}", unread), tries=0, first_listed_at=to_text(NOW + DAY))
        records.put_announced(page, unread.url, at=NOW + DAY)  # as a clock had it that was put back
    again = plan(records).again
    assert sum("/gagal/" in one.url for one in again) == MAX_AGAIN
    assert sum("/belum/" in one.url for one in again) == MAX_AGAIN + 1
    assert not plan(records).known


def test_a_fetch_is_recorded_once(records: CrawlRecords) -> None:
    assert records.add_fetch(SITE, fetch())
    assert not records.add_fetch(SITE, fetch())
    assert records.add_fetch(SITE, fetch(at=NOW + timedelta(milliseconds=1)))
    records.purge_fetches(NOW + DAY)
    assert records.add_fetch(SITE, fetch())


def test_robots_are_remembered_until_they_expire(records: CrawlRecords) -> None:
    robots = Robots(origin="https://koran.example", body=None, expires_at=NOW + DAY)
    records.put_robots(SITE, robots)
    assert plan(records).robots == (robots,)
    assert plan(records, now=NOW + DAY).robots == ()
    records.put_robots(SITE, replace(robots, body="User-agent: *"))
    assert plan(records).robots[0].body == "User-agent: *"


# Planning a visit ---------------------------------------------------------------------------------


def visited(records: CrawlRecords, *, discovered: bool = True) -> None:
    records.put_visit(SITE, at=NOW, discovered=discovered, not_before=None, problem=None)


def test_a_new_site_is_discovered_and_after_that_once_a_day(records: CrawlRecords) -> None:
    assert plan(records).discover
    visited(records)
    assert plan(records).discover  # nothing was found
    put(records, look(found_by="home"))
    assert not plan(records).discover
    assert plan(records).sources == (replace(look().state, looked_at=NOW),)
    assert plan(records, now=NOW + 1.1 * DAY).discover
    put(records, look(outcome=Outcome.TIMEOUT))
    assert plan(records).discover  # all that was found fails


def test_feeds_of_the_config_are_the_sources_and_nothing_is_discovered(
    records: CrawlRecords,
) -> None:
    put(records, look())
    put(records, look(FEED + "2"))
    site = SiteConfig(name=SITE, url="https://koran.example/", feeds=(FEED + "3", FEED))
    job = plan(records, site)
    assert job.sources == (SourceState(url=FEED + "3"), replace(look().state, looked_at=NOW))
    assert not job.discover


def test_a_site_s_zone_is_its_config_s_else_its_pages_else_the_reader_s(
    records: CrawlRecords,
) -> None:
    assert plan(records).timezone == "Asia/Jayapura"
    archive = Archive(records._connection)
    for number, said in enumerate(("visible:Rabu 11:18 WITA", "visible:Rabu 12:00 wita", "x WIB")):
        url = f"https://koran.example/{number}"
        article = Article(
            url=url,
            canonical_url=url,
            site=SITE,
            title="Judul",
            body="Isi",
            evidence={"published_at": said},
        )
        archive.add(article, content_hash=str(number), origin="crawl", at=NOW)
    assert plan(records).timezone == "Asia/Makassar"
    zoned = SiteConfig(name=SITE, url="https://koran.example/", timezone="Asia/Jakarta")
    assert plan(records, zoned).timezone == "Asia/Jakarta"


def test_each_job_has_an_id_of_its_own_and_more_time_the_longer_the_delay(
    records: CrawlRecords,
) -> None:
    one, two = plan(records), plan(records)
    assert one.id != two.id
    assert one.delay == 1.0
    assert one.seconds > one.max_pages * one.delay


def test_the_robots_txt_that_another_site_of_the_same_origin_has_read_is_not_asked_for_again(
    records: CrawlRecords,
) -> None:
    robots = Robots(origin="https://koran.example", body="", expires_at=NOW + DAY)
    records.put_robots("koran-ekonomi", robots)
    assert plan(records).robots == (robots,)
    elsewhere = Robots(origin="https://harian.example", body="", expires_at=NOW + DAY)
    records.put_robots("harian", elsewhere)
    assert plan(records).robots == (robots,)
