"""Many news sites on loopback, each on a host of its own with a Crawl-delay, and each with one trouble."""

from __future__ import annotations

import random
import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

from crawler.outcomes import Outcome
from tests.servers import faults
from tests.servers.faults import FAULTS, answers, redirects_to
from tests.servers.newsroom import FEED, NewsSite, Robots
from tests.servers.prose import invented_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.servers.exchange import Behaviour, Exchange

MOVED_FEED = "/umpan-baru.xml"
RSS = "application/rss+xml"
CRAWL_DELAYS = (0.2, 0.5, 1.0)  # seconds, in turn
TOLERANCE = timedelta(milliseconds=25)  # between the start of a request and its note in the log
_TWO_DIGIT_YEAR = re.compile(r"(<pubDate>\w+, \d+ \w+ )\d\d(\d\d)")
_GUID = re.compile(r"<guid[^<]*</guid>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that is wrong at one path of a site for a while; `outcome` is what Siaga must say of it."""

    name: str
    path: str
    behaviour: Behaviour
    outcome: Outcome


def _at_feed(name: str, outcome: Outcome, behaviour: Behaviour | None = None) -> Trouble:
    return Trouble(name=name, path=FEED, behaviour=behaviour or FAULTS[name], outcome=outcome)


_REST = {"Retry-After": "5"}
QUICK_FEED_TROUBLES = (
    _at_feed(faults.RESET, Outcome.CONNECTION_ERROR),
    _at_feed(faults.NOT_HTTP, Outcome.CONNECTION_ERROR),
    _at_feed(faults.BROKEN, Outcome.SERVER_ERROR),
    _at_feed(faults.WALL, Outcome.REFUSED),
    _at_feed(faults.MISSING, Outcome.GONE),
    _at_feed(faults.GONE, Outcome.GONE),
    _at_feed(faults.FEED_THAT_IS_HTML, Outcome.UNREADABLE),
    _at_feed(faults.REDIRECT_LOOP, Outcome.REFUSED),
    _at_feed(faults.REDIRECT_TO_PRIVATE, Outcome.ADDRESS),
    _at_feed(faults.REDIRECT_TO_FILE, Outcome.REFUSED),
    _at_feed(faults.EMPTY, Outcome.UNREADABLE),
    _at_feed("too many requests", Outcome.THROTTLED, answers(429, "Sabar", _REST)),
    _at_feed("unavailable", Outcome.THROTTLED, answers(503, "Sebentar", _REST)),
)
SLOW_FEED_TROUBLES = (
    _at_feed(faults.HANG, Outcome.TIMEOUT),
    _at_feed(faults.SLOW_DRIP, Outcome.TIMEOUT),
    _at_feed(faults.GZIP_BOMB, Outcome.TOO_LARGE),
    _at_feed(faults.HUGE_PAGE, Outcome.TOO_LARGE),
    _at_feed(faults.INFINITE_HEADERS, Outcome.TOO_LARGE),
)
PAGE_TROUBLES = tuple(
    Trouble(name=f"a page {path}", path=path, behaviour=FAULTS[path], outcome=outcome)
    for path, outcome in (
        (faults.WALL, Outcome.REFUSED),
        (faults.MISSING, Outcome.GONE),
        (faults.GONE, Outcome.GONE),
        (faults.BROKEN, Outcome.SERVER_ERROR),
        (faults.RESET_MID_BODY, Outcome.CUT_SHORT),
        (faults.SHELL, Outcome.NO_TEXT),
        (faults.PDF, Outcome.NOT_AN_ARTICLE),
        (faults.REDIRECT_LOOP, Outcome.REFUSED),
        (faults.REDIRECT_TO_PRIVATE, Outcome.ADDRESS),
    )
)


def _sends(exchange: Exchange, text: str, charset: str = "utf-8") -> None:
    body = text.encode(charset, "xmlcharrefreplace")
    exchange.send(200, {"Content-Type": RSS}, body)


def _old_fashioned(exchange: Exchange) -> None:
    """ISO-8859-1, years of two digits, numbers for guids, relative links, a build date of 1970."""
    numbers = iter(range(1, 10**6))
    text = exchange.site.feed_text().replace('encoding="UTF-8"', 'encoding="ISO-8859-1"', 1)
    text = _GUID.sub(lambda _: f"<guid>{next(numbers)}</guid>", text)
    text = _TWO_DIGIT_YEAR.sub(r"\1\2", text).replace(f"<link>{exchange.site.url}/", "<link>/")
    built = "<lastBuildDate>Thu, 01 Jan 1970 00:00:00 GMT</lastBuildDate>"
    _sends(exchange, text.replace("<language>", f"{built}<language>", 1), "iso-8859-1")


def _without_dates(exchange: Exchange) -> None:
    _sends(exchange, re.sub(r"<pubDate>[^<]*</pubDate>", "", exchange.site.feed_text()))


def _newest_last(exchange: Exchange) -> None:
    head, *items = exchange.site.feed_text().split("<item>")
    items[-1], tail = items[-1].split("</channel>") if items else ("", "")
    body = "".join(f"<item>{item}" for item in reversed(items))
    _sends(exchange, f"{head}{body}</channel>{tail}")


def _moved(exchange: Exchange) -> None:
    redirects_to(f"{exchange.site.url}{MOVED_FEED}", 301)(exchange)


ODD_FEEDS: tuple[tuple[str, Behaviour], ...] = (
    ("an old-fashioned feed", _old_fashioned),
    ("a feed without dates", _without_dates),
    ("a feed with the newest last", _newest_last),
    ("a feed that has moved", _moved),
)


@dataclass
class Member:
    """One site of the newsroom; `published` are the titles of its articles that can be read."""

    name: str
    site: NewsSite
    crawl_delay: float
    trouble: Trouble | None = None
    odd: str | None = None
    published: list[str] = field(default_factory=list)

    @property
    def about(self) -> str:
        return self.trouble.name if self.trouble else self.odd or "nothing wrong"

    def pauses(self) -> list[timedelta]:
        """The time between each two requests that follow each other, by the site's own log."""
        asked = sorted(request.at for request in self.site.requests)
        return [later - earlier for earlier, later in pairwise(asked)]

    def too_fast(self) -> list[timedelta]:
        """The pauses that were shorter than robots.txt asks."""
        shortest = timedelta(seconds=self.crawl_delay) - TOLERANCE
        return [pause for pause in self.pauses() if pause < shortest]


class FaultyNewsroom:
    """Sites that publish when they are told to, and fall ill and recover together."""

    def __init__(
        self, troubles: Sequence[Trouble], odd: Sequence[tuple[str, Behaviour]], *, healthy: int
    ) -> None:
        self._random = random.Random(11)
        self._stack = ExitStack()
        self._number = 0
        self.members = [
            *(self._member(trouble=trouble) for trouble in troubles),
            *(self._member(odd=name, feed=behaviour) for name, behaviour in odd),
            *(self._member() for _ in range(healthy)),
        ]

    def __enter__(self) -> Self:
        for member in self.members:
            self._stack.enter_context(member.site)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _member(
        self,
        trouble: Trouble | None = None,
        odd: str | None = None,
        feed: Behaviour | None = None,
    ) -> Member:
        number = self._number = self._number + 1
        site = NewsSite(name=f"koran-{number}", host=f"127.0.10.{number}")
        delay = CRAWL_DELAYS[number % len(CRAWL_DELAYS)]
        site.robots = Robots(text=f"User-agent: *\nCrawl-delay: {delay}\n")
        site.misbehave(MOVED_FEED, lambda exchange: _sends(exchange, exchange.site.feed_text()))
        if feed is not None:
            site.misbehave(FEED, feed)
        return Member(
            name=f"koran-{number}", site=site, crawl_delay=delay, trouble=trouble, odd=odd
        )

    def config(self, hook: str, *, every: str) -> str:
        """A config.yaml that watches every site and tells of every article."""
        entries = "".join(
            f"  - {{name: {one.name}, url: '{one.site.url}/', feeds: ['{one.site.url}{FEED}'], "
            f"timezone: Asia/Makassar, every: {every}}}\n"
            for one in self.members
        )
        return (
            "timezone: Asia/Makassar\ncrawl: {delay: 0s}\n"
            f"network: {{allow_private: ['127.0.0.0/8']}}\nsites:\n{entries}"
            "watchlists: [{name: kabar, any: [kabar]}]\n"
            f"channels: {{kait: {{type: webhook, url: '{hook}', allow_private: true}}}}\n"
        )

    def publish(self) -> None:
        """An article at every site, unlike any other."""
        for member in self.members:
            title = f"Kabar {invented_words(self._random, 5)}"
            paragraphs = [f"{invented_words(self._random, 40)}." for _ in range(3)]
            path = f"/berita/{len(member.published)}"
            member.site.publish(path, title, paragraphs, datetime.now(UTC))
            member.published.append(title)

    def fall_ill(self) -> None:
        """Begin every trouble; a page that cannot be read is announced like any other."""
        for member, trouble in self._troubled():
            if trouble.path in FAULTS:
                words = [f"{invented_words(self._random, 40)}."]
                title = f"Berita {invented_words(self._random, 5)}"
                member.site.publish(trouble.path, title, words, datetime.now(UTC))
            member.site.misbehave(trouble.path, trouble.behaviour)

    def recover(self) -> None:
        """End every trouble but those of single pages."""
        for member, trouble in self._troubled():
            if trouble.path not in FAULTS:
                member.site.behave(trouble.path)

    def _troubled(self) -> Iterator[tuple[Member, Trouble]]:
        for member in self.members:
            if member.trouble is not None:
                yield member, member.trouble

    def unnamed(self, sites: Iterable[dict[str, Any]]) -> list[str]:
        """The troubles that are not named by what `siaga status --json` says of the sites."""
        said = {one["site"]: one for one in sites}
        return [
            f"{member.name}, {trouble.name}: not {trouble.outcome} but {said[member.name]}"
            for member, trouble in self._troubled()
            if trouble.outcome not in _outcomes(said[member.name])
        ]

    def titles(self) -> list[str]:
        """Of every article that can be read, in order."""
        return sorted(title for member in self.members for title in member.published)


def _outcomes(site: dict[str, Any]) -> set[str]:
    return {source["outcome"] for source in site["sources"]} | set(site["unread"])
