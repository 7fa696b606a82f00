"""Any source is read as what it is, or as what it is known to be; sitemap indexes by their fresh parts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.discovery import contents, robots, sitemaps
from crawler.discovery.announcement import Listing, SourceKind
from crawler.discovery.errors import FeedError
from crawler.discovery.sitemaps import SitemapIndex, SitemapLink, fresh_children
from crawler.zones import zone_named

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
RSS = b"<rss><channel><item><title>Pasar</title><link>https://a.example/1</link></item></channel></rss>"
SITEMAP = b"<urlset><url><loc>https://a.example/1</loc></url></urlset>"
PAGE = (
    b"<!doctype html><a href='/2026/11/22/pasar-terong-ditata-ulang'>Pasar Terong Ditata Ulang</a>"
)


def kind_of(body: bytes, kind: SourceKind | None) -> SourceKind:
    found, held = contents.read(
        body, "https://a.example/x", kind, timezone="Asia/Makassar", now=NOW
    )
    assert isinstance(held, Listing | sitemaps.PlainSitemap)
    return found


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (RSS, None, SourceKind.FEED),
        (RSS, SourceKind.FEED, SourceKind.FEED),
        (SITEMAP, None, SourceKind.NEWS_SITEMAP),
        (SITEMAP, SourceKind.FEED, SourceKind.NEWS_SITEMAP),
        (PAGE, SourceKind.SECTION, SourceKind.SECTION),
    ],
)
def test_a_source_is_read_as_what_it_is(
    body: bytes, kind: SourceKind | None, expected: SourceKind
) -> None:
    assert kind_of(body, kind) is expected


@pytest.mark.parametrize("kind", [None, SourceKind.FEED, SourceKind.NEWS_SITEMAP])
def test_a_page_in_the_place_of_a_feed_is_a_fault(kind: SourceKind | None) -> None:
    with pytest.raises(FeedError):
        kind_of(PAGE, kind)


def children(*modified: datetime | date | None) -> SitemapIndex:
    links = tuple(
        SitemapLink(url=f"https://a.example/peta-{number}.xml", modified=at)
        for number, at in enumerate(modified)
    )
    return SitemapIndex(children=links, size=len(links))


def test_the_fresh_children_of_an_index_are_those_that_changed_lately_or_do_not_say() -> None:
    index = children(NOW - timedelta(hours=1), NOW.date(), None, NOW - timedelta(days=30))
    assert fresh_children(index, NOW) == tuple(child.url for child in index.children[:3])


def test_where_all_children_are_old_the_first_is_fresh_enough() -> None:
    index = children(NOW - timedelta(days=30), NOW - timedelta(days=60))
    assert fresh_children(index, NOW) == (index.children[0].url,)
    assert fresh_children(children(), NOW) == ()


def test_sitemaps_of_other_sites_robots_txt_do_not_count() -> None:
    bodies = {
        "https://a.example": "Sitemap: https://a.example/gambar.xml\nSitemap: https://a.example/news.xml",
        "https://b.example": "Sitemap: https://b.example/news.xml",
        "https://m.a.example": None,
    }
    assert robots.sitemaps_for("https://a.example/", bodies) == (
        "https://a.example/news.xml",
        "https://a.example/gambar.xml",
    )


def test_the_zone_that_most_dates_name_is_the_sites() -> None:
    assert zone_named(
        ["visible:Rabu 11:18 WITA", "json-ld", "visible:Kamis 09.00 wita", "x WIB"]
    ) == ("Asia/Makassar")
    assert zone_named(["json-ld", "KAWITAN"]) is None
    assert zone_named(["x WIB", "y WITA"]) is None


def test_one_page_of_another_outlet_does_not_say_where_a_site_is() -> None:
    assert zone_named(["visible:Rabu 11:18 WIB", *["json-ld"] * 19]) is None
