"""Stories as the intake makes them, and what the archive tells of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.database import immediate, open_database
from crawler.archive import Archive
from crawler.article import Article
from crawler.intake import Intake, Origin, Placing
from crawler.schema import MIGRATIONS
from crawler.stories.archive import StoryArchive
from crawler.stories.authorship import Role, roles
from tests.crawler.wire import NOON, article, headline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlite_utils import Database

BODY = article(1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_database(tmp_path / "siaga.db", migrations=[MIGRATIONS])
    yield db
    db.close()


@contextmanager
def intake(db: Database) -> Iterator[Intake]:
    with immediate(db) as connection:
        yield Intake(connection)


def news(site: str, body: Sequence[str], *, hours: float | None = 0, thin: bool = False) -> Article:
    url = f"https://{site}.example/berita"
    return Article(
        url=url,
        canonical_url=url,
        site=site,
        title=headline(body),
        body="\n\n".join(body),
        published_at=None if hours is None else NOON + timedelta(hours=hours),
        thin=thin,
    )


def take(db: Database, one: Article, *, hours: float = 0, origin: Origin = Origin.CRAWL) -> int:
    with intake(db) as desk:
        _, number = desk.take_article(one, origin=origin, at=NOON + timedelta(hours=hours))
    assert number is not None
    return number


def story(db: Database, article_id: int) -> int:
    stored = Archive(db.conn).article(article_id)
    assert stored is not None
    return stored.story


def test_a_copy_stored_through_the_intake_joins_the_story(db: Database) -> None:
    first = take(db, news("koran", BODY))
    copy = take(db, news("salinan", BODY[:6], hours=2), hours=2)
    other = take(db, news("harian", article(2)))
    assert [story(db, one) for one in (first, copy, other)] == [first, first, other]


def test_taking_in_twice_changes_nothing(db: Database) -> None:
    pieces = [news("koran", BODY), news("salinan", BODY[:6]), news("harian", article(2))]
    ids = [take(db, one) for one in pieces]
    tables = ("articles", "fingerprints", "fingerprint_keys", "site_paragraphs", "kinships")
    before = [db.execute(f"SELECT * FROM {table}").fetchall() for table in tables]
    assert [take(db, one, hours=1) for one in pieces] == ids
    assert [db.execute(f"SELECT * FROM {table}").fetchall() for table in tables] == before


def test_what_a_crawl_finds_undated_is_of_the_day_on_which_it_was_found(db: Database) -> None:
    first = take(db, news("koran", BODY, hours=None))
    assert story(db, take(db, news("salinan", BODY, hours=None), hours=80)) != first


def test_what_is_imported_undated_may_be_of_any_day(db: Database) -> None:
    first = take(db, news("koran", BODY), origin=Origin.IMPORT)
    later = take(db, news("salinan", BODY, hours=None), hours=300, origin=Origin.IMPORT)
    assert story(db, later) == first


def test_a_day_of_publication_counts_as_its_noon(db: Database) -> None:
    on = (NOON - timedelta(days=9)).date()
    old = replace(news("koran", BODY, hours=None), published_on=on)
    assert story(db, take(db, news("salinan", BODY))) != take(db, old)


def test_a_thin_article_that_got_its_text_joins_the_earlier_story(db: Database) -> None:
    first = take(db, news("koran", BODY))
    thin = take(db, replace(news("salinan", ["Ringkasan umpan."]), thin=True))
    assert story(db, thin) == thin
    with intake(db) as desk:
        placing, same = desk.take_article(
            news("salinan", BODY), origin=Origin.CRAWL, at=NOON + timedelta(hours=1)
        )
    assert (placing, same, story(db, thin)) == (Placing.COMPLETED, thin, first)
    assert StoryArchive(db.conn).known_as(first) == (first, thin)


def test_an_earlier_thin_article_takes_the_later_story_in(db: Database) -> None:
    thin = take(db, replace(news("salinan", ["Ringkasan umpan."]), thin=True))
    second = take(db, news("koran", BODY))
    copy = take(db, news("harian", BODY))
    take(db, news("salinan", BODY), hours=1)
    assert {story(db, one) for one in (thin, second, copy)} == {thin}
    assert StoryArchive(db.conn).known_as(thin) == (thin, second)
    assert story(db, take(db, news("warta", BODY))) == thin


def test_stories_merged_one_after_the_other_are_all_remembered(db: Database) -> None:
    stories = StoryArchive(db.conn)
    stories._merge(3, 2, NOON)
    stories._merge(2, 1, NOON)
    assert sorted(stories.known_as(1)) == [1, 2, 3]
    assert stories.known_as(9) == (9,)


def test_members_say_what_their_roles_are_decided_from(db: Database) -> None:
    credited = [f"MAKASSAR (ANTARA) - {BODY[0]}", *BODY[1:]]
    first = take(db, news("koran", credited, hours=1))
    agency = take(db, news("antara", BODY))
    mostly_own = take(db, news("harian", [*BODY[:7], *article(3, 9)]))
    members = StoryArchive(db.conn).members(first)
    assert [(one.site, one.credit) for one in members] == [
        ("koran", "antara"),
        ("antara", None),
        ("harian", None),
    ]
    assert members[0].covered is None
    assert roles(members, {}) == {
        first: Role.COPY,
        agency: Role.ORIGINAL,
        mostly_own: Role.INDEPENDENT,
    }


def test_every_other_outlet_is_named_once(db: Database) -> None:
    first = take(db, news("koran", BODY))
    take(db, news("salinan", BODY))
    take(
        db,
        replace(
            news("salinan", BODY[:6]),
            url="https://salinan.example/2",
            canonical_url="https://salinan.example/2",
        ),
    )
    take(db, news("harian", article(2)))
    also_in = StoryArchive(db.conn).also_in(first, "koran")
    assert also_in == [("salinan", "https://salinan.example/berita")]


def test_why_an_article_is_no_copy_is_recorded(db: Database) -> None:
    first = take(db, news("koran", BODY))
    late = take(db, news("salinan", BODY, hours=100), hours=100)
    row = db.execute("SELECT verdict, nearest FROM kinships WHERE article_id = ?", (late,))
    assert row.fetchone() == ("outside-window", first)


def test_since_gives_whole_stories(db: Database) -> None:
    first = take(db, news("koran", BODY))
    copy = take(db, news("salinan", BODY, hours=2), hours=2)
    take(db, news("harian", article(2)))
    since = NOON + timedelta(hours=1)
    assert [row[1] for row in Archive(db.conn).stories(since)] == [first, copy]
