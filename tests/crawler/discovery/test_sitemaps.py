"""Sitemaps of news, of other sitemaps, and of everything."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import items, sitemaps
from crawler.discovery.announcement import Listing
from crawler.discovery.errors import FeedError, FeedFault
from crawler.discovery.sitemaps import PlainSitemap, SitemapIndex, SitemapLink

NOW = datetime(2026, 6, 8, 3, 0, tzinfo=UTC)
URL = "https://koran.example/sitemap-news.xml"
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def read(body: str | bytes) -> sitemaps.SitemapContents:
    data = body.encode() if isinstance(body, str) else body
    return sitemaps.read(data, URL, timezone="Asia/Makassar", now=NOW)


def urlset(*entries: str, namespaces: str = NAMESPACES) -> str:
    return f"<urlset {namespaces}>{''.join(f'<url>{entry}</url>' for entry in entries)}</urlset>"


def news(number: int, published: str, more: str = "") -> str:
    return (
        f"<loc>https://koran.example/berita/{number}</loc><news:news>"
        "<news:publication><news:name>Koran</news:name>"
        f"<news:language>id</news:language></news:publication><news:title>Berita {number}</news:title>"
        f"<news:publication_date>{published}</news:publication_date>{more}</news:news>"
    )


def listing(body: str | bytes) -> Listing:
    found = read(body)
    assert isinstance(found, Listing)
    return found


def test_a_news_sitemap_announces_its_articles_newest_first() -> None:
    keywords = "<news:keywords>Banjir, Gowa,, banjir</news:keywords>"
    image = "<image:image><image:loc>/foto/2.jpg</image:loc></image:image>"
    found = listing(
        urlset(
            news(1, "2026-06-06"),
            news(2, "2026-06-07T10:00:00+08:00", keywords) + image,
            news(3, "2026-06-07T09:00"),
            news(4, "kapan-kapan"),
        )
    )
    newest, second, day, undated = found.announcements
    assert newest.url == "https://koran.example/berita/2"
    assert newest.title == "Berita 2"
    assert newest.published_at == datetime(2026, 6, 7, 2, 0, tzinfo=UTC)
    assert newest.tags == ("Banjir", "Gowa")
    assert newest.image_url == "https://koran.example/foto/2.jpg"
    assert second.published_at == datetime(2026, 6, 7, 1, 0, tzinfo=UTC)
    assert (day.published_at, day.published_on) == (None, date(2026, 6, 6))
    assert (undated.published_at, undated.published_on) == (None, None)
    assert found.note is None


def test_undeclared_prefixes_and_bare_ampersands_are_mended() -> None:
    found = listing(urlset(news(1, "2026-06-06").replace("Berita 1", "A & B"), namespaces=""))
    assert [one.title for one in found.announcements] == ["A & B"]
    assert found.note == "mended"


def test_what_is_no_news_is_left_out_of_a_news_sitemap_and_noted() -> None:
    found = listing(urlset(news(1, "2026-06-06"), "<loc>https://koran.example/redaksi</loc>"))
    assert len(found.announcements) == 1
    assert found.note == "1 addresses that are no news left out"


def test_an_index_names_its_sitemaps_freshest_first() -> None:
    entries = [
        ("lama.xml", "2024-01-01"),
        ("baru.xml", "2026-06-07T10:00:00+07:00"),
        ("entah.xml", "entah"),
        ("javascript:x", ""),
    ]
    inside = "".join(
        f"<sitemap><loc>{loc}</loc><lastmod>{at}</lastmod></sitemap>" for loc, at in entries
    )
    assert read(f"<sitemapindex {NAMESPACES}>{inside}</sitemapindex>") == SitemapIndex(
        children=(
            SitemapLink(
                url="https://koran.example/baru.xml",
                modified=datetime(2026, 6, 7, 3, 0, tzinfo=UTC),
            ),
            SitemapLink(url="https://koran.example/lama.xml", modified=date(2024, 1, 1)),
            SitemapLink(url="https://koran.example/entah.xml"),
        ),
        size=4,
    )


def test_a_plain_sitemap_announces_no_news_and_says_how_large_it_is() -> None:
    body = urlset(
        "<loc>/a</loc><lastmod>2026-06-01</lastmod>", "<loc>/b</loc><lastmod>2026-06-02</lastmod>"
    )
    assert read(body) == PlainSitemap(
        pages=(
            SitemapLink(url="https://koran.example/b", modified=date(2026, 6, 2)),
            SitemapLink(url="https://koran.example/a", modified=date(2026, 6, 1)),
        ),
        size=2,
    )


def test_a_sitemap_without_entries_is_a_plain_one() -> None:
    assert read(urlset()) == PlainSitemap(pages=(), size=0)


def test_fifty_thousand_addresses_give_the_freshest_thousand() -> None:
    days = [date(2020 + n % 7, n // 7 % 5 + 1, n // 35 % 28 + 1) for n in range(50_000)]
    body = urlset(*(f"<loc>/{n}</loc><lastmod>{day}</lastmod>" for n, day in enumerate(days)))
    found = read(body)
    assert isinstance(found, PlainSitemap)
    assert found.size == 50_000
    assert [page.modified for page in found.pages] == sorted(days, reverse=True)[: items.MAX_ITEMS]


def test_too_many_news_give_the_freshest_thousand() -> None:
    found = listing(urlset(*(news(n, f"2026-06-0{n % 7 + 1}") for n in range(7_003))))
    assert len(found.announcements) == items.MAX_ITEMS
    assert {one.published_on for one in found.announcements} == {date(2026, 6, 7)}
    assert found.note == "cut at 1,000 of 7,003 items"


def test_a_compressed_sitemap_is_unpacked_all_members_of_it() -> None:
    body = urlset(news(1, "2026-06-06")).encode()
    packed = gzip.compress(body[:100]) + gzip.compress(body[100:])
    assert len(listing(packed).announcements) == 1


def test_a_compressed_sitemap_cut_short_gives_what_came() -> None:
    packed = gzip.compress(urlset(*(news(n, "2026-06-06") for n in range(500))).encode())
    found = listing(packed[: len(packed) // 2])
    assert 0 < len(found.announcements) < 500
    assert found.note is not None
    assert "cut short" in found.note


def test_an_address_at_the_cut_is_not_taken_for_whole() -> None:
    body = urlset("<loc>/berita/1</loc>", "<loc>/berita/23</loc>")
    found = read(body[: body.index("berita/23") + len("berita/2")])
    assert found == PlainSitemap(pages=(SitemapLink(url="https://koran.example/berita/1"),), size=1)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", FeedFault.EMPTY),
        (b"<html><body>404</body></html>", FeedFault.HTML),
        (b"<rss><channel/></rss>", FeedFault.FEED),
        (b'{"items": []}', FeedFault.FEED),
        (b"https://koran.example/1\n", FeedFault.UNREADABLE),
        (b"<urlset" + b">" * 2, FeedFault.UNREADABLE),
        (gzip.compress(b"<urlset>" + bytes(64 * 1024 * 1024)), FeedFault.TOO_LARGE),
        (b"<urlset>" + b"<url>" * 400, FeedFault.TOO_DEEP),
    ],
)
def test_what_is_no_sitemap_is_refused_with_its_reason(body: bytes, fault: FeedFault) -> None:
    with pytest.raises(FeedError) as caught:
        read(body)
    assert caught.value.reason is fault


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<urlset>",
                "<sitemapindex>",
                "<sitemap>",
                "<url>",
                "<loc>/a",
                "</loc>",
                "<news:news>",
                "</url>",
                "&x;",
            ]
        ),
        max_size=12,
    )
)
def test_any_text_is_a_sitemap_or_a_feed_error(parts: list[str]) -> None:
    try:
        read("".join(parts))
    except FeedError as error:
        assert error.url == URL  # noqa: PT017  # raising is one of two right answers
