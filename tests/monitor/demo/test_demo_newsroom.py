from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import requests
from lxml import etree, html

from monitor.demo.articles import first_pieces, later_piece
from monitor.demo.mastheads import MASTHEADS
from monitor.demo.newsroom import Newsroom

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
COPIED = "perundingan-suriah-astana"


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom.open(now=NOW) as one:
        yield one


def page(url: str) -> html.HtmlElement:
    return html.fromstring(requests.get(url, timeout=5).content)


def test_the_three_sites_answer_each_at_a_port_of_its_own(newsroom: Newsroom) -> None:
    assert [site.name for site in newsroom.sites] == [one.name for one in MASTHEADS]
    assert len({site.url for site in newsroom.sites}) == 3
    for site, masthead in zip(newsroom.sites, newsroom.mastheads, strict=True):
        assert page(site.url).findtext(".//h1") == masthead.title


def test_every_article_is_served_with_its_title_and_paragraphs(newsroom: Newsroom) -> None:
    for site in newsroom.sites:
        for publication in newsroom.publications(site.name):
            tree = page(publication.url)
            assert publication.piece.title in tree.xpath("//h1/text() | //h2/text()")
            paragraphs = [p.text for p in tree.iter("p") if p.text]
            assert set(publication.piece.paragraphs) <= set(paragraphs)


def test_a_site_carries_four_or_five_articles_of_four_to_eight_paragraphs() -> None:
    pieces = first_pieces()
    for masthead in MASTHEADS:
        assert 4 <= sum(masthead.name in piece.appears for piece in pieces) <= 5
    assert all(4 <= len(piece.paragraphs) <= 8 for piece in (*pieces, later_piece()))


def test_one_story_stands_on_two_sites_word_for_word(newsroom: Newsroom) -> None:
    carriers = [
        one
        for site in newsroom.sites
        for one in newsroom.publications(site.name)
        if one.piece.slug == COPIED
    ]
    assert len({one.url for one in carriers}) == 2
    assert carriers[0].piece == carriers[1].piece


def test_only_the_story_of_the_talks_is_about_suriah_and_only_two_name_astana() -> None:
    def about(word: str) -> list[str]:
        return [one.slug for one in first_pieces() if word in f"{one.title} {one.paragraphs}"]

    assert about("Suriah") == [COPIED]
    assert about("Astana") == [COPIED, "polsek-astana-anyar"]


def test_a_sidebar_word_stands_on_every_page_and_in_no_article(newsroom: Newsroom) -> None:
    for site in newsroom.sites:
        for publication in newsroom.publications(site.name):
            assert "Idlib" in page(publication.url).text_content()
            assert "Idlib" not in " ".join(publication.piece.paragraphs)


def test_the_feeds_that_the_home_pages_name_list_every_article(newsroom: Newsroom) -> None:
    for site in newsroom.sites:
        (path,) = page(site.url).xpath("//link[@rel='alternate']/@href")
        feed = etree.fromstring(requests.get(site.url + path.lstrip("/"), timeout=5).content)
        links = feed.xpath("//item/link/text()") or [
            link.get("href") for link in feed.iterfind("{*}entry/{*}link")
        ]
        assert links == [one.url for one in newsroom.publications(site.name)]


def test_robots_of_the_wire_name_its_news_sitemap(newsroom: Newsroom) -> None:
    wire = newsroom.sites[2]
    robots = requests.get(f"{wire.url}robots.txt", timeout=5).text
    (sitemap,) = [line.split()[1] for line in robots.splitlines() if line.startswith("Sitemap:")]
    tree = etree.fromstring(requests.get(sitemap, timeout=5).content)
    assert [e.text for e in tree.iterfind("{*}url/{*}loc")] == [
        one.url for one in newsroom.publications(wire.name)
    ]


def test_each_site_dates_its_articles_in_its_own_way_and_zone(newsroom: Newsroom) -> None:
    daily, portal, wire = (newsroom.publications(site.name) for site in newsroom.sites)
    assert "Minggu, 22 November 2026 11:38 WITA" in page(daily[0].url).text_content()
    assert page(portal[0].url).xpath("//time/@datetime") == ["2026-11-22T10:27:00+07:00"]
    script = page(wire[0].url).findtext(".//script")
    assert script is not None
    assert json.loads(script)["datePublished"] == "2026-11-22T10:02:00+07:00"


def test_pages_and_feeds_that_are_known_are_answered_with_304(newsroom: Newsroom) -> None:
    for site in newsroom.sites:
        for url in (site.url, newsroom.publications(site.name)[0].url):
            first = requests.get(url, timeout=5)
            known = {"If-None-Match": first.headers["ETag"]}
            assert requests.get(url, headers=known, timeout=5).status_code == 304
            since = {"If-Modified-Since": first.headers["Last-Modified"]}
            assert requests.get(url, headers=since, timeout=5).status_code == 304


def test_what_is_published_later_leads_its_site_and_its_feed(newsroom: Newsroom) -> None:
    before = requests.get(f"{newsroom.sites[1].url}atom.xml", timeout=5)
    piece = later_piece()
    (site,) = piece.appears
    url = newsroom.publish(piece, site=site, published_at=NOW + timedelta(minutes=1))
    assert newsroom.publications(site)[0].url == url
    known = {"If-None-Match": before.headers["ETag"]}
    after = requests.get(f"{newsroom.sites[1].url}atom.xml", headers=known, timeout=5)
    assert after.status_code == 200
    assert url in after.text
    assert page(url).findtext(".//h1") == piece.title


def test_publishing_on_a_site_that_does_not_exist_is_an_error(newsroom: Newsroom) -> None:
    with pytest.raises(KeyError, match="koran-lain"):
        newsroom.publish(later_piece(), site="koran-lain", published_at=NOW)


def test_requests_are_logged_with_site_and_status(newsroom: Newsroom) -> None:
    site = newsroom.sites[0]
    requests.get(site.url, timeout=5)
    requests.get(f"{site.url}tidak-ada", timeout=5)
    assert newsroom.requests == (
        ("layar-losari", "GET", "/", 200),
        ("layar-losari", "GET", "/tidak-ada", 404),
    )


def test_nobody_listens_when_the_newsroom_has_closed() -> None:
    with Newsroom.open(now=NOW) as newsroom:
        urls = [site.url for site in newsroom.sites]
    for url in urls:
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=5)
