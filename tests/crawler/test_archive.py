from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from core.database import open_database
from crawler.archive import Archive
from crawler.article import Article
from crawler.schema import MIGRATIONS
from tests.crawler import invented

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    db = open_database(tmp_path / "siaga.db", migrations=[MIGRATIONS])
    yield Archive(db.conn)
    db.close()


def article(number: int = 1, site: str = "koran", *, thin: bool = False) -> Article:
    url = f"https://{site}.example/{number}"
    return Article(
        url=url, canonical_url=url, site=site, title=f"Kabar {number}", body="Isi.", thin=thin
    )


def add(archive: Archive, one: Article, minutes: int = 0) -> int:
    at = NOW + timedelta(minutes=minutes)
    return archive.add(one, content_hash="hash", origin="crawl", at=at)


@given(invented.articles)
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_an_article_comes_out_as_it_went_in(archive: Archive, one: Article) -> None:
    archive._execute("DELETE FROM article_log")
    archive._execute("DELETE FROM articles")
    stored = archive.article(add(archive, one))
    assert stored is not None
    assert stored.article == one
    assert (stored.story, stored.revision, stored.first_seen_at) == (stored.id, 1, NOW)


def test_as_json_it_has_the_keys_that_the_contract_names(archive: Archive) -> None:
    stored = archive.article(add(archive, article()))
    assert stored is not None
    data = json.loads(json.dumps(stored.to_data()))
    keys = (
        "id url canonical_url site title body published_at published_on modified_at first_seen_at"
    )
    keys += " authors editors tags section language image_url revision story evidence"
    assert set(keys.split()) <= set(data)
    assert data["first_seen_at"] == "2026-11-22T03:00:00+00:00"
    assert (data["published_at"], data["authors"]) == (None, [])


def test_an_article_is_found_by_its_address_its_aliases_and_its_text(archive: Archive) -> None:
    one = add(archive, article(1))
    add(archive, article(2, "harian"))
    archive.add_alias(
        "https://koran.example/lain", "https://koran.example/lain", one, "redirect", NOW
    )
    for address in ("https://koran.example/1", "https://koran.example/lain"):
        found = archive.find(address)
        assert found is not None
        assert found.id == one
    assert archive.find("https://koran.example/9") is None
    twin = archive.find_by_content("koran", "hash")
    assert twin is not None
    assert twin.id == one
    assert archive.find_by_content("koran", "lain") is None


def test_a_thin_article_is_nobodys_twin(archive: Archive) -> None:
    add(archive, article(thin=True))
    assert archive.find_by_content("koran", "hash") is None


def test_an_alias_leads_where_it_led_first_and_is_never_an_article_s_own_address(
    archive: Archive,
) -> None:
    one, two = add(archive, article(1)), add(archive, article(2))
    for target in (one, two):
        archive.add_alias(
            "https://koran.example/x", "https://koran.example/x", target, "redirect", NOW
        )
        archive.add_alias(
            "https://koran.example/2", "https://koran.example/2", one, "canonical", NOW
        )
    found = archive.find("https://koran.example/x")
    assert found is not None
    assert found.id == one
    own = archive.find("https://koran.example/2")
    assert own is not None
    assert own.id == two
    assert list(archive.stories(None)) == [
        (one, one, "https://koran.example/1", "koran", "https://koran.example/x"),
        (two, two, "https://koran.example/2", "koran", None),
    ]


def test_articles_are_listed_by_when_they_were_first_seen(archive: Archive) -> None:
    ids = [add(archive, article(n, site), n) for n, site in enumerate(("koran", "harian", "koran"))]
    assert [one.id for one in archive.articles()] == ids[::-1]
    assert [one.id for one in archive.articles(newest_first=False)] == ids
    assert [one.id for one in archive.articles(site="koran")] == [ids[2], ids[0]]
    assert [one.id for one in archive.articles(since=NOW + timedelta(minutes=1))] == ids[:0:-1]


def test_completing_keeps_address_and_place_and_is_logged(archive: Archive) -> None:
    one = add(archive, article(1, thin=True))
    add(archive, article(2), 1)
    whole = replace(article(1), url="https://koran.example/lain", title="Utuh", body="Semua.")
    archive.complete(one, whole, content_hash="baru", at=NOW + timedelta(hours=1))
    stored = archive.article(one)
    assert stored is not None
    assert (stored.article.url, stored.article.title) == ("https://koran.example/1", "Utuh")
    assert (stored.revision, stored.content_hash, stored.first_seen_at) == (2, "baru", NOW)
    entries = archive.log_after(0, 10)
    assert [(seq, entry.id) for seq, entry in entries] == [(1, 1), (2, 2), (3, 1)]
    assert [seq for seq, _ in archive.log_after(1, 1)] == [2]
    assert archive.log_head() == 3
