"""What the archive makes of a look at an article that it knows, and which articles are due for one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.database import immediate, open_database
from crawler.archive import Archive
from crawler.article import Article
from crawler.discovery.announcement import Announcement
from crawler.intake import Intake, Taken
from crawler.job import CrawlReport, Fetch, PageRead, SourceLook, SourceState
from crawler.outcomes import Outcome
from crawler.revisions.archive import Event, RevisionArchive
from crawler.revisions.relook_records import RelookRecords
from crawler.revisions.relooks import CONFIRMED_AFTER, RelookMode
from crawler.schema import MIGRATIONS
from tests.crawler.invented import SITE, START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

FEED = "https://koran.example/feed.xml"
HOUR = timedelta(hours=1)
BODY = "Jalan ke utara ditutup karena longsor.\n\nPetugas bekerja sejak pagi hari di sana."


@pytest.fixture
def db() -> Iterator[Database]:
    """One whose site has a baseline of one article, at /lama."""
    one = open_database(Path(":memory:"), migrations=[MIGRATIONS])
    look = SourceLook(
        state=SourceState(url=FEED),
        fetch=Fetch(url=FEED, kind="source", at=START, outcome=Outcome.READ),
    )
    take(one, page("/lama"), sources=(look,), final=True)
    yield one
    one.close()


def page(
    path: str,
    body: str = BODY,
    *,
    at: timedelta = timedelta(),
    outcome: Outcome = Outcome.READ,
    status: int = 200,
    landed: str | None = None,
    relook: int | None = None,
) -> PageRead:
    url, own = (f"https://koran.example{one}" for one in (path, landed or path))
    article = Article(url=own, canonical_url=own, site=SITE, title=f"Kabar {path}", body=body)
    kind = "page" if relook is None else "relook"
    return PageRead(
        announcement=Announcement(url=url),
        announced_by=(FEED,) if relook is None else (),
        fetch=Fetch(url=url, kind=kind, at=START + at, outcome=outcome, status=status),
        article=article if outcome is Outcome.READ else None,
        relook=relook,
        etag='"1"',
    )


def take(db: Database, *pages: PageRead, **more: object) -> Taken:
    report = CrawlReport(job="1", site=SITE, pages=pages, **more)  # type: ignore[arg-type]  # its own fields
    now = max((one.fetch.at for one in pages), default=START)
    with immediate(db) as connection:
        return Intake(connection).take_report(report, now=now)


def due(
    db: Database, age: timedelta, mode: RelookMode = RelookMode.ALL, limit: int = 9
) -> list[int]:
    found = RelookRecords(db.conn).due(SITE, now=START + age, mode=mode, limit=limit)
    return [one.article for one in found]


def want(db: Database, article: int) -> None:
    with immediate(db) as connection:
        RelookRecords(connection).want(article, START + HOUR)


def events(db: Database, article: int) -> list[tuple[Event, str | None]]:
    return [(one.event, one.absence) for one in RevisionArchive(db.conn).history(article)]


def test_what_a_crawl_found_is_due_after_an_hour_and_baseline_once_it_is_wanted(
    db: Database,
) -> None:
    take(db, page("/baru"))
    assert due(db, HOUR - timedelta(minutes=1)) == []
    assert due(db, HOUR) == [2]
    want(db, 1)
    assert due(db, HOUR) == [1, 2]
    assert due(db, HOUR, RelookMode.MATCHED) == [1]
    assert due(db, HOUR, RelookMode.NONE) == []


def test_wanted_articles_go_before_those_that_wait_longer(db: Database) -> None:
    take(db, *(page(f"/{n}", BODY + str(n), at=timedelta(minutes=n)) for n in range(5)))
    want(db, 6)
    assert due(db, 2 * HOUR, limit=3) == [6, 2, 3]


def test_a_thin_article_has_its_own_retries_and_is_not_looked_at_again(db: Database) -> None:
    refused = page("/dinding", outcome=Outcome.REFUSED, status=403)
    take(db, refused)
    assert due(db, timedelta(days=40)) == []


def test_an_edit_moves_the_text_and_the_index_follows(db: Database) -> None:
    take(db, page("/baru"))
    edited = BODY.replace("longsor", "banjir")
    assert take(db, page("/baru", edited, at=HOUR, relook=2)).revised == 1
    stored = Archive(db.conn).article(2)
    assert stored is not None
    assert (stored.revision, stored.article.body) == (2, edited)
    (entry,) = RevisionArchive(db.conn).history(2)
    assert entry.before is not None
    assert (entry.revision, entry.before.body) == (2, BODY)
    found = db.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'banjir'")
    assert found.fetchall() == [(2,)]
    assert due(db, 6 * HOUR) == [2]


def test_an_address_that_leads_to_another_article_is_no_edit(db: Database) -> None:
    take(db, page("/baru"), page("/lain", "Harga ikan turun di pasar.", at=timedelta(seconds=1)))
    led_on = page("/baru", "Harga ikan turun di pasar.", at=HOUR, landed="/lain", relook=2)
    assert take(db, led_on) == Taken()  # asked once more
    assert 2 in due(db, HOUR + CONFIRMED_AFTER)
    later = page("/baru", "Harga ikan turun.", at=2 * HOUR, landed="/lain", relook=2)
    assert take(db, later).gone == 1
    assert events(db, 2) == [(Event.GONE, "elsewhere")]
    stored = Archive(db.conn).article(2)
    assert stored is not None
    assert stored.article.body == BODY


def test_a_page_that_broke_the_worker_is_set_aside_and_the_article_stays(db: Database) -> None:
    take(db, page("/baru"))
    take(db, page("/baru", at=HOUR, outcome=Outcome.QUARANTINED, relook=2))
    assert due(db, timedelta(days=40)) == []
    assert events(db, 2) == []


def test_a_site_in_trouble_makes_nothing_disappear(db: Database) -> None:
    take(db, page("/baru"))
    for hours in range(1, 5):
        outcome = Outcome.SERVER_ERROR
        take(db, page("/baru", at=hours * HOUR, outcome=outcome, status=500, relook=2))
    assert events(db, 2) == []
