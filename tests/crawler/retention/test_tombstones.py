"""What was pruned is known again: by its addresses, by its words, and not by an address that others claim."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.database import immediate, open_database
from crawler.archive import Archive
from crawler.article import Article
from crawler.intake import Intake, Origin, Placing
from crawler.retention.pruning import ArticlePruning
from crawler.retention.tombstones import Tombstones
from crawler.schema import MIGRATIONS
from tests.crawler.invented import SITE, START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database

LATER = START + timedelta(days=800)
HOST = "https://koran.example"


def article(path: str, *, claims: str | None = None, thin: bool = False, **said: str) -> Article:
    return Article(
        url=HOST + path,
        canonical_url=HOST + (claims or path),
        site=SITE,
        title=said.get("title", "Pinisi berlayar"),
        body=said.get("body", "" if thin else "Kapal itu berangkat pagi ini dari Bira."),
        thin=thin,
    )


def take(db: Database, one: Article, announced: str | None = None) -> Placing:
    with immediate(db) as connection:
        intake = Intake(connection)
        at = announced and HOST + announced
        return intake.take_article(one, origin=Origin.CRAWL, at=LATER, announced=at)[0]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A database from which the article at /pinisi, also at /lama, was pruned."""
    db = open_database(tmp_path / "siaga.db", migrations=[MIGRATIONS])
    take(db, article("/pinisi"), announced="/lama")
    with immediate(db) as connection:
        ArticlePruning(connection).bury(1, at=LATER)
    yield db
    db.close()


@pytest.mark.parametrize(
    "again",
    [
        article("/pinisi", title="Judul lain", body="Teks lain."),
        article("/lama", title="Judul lain", body="Teks lain."),
        article("/salinan"),
        article("/amp", claims="/pinisi", body="Teksnya disunting."),
        article("/pinisi", thin=True),
    ],
    ids=["its address", "an alias", "its words", "its headline under its address", "its feed"],
)
def test_it_is_known_again(db: Database, again: Article) -> None:
    assert take(db, again) is Placing.PRUNED
    assert list(Archive(db.conn).articles()) == []


def test_the_address_under_which_it_was_known_again_is_known_from_then_on(db: Database) -> None:
    take(db, article("/salinan"), announced="/umpan?id=1")
    assert Tombstones(db.conn).at(HOST + "/umpan?id=1") is not None
    assert take(db, article("/salinan", title="Lain", body="Sama sekali lain.")) is Placing.PRUNED


def test_news_that_claims_its_address_is_not_swallowed(db: Database) -> None:
    news = article("/baru", claims="/pinisi", title="Harga ikan turun", body="Di pasar Bira.")
    assert take(db, news) is Placing.NEW
    assert Archive(db.conn).find(HOST + "/baru") is not None


def test_the_same_words_on_another_site_are_news(db: Database) -> None:
    other = Article(
        url="https://harian.example/p",
        canonical_url="https://harian.example/p",
        site="harian",
        title="Pinisi berlayar",
        body="Kapal itu berangkat pagi ini dari Bira.",
    )
    assert take(db, other) is Placing.NEW


def test_what_comes_after_has_a_number_of_its_own(db: Database) -> None:
    take(db, article("/lain", title="Kabar lain", body="Yang lain."))
    assert [one.id for one in Archive(db.conn).articles()] == [2]
