from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import to_text
from core.database import immediate, open_database
from crawler.archive import Archive
from crawler.article import Article
from crawler.discovery.announcement import Announcement
from crawler.intake import Intake, Origin, Placing, Taken
from crawler.job import Announced, CrawlReport, Fetch, PageRead, SourceLook, SourceState
from crawler.outcomes import Outcome
from crawler.records import CrawlRecords
from crawler.schema import MIGRATIONS
from crawler.urls import canonical, fingerprint
from tests.crawler import invented
from tests.crawler.invented import SITE, START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlite_utils import Database

    from crawler.archive import StoredArticle

FEED = "https://koran.example/feed.xml"
TABLES = [
    "sites",
    "sources",
    "robots",
    "articles",
    "aliases",
    "pages",
    "article_log",
    "fetches",
    "articles_fts",
]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    one = open_database(tmp_path / "siaga.db", migrations=[MIGRATIONS])
    yield one
    one.close()


def take(db: Database, *pages: PageRead, **more: Any) -> Taken:
    return take_in(db, CrawlReport(job="1", site=SITE, pages=pages, **more))


def take_in(db: Database, report: CrawlReport, now: datetime = START) -> Taken:
    with immediate(db) as connection:
        return Intake(connection).take_report(report, now=now)


def look(outcome: Outcome = Outcome.READ, *, at: datetime = START) -> SourceLook:
    fetch = Fetch(url=FEED, kind="source", at=at, outcome=outcome)
    return SourceLook(state=SourceState(url=FEED, etag='"1"'), fetch=fetch)


def article(path: str = "/pinisi", **changes: Any) -> Article:
    url = f"https://koran.example{path}"
    values: dict[str, Any] = {
        "url": url,
        "canonical_url": canonical(url),
        "site": SITE,
        "title": f"Kabar {path}",
        "body": f"Isi {path}.",
    }
    return Article(**{**values, **changes})


def page(
    path: str = "/pinisi",
    outcome: Outcome = Outcome.READ,
    *,
    minutes: int = 0,
    announced_by: tuple[str, ...] = (FEED,),
    title: str | None = "Kabar dari umpan",
    detail: str | None = None,
    **changes: Any,
) -> PageRead:
    url = f"https://koran.example{path}"
    at = START + timedelta(minutes=minutes)
    return PageRead(
        announcement=Announcement(url=url, title=title, summary="Ringkasan."),
        announced_by=announced_by,
        fetch=Fetch(url=url, kind="page", at=at, outcome=outcome, detail=detail),
        article=article(path, **changes) if outcome is Outcome.READ else None,
    )


def stored(db: Database) -> list[StoredArticle]:
    return list(Archive(db.conn).articles(newest_first=False))


def log(db: Database) -> list[tuple[int, str]]:
    rows = db.execute("SELECT article_id, change FROM article_log ORDER BY seq")
    return list(rows.fetchall())


def everything(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in TABLES
    }


# Twice is once ------------------------------------------------------------------------------------


