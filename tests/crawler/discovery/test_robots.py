"""The sitemaps that a robots.txt names."""

from __future__ import annotations

from crawler.discovery import robots

URL = "https://koran.example/robots.txt"


def test_sitemap_lines_are_found_in_any_case_with_any_line_ends_and_behind_a_byte_order_mark() -> (
    None
):
    body = (
        b"\xef\xbb\xbfSitemap: https://koran.example/a.xml\r\nUser-agent: *\rDisallow: /admin\r\n"
        b"  SITEMAP :https://lain.example/b.xml.gz # semua\nsitemap:\thttp://koran.example/c.xml"
    )
    assert robots.sitemaps_of(body, URL) == (
        "https://koran.example/a.xml",
        "https://lain.example/b.xml.gz",
        "http://koran.example/c.xml",
    )


def test_only_absolute_http_addresses_count_each_once() -> None:
    body = (
        b"Sitemap: /relatif.xml\nSitemap: ftp://koran.example/a.xml\nSitemap: https://k.example/a.xml\n"
        b"Sitemap: https://k.example/a.xml\nSitemap:\nSitemap: #kosong\nNo-Sitemap: https://k.example/b.xml\n"
        b"# Sitemap: https://k.example/c.xml\nSitemap: https://koran.example/robots.txt\nSitemap: \xff\xfe"
    )
    assert robots.sitemaps_of(body, URL) == ("https://k.example/a.xml",)


def test_a_robots_txt_without_sitemaps_names_none() -> None:
    assert robots.sitemaps_of(b"<html>Tidak ditemukan</html>", URL) == ()


def test_no_more_sitemaps_are_named_than_are_worth_looking_at() -> None:
    body = "\n".join(f"Sitemap: https://koran.example/{n}.xml" for n in range(500))
    assert len(robots.sitemaps_of(body.encode(), URL)) == robots.MAX_SITEMAPS


def test_sitemaps_of_news_come_first_and_those_of_pictures_last() -> None:
    assert robots.news_first(
        [
            "https://tribunnews.example/sitemap-image.xml",
            "https://tribunnews.example/sitemap.xml",
            "https://tribunnews.example/peta/BERITA.xml",
            "https://tribunnews.example/sitemap_tags.xml",
            "https://tribunnews.example/sitemap-post.xml",
            "https://tribunnews.example/sitemap.php?jenis=news",
        ]
    ) == (
        "https://tribunnews.example/peta/BERITA.xml",
        "https://tribunnews.example/sitemap.php?jenis=news",
        "https://tribunnews.example/sitemap.xml",
        "https://tribunnews.example/sitemap-post.xml",
        "https://tribunnews.example/sitemap-image.xml",
        "https://tribunnews.example/sitemap_tags.xml",
    )
