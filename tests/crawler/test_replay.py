"""One feed polled day after day, with all that feeds do wrong: each article once, and none lost."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from monitor.demo.listings import RSS_TYPE
from tests.crawler.crew import NOW, Coverage, publish
from tests.servers.faults import answers
from tests.servers.newsroom import FEED

if TYPE_CHECKING:
    from datetime import datetime

    from tests.servers.newsroom import NewsSite

POLLS = 45
WINDOW = 5


def rss(site: NewsSite, numbers: range, poll: int) -> str:
    """The articles of these numbers, newest first, numbered 1..n as their guids are in every poll."""
    items = "".join(
        f"<item><title>Kabar {number}</title><guid>{place}</guid>"
        f"<link>{_link(site, number, poll)}</link><pubDate>{_date(number, poll)}</pubDate></item>"
        for place, number in enumerate(reversed(numbers), start=1)
    )
    built = "<lastBuildDate>Thu, 01 Jan 1970 00:00:00 GMT</lastBuildDate>"
    return f"<rss version='2.0'><channel><title>Koran</title>{built}{items}</channel></rss>"


def _link(site: NewsSite, number: int, poll: int) -> str:
    """The same address as feeds write it: whole, relative, or with where the reader came from."""
    path = f"/berita-{number}"
    return (f"{site.url}{path}", path, f"{site.url}{path}?utm_source=rss&amp;utm_medium={poll}")[
        poll % 3
    ]


def _date(number: int, poll: int) -> str:
    """When it came out, as feeds write it: right, with a year of two digits, or not at all."""
    at: datetime = NOW - timedelta(hours=200 - number)
    return (format_datetime(at), f"{at:%d %b %y %H:%M:%S} GMT", "kemarin")[poll % 3]


def test_forty_five_daily_polls_of_one_feed_give_each_article_once(
    site: NewsSite, coverage: Coverage
) -> None:
    for number in range(WINDOW + POLLS):
        publish(site, f"/berita-{number}", minutes=60 * (200 - number))
    for poll in range(POLLS):
        newest = WINDOW + poll
        feed = rss(site, range(newest - WINDOW, newest), poll)
        site.misbehave(FEED, answers(200, feed, {"Content-Type": RSS_TYPE}))
        coverage.look()
    found = {path: one.origin for path, one in coverage.articles().items()}
    assert set(found) == {f"/berita-{number}" for number in range(newest)}
    baseline = {path for path, origin in found.items() if origin == "baseline"}
    assert baseline == {f"/berita-{number}" for number in range(WINDOW)}
    asked = [request.path.partition("?")[0] for request in site.requests]
    assert all(asked.count(path) == 1 for path in found)