@given(st.lists(invented.reports, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_a_report_taken_in_twice_changes_nothing(reports: list[CrawlReport]) -> None:
    db = open_memory()
    for report in reports:
        take_in(db, report)
        before = everything(db)
        again = take_in(db, report)
        assert everything(db) == before
        assert again == Taken()
    db.close()


@given(st.lists(invented.reports, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_every_address_leads_to_one_article_and_every_article_has_its_log(
    reports: list[CrawlReport],
) -> None:
    db = open_memory()
    for report in reports:
        take_in(db, report)
    both = "SELECT canonical_url FROM articles INTERSECT SELECT canonical_url FROM aliases"
    assert db.execute(both).fetchall() == []
    news = [article_id for article_id, change in log(db) if change == "new"]
    assert sorted(news) == sorted(one.id for one in stored(db))
    originals = {one.id for one in stored(db) if one.story == one.id}
    assert {one.story for one in stored(db)} == originals
    assert db.execute("SELECT count(*) FROM articles_fts").fetchone()[0] == len(news)
    read = {page.fetch.url for one in reports for page in one.pages}
    listed = {page.announcement.url for one in reports for page in one.announced}
    noted = db.execute("SELECT fingerprint, tries > 0 FROM pages").fetchall()
    assert {key for key, _ in noted} == {fingerprint(canonical(url)) for url in read | listed}
    assert {key for key, tried in noted if tried} == {fingerprint(canonical(url)) for url in read}
    db.close()


def open_memory() -> Database:
    return open_database(Path(":memory:"), migrations=[MIGRATIONS])


# Baseline -----------------------------------------------------------------------------------------


def test_the_baseline_ends_with_the_first_complete_look(db: Database) -> None:
    assert take(db, page("/lama")).baseline == 1
    take(db, sources=(look(),), final=True)
    assert take(db, page("/baru", minutes=1)).baseline == 0
    assert [one.origin for one in stored(db)] == [Origin.BASELINE, Origin.CRAWL]


@pytest.mark.parametrize(
    ("outcome", "more"),
    [(Outcome.READ, True), (Outcome.UNREADABLE, False), (Outcome.TIMEOUT, True)],
)
def test_a_look_that_failed_or_left_pages_unread_ends_no_baseline_and_keeps_no_validators(
    db: Database, outcome: Outcome, *, more: bool
) -> None:
    take(db, sources=(look(outcome),), final=True, more=more)
    assert db.execute("SELECT etag, baseline_at FROM sources").fetchall() == [(None, None)]
    take(db, page("/lama", minutes=1))
    assert [one.origin for one in stored(db)] == [Origin.BASELINE]


def test_a_page_that_one_source_past_its_baseline_announced_is_news(db: Database) -> None:
    take(db, sources=(look(),), final=True)
    take(db, page("/baru", announced_by=("https://koran.example/lain.xml", FEED)))
    take(db, page("/lama", announced_by=("https://koran.example/lain.xml",)))
    assert [one.origin for one in stored(db)] == [Origin.CRAWL, Origin.BASELINE]


def test_a_page_keeps_what_it_was_when_it_was_first_listed(db: Database) -> None:
    take(db, page("/lama", Outcome.SERVER_ERROR))
    take(db, sources=(look(),), final=True)
    take(db, page("/lama", minutes=6))
    assert [one.origin for one in stored(db)] == [Origin.BASELINE]


def test_looks_that_fail_are_counted_and_a_good_one_ends_the_count(db: Database) -> None:
    for minutes in range(3):
        failed = look(Outcome.TIMEOUT, at=START + timedelta(minutes=minutes))
        take(db, sources=(failed,), final=True)
    assert db.execute("SELECT failures FROM sources").fetchone()[0] == 3
    take(db, sources=(look(at=START + timedelta(hours=1)),), final=True)
    assert db.execute("SELECT failures FROM sources").fetchone()[0] == 0


# Announced, and not read yet ----------------------------------------------------------------------

OTHER_FEED = "https://koran.example/kota.xml"


def announced(path: str = "/pinisi", *sources: str, minutes: int = 0) -> Announced:
    said = Announcement(url=f"https://koran.example{path}", title="Kabar dari umpan")
    at = START + timedelta(minutes=minutes)
    return Announced(announcement=said, announced_by=sources or (FEED,), at=at)


def due(db: Database) -> list[str]:
    """The pages that are still to be read, as the next job will name them."""
    told = CrawlRecords(db.conn).unread_pages(SITE, limit=9)
    return [json.loads(one)["url"].removeprefix("https://koran.example") for one in told]


def test_what_was_announced_is_due_until_it_is_read_and_taking_it_in_again_changes_nothing(
    db: Database,
) -> None:
    listing = (announced("/satu"), announced("/dua", minutes=1))
    assert take(db, announced=listing) == Taken()
    before = everything(db)
    assert take(db, announced=listing) == Taken()
    assert everything(db) == before
    assert due(db) == ["/satu", "/dua"]
    assert take(db, page("/satu", minutes=2)).first_listed == [None]
    take(db, announced=listing)  # what was read is not made unread by it
    assert due(db) == ["/dua"]
    first_listed = "SELECT first_listed_at FROM pages WHERE tries = 1"
    assert db.execute(first_listed).fetchone() == (to_text(START),)


def test_what_a_first_look_listed_stays_baseline_however_late_it_is_read(db: Database) -> None:
    take(db, announced=(announced("/lama"),))  # and there the visit was cut short
    take(db, sources=(look(),), final=True)
    take(db, announced=(announced("/lama", minutes=2), announced("/baru", minutes=2)))
    take(db, page("/lama", announced_by=(), minutes=3), page("/baru", announced_by=(), minutes=3))
    origins = {one.article.url[-5:]: one.origin for one in stored(db)}
    assert origins == {"/lama": Origin.BASELINE, "/baru": Origin.CRAWL}


def test_a_page_to_be_read_is_news_once_a_source_past_its_baseline_brings_it_up(
    db: Database,
) -> None:
    take(db, sources=(look(),), final=True)
    take(db, announced=(announced("/baru", OTHER_FEED), announced("/lama", OTHER_FEED)))
    take(db, announced=(announced("/baru", OTHER_FEED, FEED, minutes=1),))
    take(db, page("/baru", announced_by=(), minutes=2), page("/lama", announced_by=(), minutes=2))
    assert [one.origin for one in stored(db)] == [Origin.CRAWL, Origin.BASELINE]
    by = db.execute("SELECT announced_by FROM pages ORDER BY url").fetchone()[0]
    assert json.loads(by) == [OTHER_FEED, FEED]


# Thin articles ------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.NO_TEXT, Outcome.TOO_LARGE])
def test_what_hides_a_page_lets_its_feed_stand_in_at_once(db: Database, outcome: Outcome) -> None:
    taken = take(db, page("/pinisi", outcome))
    assert (taken.new, taken.thin, taken.refused) == (1, 1, 1)
    (thin,) = stored(db)
    assert (thin.article.title, thin.article.body) == ("Kabar dari umpan", "Ringkasan.")


def test_a_thin_article_is_replaced_once_and_keeps_its_place(db: Database) -> None:
    take(db, page("/pinisi", Outcome.REFUSED))
    (thin,) = stored(db)
    assert take(db, page("/pinisi", minutes=5)).completed == 1
    (whole,) = stored(db)
    assert whole.article.body == "Isi /pinisi."
    assert (whole.id, whole.story, whole.first_seen_at) == (thin.id, thin.story, thin.first_seen_at)
    assert (whole.revision, whole.article.thin) == (2, False)
    take(db, page("/pinisi", minutes=9))
    assert log(db) == [(thin.id, "new"), (thin.id, "completed")]
    assert stored(db)[0].revision == 2


def test_a_thin_article_never_replaces_a_whole_one(db: Database) -> None:
    take(db, page("/pinisi"))
    take(db, page("/pinisi", Outcome.REFUSED, minutes=5))
    assert [(one.article.thin, one.revision) for one in stored(db)] == [(False, 1)]


def test_a_page_that_failed_gets_two_tries_before_its_feed_stands_in(db: Database) -> None:
    assert take(db, page("/pinisi", Outcome.TIMEOUT)).new == 0
    assert take(db, page("/pinisi", Outcome.TIMEOUT, minutes=5)).thin == 1


def test_nothing_stands_in_without_a_title(db: Database) -> None:
    assert take(db, page("/pinisi", Outcome.REFUSED, title=None)).new == 0


def test_a_completed_article_is_known_by_the_address_that_its_page_names(db: Database) -> None:
    take(db, page("/a?id=5", Outcome.REFUSED))
    named = "https://koran.example/berita/pinisi"
    take(db, page("/a?id=5", minutes=5, canonical_url=named))
    with immediate(db) as connection:
        found = Intake(connection).take_article(
            article("/m/5", canonical_url=named, title="Kabar /a?id=5"),
            origin=Origin.CRAWL,
            at=START,
        )
    assert found == (Placing.KNOWN, 1)


# Duplicates ---------------------------------------------------------------------------------------


def test_all_addresses_of_an_article_lead_to_it(db: Database) -> None:
    read = page("/go/1", canonical_url="https://koran.example/berita/1")
    assert read.article is not None
    landed = replace(read.article, url="https://koran.example/a?id=1")
    take(db, replace(read, article=landed))
    archive = Archive(db.conn)
    for path in ("/go/1", "/a?id=1", "/berita/1"):
        found = archive.find(canonical(f"https://koran.example{path}"))
        assert found is not None
        assert found.id == 1


def test_the_same_text_on_another_site_is_another_article(db: Database) -> None:
    take(db, page("/pinisi"))
    url = "https://harian.example/pinisi"
    copy = article(url=url, canonical_url=url, site="harian")
    with immediate(db) as connection:
        placing, _ = Intake(connection).take_article(copy, origin=Origin.CRAWL, at=START)
    assert placing is Placing.NEW


def test_pages_with_one_false_canonical_address_stay_apart(db: Database) -> None:
    false = "https://koran.example/berita"
    for number in range(3):
        take(db, page(f"/berita/{number}", minutes=number, canonical_url=false))
        take(db, page(f"/berita/{number}", minutes=10 + number, canonical_url=false))
    assert [one.article.title for one in stored(db)] == [f"Kabar /berita/{n}" for n in range(3)]


def test_a_duplicate_within_the_visit_becomes_an_alias_of_the_first(db: Database) -> None:
    first = page("/pinisi")
    again = page("/salinan", Outcome.DUPLICATE, detail="https://koran.example/pinisi")
    assert take(db, first, again).known == 1
    found = Archive(db.conn).find(canonical("https://koran.example/salinan"))
    assert found is not None
    assert found.article.title == "Kabar /pinisi"


def test_what_two_sites_announce_each_remembers(db: Database) -> None:
    report = CrawlReport(job="1", site=SITE, pages=(page("/pinisi"),))
    take_in(db, report)
    take_in(db, replace(report, site="harian"))
    sites = db.execute("SELECT site, article_id FROM pages ORDER BY site").fetchall()
    assert sites == [("harian", 1), (SITE, 1)]


# What is said of the visit ------------------------------------------------------------------------


def test_a_site_that_asks_us_to_stay_away_is_left_alone_until_then(db: Database) -> None:
    take(db, sources=(look(Outcome.THROTTLED),), final=True, more=True, retry_after=120.0)
    (not_before,) = db.execute("SELECT not_before FROM sites").fetchone()
    assert not_before == to_text(START + timedelta(minutes=2))
    take(db, sources=(look(at=START + timedelta(minutes=3)),), final=True)
    assert db.execute("SELECT not_before FROM sites").fetchone() == (None,)


def test_what_was_wrong_with_a_visit_is_told_until_one_goes_well(db: Database) -> None:
    take(db, sources=(look(Outcome.TIMEOUT),), final=True)
    (problem,) = db.execute("SELECT last_problem FROM sites").fetchone()
    assert FEED in problem
    take(db, sources=(look(at=START + timedelta(minutes=3)),), final=True)
    assert db.execute("SELECT last_problem FROM sites").fetchone() == (None,)


def test_a_visit_that_asked_for_nothing_says_nothing_of_its_site(db: Database) -> None:
    take(db, final=True, more=True)
    assert db.execute("SELECT * FROM sites").fetchall() == []


def test_fetches_are_kept_for_thirty_days(db: Database) -> None:
    take(db, page("/lama"), final=True)
    later = START + timedelta(days=31)
    take_in(db, CrawlReport(job="2", site=SITE, sources=(look(at=later),), final=True), now=later)
    assert db.execute("SELECT kind FROM fetches").fetchall() == [("source",)]


# Full text ----------------------------------------------------------------------------------------


def test_full_text_follows_what_is_stored_and_what_replaces_it(db: Database) -> None:
    take(db, page("/pinisi", Outcome.REFUSED))
    assert hits(db, "ringkasan") == [1]
    take(
        db, page("/pinisi", minutes=5, title="Kapál", body="Syahbandar mengatakan kapal bertolak.")
    )
    assert hits(db, "ringkasan") == []
    assert hits(db, "syahbandar") == [1]
    db.execute("UPDATE articles SET tags = '[]'")  # touches no indexed column
    db.execute("DELETE FROM article_log")
    db.execute("DELETE FROM pages")
    db.execute("DELETE FROM aliases")
    db.execute("DELETE FROM articles")
    assert hits(db, "syahbandar") == []
    db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")


def hits(db: Database, word: str) -> list[int]:
    rows = db.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?", [word])
    return [row[0] for row in rows]


def test_a_visit_that_was_cut_short_says_nothing_of_the_site(db: Database) -> None:
    take(db, sources=(look(),), final=True)
    known = [list(db.query(f"SELECT * FROM {table}")) for table in ("sites", "sources")]
    failed, later = look(Outcome.TIMEOUT, at=START + timedelta(hours=1)), START + timedelta(hours=1)
    cut = CrawlReport(
        job="2",
        site=SITE,
        sources=(failed,),
        discovered=True,
        final=True,
        more=True,
        cut_short=True,
    )
    take_in(db, cut, now=later)
    assert [list(db.query(f"SELECT * FROM {table}")) for table in ("sites", "sources")] == known


def test_a_visit_whose_time_was_over_before_a_source_was_asked_does_not_say_that_there_is_none(
    db: Database,
) -> None:
    home = Fetch(url="https://koran.example/", kind="home", at=START, outcome=Outcome.READ)
    take(db, fetches=(home,), discovered=True, final=True, more=True)
    (site,) = db.query("SELECT last_problem FROM sites")
    assert site["last_problem"] == "the visit's time was over before a source was asked for"
