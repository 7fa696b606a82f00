"""The newsroom of the measurements, and how a crawl of it is judged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from bench.comparators.crawlers import Stored
from bench.crawl import judged
from bench.newsroom import Newsroom
from bench.press.published import Published
from crawler.extraction import extract

if TYPE_CHECKING:
    from collections.abc import Iterator

NOWHERE = Path("there are no saved pages here")
NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom(houses=3, articles=4, copies=0.5, pages=NOWHERE) as room:
        yield room


def shown(room: Newsroom) -> list[Published]:
    """What has been published by now."""
    now = datetime.now(UTC)
    return [one for one in room.published if one.published_at <= now]


def test_each_page_says_what_was_published_and_has_the_size_of_a_news_page(room: Newsroom) -> None:
    for one in shown(room):
        page = requests.get(one.url, timeout=30).content
        article = extract(page, one.url, timezone="Asia/Makassar", now=datetime.now(UTC))
        assert (article.title, article.canonical_url) == (one.title, one.url)
        assert article.published_at == one.published_at.replace(microsecond=0)
        assert 60_000 < len(page) < 310_000


def test_every_listing_of_a_house_names_all_its_articles(room: Newsroom) -> None:
    for house in room.houses:
        its_own = [one.url for one in shown(room) if one.site == house.name]
        for listing in (house.url, house.feed, house.news_sitemap):
            text = requests.get(listing, timeout=30).text
            assert all(url in text for url in its_own)


def test_copies_are_of_another_houses_story(room: Newsroom) -> None:
    stories: dict[str, list[Published]] = {}
    for one in shown(room):
        stories.setdefault(one.story, []).append(one)
    told_again = [story for story in stories.values() if len(story) > 1]
    assert told_again
    assert all(len({one.title for one in story}) == len(story) for story in told_again)


def test_what_has_not_changed_is_answered_with_304_and_every_request_is_logged(
    room: Newsroom,
) -> None:
    house = room.houses[0]
    room.requests()
    etag = requests.get(house.feed, timeout=30).headers["ETag"]
    again = requests.get(house.feed, headers={"If-None-Match": etag}, timeout=30)
    assert again.status_code == 304
    logged = [(one.site, one.path, one.status) for one in room.requests()]
    assert logged == [(house.name, "/feed.xml", 200), (house.name, "/feed.xml", 304)]


def test_an_article_of_the_future_is_not_shown_yet(room: Newsroom) -> None:
    house = room.houses[1]
    later = room.publish(
        house.name, at=datetime.now(UTC) + timedelta(hours=1), topic="Kapal Phinisi"
    )
    now = room.publish(house.name, topic="Kapal Phinisi")
    assert "Kapal Phinisi" in now.title
    assert requests.get(later.url, timeout=30).status_code == 404
    assert requests.get(now.url, timeout=30).status_code == 200
    feed = requests.get(house.feed, timeout=30).text
    assert now.url in feed
    assert later.url not in feed


def test_a_site_that_there_is_not_is_told(room: Newsroom) -> None:
    with pytest.raises(KeyError):
        room.publish("koran-yang-tidak-ada")


def test_a_story_in_two_groups_is_kept_twice() -> None:
    there = [
        Published(site="a", url="u1", title="t", story="s1", published_at=NOW),
        Published(site="b", url="u2", title="t", story="s1", published_at=NOW),
        Published(site="b", url="u3", title="t", story="s2", published_at=NOW),
    ]
    joined = [Stored(url="u1", group="1"), Stored(url="u2", group="1")]
    apart = [Stored(url="u1", group="1"), Stored(url="u2", group="2"), Stored(url="x", group="3")]
    assert (judged(there, joined).found, judged(there, joined).twice) == (2, 0)
    assert (judged(there, apart).found, judged(there, apart).twice) == (2, 1)
    assert judged(there, apart).of == 3
