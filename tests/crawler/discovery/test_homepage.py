"""The feeds that a home page names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import homepage

URL = "https://www.koran.example/"


def feeds(head: str) -> tuple[str, ...]:
    return homepage.feeds_of(f"<!doctype html><html><head>{head}</head><body><p>Isi".encode(), URL)


def link(
    href: str, kind: str = "application/rss+xml", rel: str = "alternate", title: str = ""
) -> str:
    return f'<link rel="{rel}" type="{kind}" title="{title}" href="{href}">'


def test_every_kind_of_feed_is_found_in_the_order_of_the_page() -> None:
    head = (
        link("/feed.xml")
        + link("atom.xml", "application/atom+xml; charset=utf-8")
        + link("//koran.example/feed.json", "APPLICATION/feed+json", rel="Alternate home")
    )
    assert feeds(head) == (
        "https://www.koran.example/feed.xml",
        "https://www.koran.example/atom.xml",
        "https://koran.example/feed.json",
    )


def test_the_base_of_the_page_decides_what_a_relative_link_means() -> None:
    assert feeds(f'<base href="/id/">{link("rss")}') == ("https://www.koran.example/id/rss",)


def test_a_feed_named_twice_is_one() -> None:
    assert feeds(link("/feed/") + link("http://koran.example/feed")) == (URL + "feed/",)


@pytest.mark.parametrize(
    "head",
    [
        link("/comments/feed/"),
        link("/feed2/", title="Koran » Umpan Komentar"),
        link("https://lain.example/feed"),
        link("/gaya.css", "text/css", rel="alternate stylesheet"),
        link("https://m.koran.example/", ""),
        link("/wp-json/oembed?url=feed", "application/json+oembed"),
        link("/tentang.xml", "text/xml"),
        link("/feed", rel="next"),
        link("javascript:feed"),
        '<link rel="alternate" hreflang="en" href="/en/">',
        f"<!-- {link('/feed')} -->",
    ],
)
def test_what_is_no_feed_of_the_sites_news_is_left_out(head: str) -> None:
    assert feeds(head) == ()


@pytest.mark.parametrize(
    "feed",
    [
        "https://feeds.feedburner.com/koran",
        "https://makassar.koran.example/rss",
        "https://rss.app/feeds/1.xml",
    ],
)
def test_feeds_may_stand_on_hosts_that_serve_them_for_others(feed: str) -> None:
    assert feeds(link(feed)) == (feed,)


def test_a_vague_type_is_enough_for_what_looks_like_a_feed() -> None:
    assert feeds(link("/rss.xml", "text/xml") + link("/terkini", "", rel="feed")) == (
        "https://www.koran.example/rss.xml",
        "https://www.koran.example/terkini",
    )


def test_no_page_names_more_feeds_than_are_worth_looking_at() -> None:
    assert len(feeds("".join(link(f"/feed/{n}") for n in range(100)))) == homepage.MAX_FEEDS


@pytest.mark.parametrize(
    "body", [b"", b"\0\0\0", b"<", b"\xff\xfe", b"%PDF-1.7", b"<div>" * 100_000]
)
def test_a_page_that_cannot_be_read_names_no_feeds(body: bytes) -> None:
    assert homepage.feeds_of(body, URL) == ()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_addresses_or_nothing(body: bytes) -> None:
    found = homepage.feeds_of(b"<head>" + body + link("/feed").encode(), URL)
    assert all(feed.startswith("https://") for feed in found)
