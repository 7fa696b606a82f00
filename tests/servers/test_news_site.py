from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from lxml import etree, html

from monitor.demo.listings import ATOM_TYPE
from monitor.demo.mastheads import Style
from tests.servers import newsroom
from tests.servers.faults import FAULTS, HANG, WALL, redirects_to
from tests.servers.newsroom import NewsSite, Robots

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLISHED_AT = datetime(2026, 11, 22, 3, 18, tzinfo=UTC)
TITLE = "Warga Parepare Tanam Bakau & Bersihkan Pantai"
PARAGRAPHS = (
    "PAREPARE - Puluhan warga menanam bakau di pesisir utara kota.",
    "Mereka sekaligus mengangkut sampah yang terbawa ombak.",
)


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite() as one:
        yield one


def publish(site: NewsSite, path: str = "/bakau", **more: object) -> str:
    at = more.pop("published_at", PUBLISHED_AT)
    return site.publish(path, TITLE, PARAGRAPHS, at, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("style", Style)
def test_an_article_shows_its_title_paragraphs_and_date_in_every_style(
    site: NewsSite, style: Style
) -> None:
    page = requests.get(publish(site, style=style), timeout=5)
    tree = html.fromstring(page.content)
    assert tree.xpath("string(//h1 | //h2)") == TITLE
    assert [p.text for p in tree.xpath("//p[not(@class)]")] == list(PARAGRAPHS)
    assert "Minggu, 22 November 2026 11:18 WITA" in page.text
    assert "Idlib" in tree.xpath("string(//ul)")


def test_the_marked_up_styles_carry_the_instant_with_its_zone(site: NewsSite) -> None:
    marked = requests.get(publish(site, "/a", style=Style.JSON_LD), timeout=5).content
    (script,) = html.fromstring(marked).xpath("//script[@type='application/ld+json']")
    assert json.loads(script.text)["datePublished"] == "2026-11-22T11:18:00+08:00"
    graph = requests.get(publish(site, "/b", style=Style.OPEN_GRAPH), timeout=5).content
    found = html.fromstring(graph).xpath("//meta[@property='article:published_time']/@content")
    assert found == ["2026-11-22T11:18:00+08:00"]


@pytest.mark.parametrize("style", Style)
def test_an_article_published_without_a_date_shows_none(site: NewsSite, style: Style) -> None:
    page = requests.get(publish(site, style=style, published_at=None), timeout=5)
    assert "2026" not in page.text
    assert "Last-Modified" not in page.headers


def test_every_listing_names_the_announced_articles_newest_first(site: NewsSite) -> None:
    older = publish(site, "/lama", published_at=PUBLISHED_AT - timedelta(hours=1))
    newer = publish(site, "/baru")
    publish(site, "/diam", announced=False)
    rss = etree.fromstring(requests.get(site.url + newsroom.FEED, timeout=5).content)
    assert rss.xpath("//item/link/text()") == [newer, older]
    atom = etree.fromstring(requests.get(site.url + newsroom.ATOM_FEED, timeout=5).content)
    assert [e.get("href") for e in atom.iterfind("{*}entry/{*}link")] == [newer, older]
    sitemap = etree.fromstring(requests.get(site.url + newsroom.NEWS_SITEMAP, timeout=5).content)
    assert [e.text for e in sitemap.iterfind("{*}url/{*}loc")] == [newer, older]
    feed = requests.get(site.url + newsroom.JSON_FEED, timeout=5).json()
    assert [item["url"] for item in feed["items"]] == [newer, older]
    home = html.fromstring(requests.get(site.url, timeout=5).content)
    assert home.xpath("//ul[@class='terkini']//a/@href") == [newer, older]


def test_the_home_page_names_the_feeds_that_it_is_told_to(site: NewsSite) -> None:
    site.alternates = {ATOM_TYPE: newsroom.ATOM_FEED}
    home = html.fromstring(requests.get(site.url, timeout=5).content)
    assert home.xpath("//link[@rel='alternate']/@href") == [newsroom.ATOM_FEED]


@pytest.mark.parametrize("path", ["/bakau", newsroom.FEED, newsroom.ATOM_FEED, newsroom.HOME])
def test_what_is_known_is_answered_with_304(site: NewsSite, path: str) -> None:
    publish(site)
    first = requests.get(site.url + path, timeout=5)
    by_tag = {"If-None-Match": first.headers["ETag"]}
    by_date = {"If-Modified-Since": first.headers["Last-Modified"]}
    for known in (by_tag, by_date):
        again = requests.get(site.url + path, headers=known, timeout=5)
        assert (again.status_code, again.content) == (304, b"")


def test_a_feed_that_changed_is_sent_again(site: NewsSite) -> None:
    publish(site)
    first = requests.get(site.url + newsroom.FEED, timeout=5)
    publish(site, "/baru", published_at=PUBLISHED_AT + timedelta(minutes=5))
    known = {
        "If-None-Match": first.headers["ETag"],
        "If-Modified-Since": first.headers["Last-Modified"],
    }
    assert requests.get(site.url + newsroom.FEED, headers=known, timeout=5).status_code == 200


def test_an_article_withdrawn_is_gone_from_its_path_and_the_feed(site: NewsSite) -> None:
    url = publish(site)
    site.withdraw("/bakau")
    assert requests.get(url, timeout=5).status_code == 404
    assert url not in requests.get(site.url + newsroom.FEED, timeout=5).text


def test_robots_are_answered_as_set(site: NewsSite) -> None:
    assert "Allow: /" in requests.get(site.url + newsroom.ROBOTS, timeout=5).text
    site.robots = Robots(text="User-agent: *\nDisallow: /\n", status=503)
    answer = requests.get(site.url + newsroom.ROBOTS, timeout=5)
    assert (answer.status_code, answer.text) == (503, "User-agent: *\nDisallow: /\n")


def test_slow_robots_keep_a_hurried_client_waiting(site: NewsSite) -> None:
    site.robots = Robots(delay=timedelta(hours=1))
    with pytest.raises(requests.ReadTimeout):
        requests.get(site.url + newsroom.ROBOTS, timeout=0.2)


def test_requests_are_logged_with_headers_and_status(site: NewsSite) -> None:
    requests.get(site.url + "/tidak-ada?a=1", headers={"User-Agent": "penguji"}, timeout=5)
    (logged,) = site.requests_for("/tidak-ada?a=1")
    assert (logged.method, logged.status) == ("GET", 404)
    assert logged.headers["user-agent"] == "penguji"
    assert logged.at.tzinfo is UTC


def test_any_path_can_misbehave_and_behave_again(site: NewsSite) -> None:
    publish(site)
    site.misbehave(newsroom.FEED, FAULTS[WALL])
    assert requests.get(site.url + newsroom.FEED, timeout=5).status_code == 403
    site.behave(newsroom.FEED)
    assert requests.get(site.url + newsroom.FEED, timeout=5).status_code == 200


def test_a_path_can_lead_to_an_article(site: NewsSite) -> None:
    url = publish(site)
    site.misbehave("/pendek", redirects_to(url, 301))
    assert requests.get(f"{site.url}/pendek", timeout=5).url == url


def test_a_site_that_is_down_refuses_connections_and_comes_back_as_it_was(site: NewsSite) -> None:
    url = publish(site)
    with site.down(), pytest.raises(requests.ConnectionError, match="refused"):
        requests.get(url, timeout=5)
    assert requests.get(url, timeout=5).status_code == 200


def test_a_site_stops_while_clients_hang_on_it() -> None:
    with NewsSite() as site, requests.Session() as session:
        session.get(site.url, timeout=5)  # its connection stays open
        with pytest.raises(requests.ReadTimeout):
            requests.get(site.url + HANG, timeout=0.2)


def test_a_site_runs_in_a_process_of_its_own_and_takes_orders() -> None:
    command = [sys.executable, "-m", "tests.servers.run_newsroom"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        url = json.loads(child.stdout.readline())["url"]
        order = {"path": "/bakau", "title": TITLE, "paragraphs": PARAGRAPHS}
        child.stdin.write(json.dumps(order) + "\n")
        child.stdin.flush()
        assert json.loads(child.stdout.readline()) == {"url": f"{url}/bakau"}
        assert PARAGRAPHS[1] in requests.get(f"{url}/bakau", timeout=5).text
        child.stdin.close()
        assert child.wait(timeout=10) == 0
