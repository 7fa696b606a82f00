"""A news site on loopback for tests: articles, listings and robots.txt to be set, and faults."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Event, Lock
from typing import TYPE_CHECKING, Self

from monitor.demo.articles import Piece, Publication
from monitor.demo.listings import ATOM_TYPE, RSS_TYPE, atom, news_sitemap, rss
from monitor.demo.loopback import HOST, Document
from monitor.demo.mastheads import FeedKind, Masthead, Style
from monitor.demo.pages import Press
from tests.servers.exchange import HTML, SiteServer
from tests.servers.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tests.servers.exchange import Behaviour, Exchange

HOME = "/"
ROBOTS = "/robots.txt"
FEED = "/feed.xml"
ATOM_FEED = "/atom.xml"
JSON_FEED = "/feed.json"
NEWS_SITEMAP = "/sitemap-news.xml"
JSON_FEED_TYPE = "application/feed+json"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """A request that came in; header names are in lower case, `status` None where none was sent."""

    path: str
    method: str
    headers: Mapping[str, str]
    status: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """How robots.txt is answered, and after how long."""

    text: str = "User-agent: *\nAllow: /\n"
    status: int = 200
    delay: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Published:
    publication: Publication
    style: Style
    announced: bool


class NewsSite:
    """A publisher that serves inside its `with` block. Safe to share between threads.

    It serves HOME (which names `alternates`, media type to path), ROBOTS as `robots` says, FEED,
    ATOM_FEED, JSON_FEED, NEWS_SITEMAP, every article, and each fault of tests.servers.faults. Listings
    name the newest `listed` articles; all where it is None.
    """

    def __init__(
        self,
        *,
        name: str = "koran-uji",
        timezone: str = "Asia/Makassar",
        host: str = HOST,
        port: int = 0,
    ) -> None:
        self.robots = Robots()
        self.listed: int | None = None
        self.alternates: Mapping[str, str] = {RSS_TYPE: FEED}
        self.masthead = Masthead(
            name=name,
            title="Koran Uji",
            host="koranuji.example",
            timezone=timezone,
            style=Style.JSON_LD,
            feed=FeedKind.RSS,
            sidebar=("Idlib diguyur hujan", "Makassar bersiap karnaval"),
        )
        self._press = Press.load()
        self._published: dict[str, _Published] = {}
        self._behaviours: dict[str, Behaviour] = dict(FAULTS)
        self._requests: list[LoggedRequest] = []
        self._lock = Lock()
        self._stopping = Event()
        self._host = host
        self._server = SiteServer(self, host=host, port=port)
        self._port = self._server.port

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        """Where the site is, without a slash at the end."""
        return f"http://{self._host}:{self._port}"

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """What was asked so far, oldest first."""
        with self._lock:
            return tuple(self._requests)

    def requests_for(self, path: str) -> tuple[LoggedRequest, ...]:
        """What was asked of one path, its query included."""
        return tuple(request for request in self.requests if request.path == path)

    def publish(
        self,
        path: str,
        title: str,
        paragraphs: Sequence[str],
        published_at: datetime | None,
        *,
        style: Style = Style.JSON_LD,
        announced: bool = True,
        summary: str | None = None,
        author: str | None = None,
        editor: str | None = None,
        tags: Sequence[str] = (),
    ) -> str:
        """Put an article at a path, or another text at one that has one; returns its address.

        `announced`: whether feeds, sitemap and home page name it. With `published_at` None nothing
        tells its date.
        """
        piece = Piece(
            slug=path.strip("/"),
            title=title,
            summary=paragraphs[0] if summary is None and paragraphs else summary or "",
            paragraphs=tuple(paragraphs),
            author=author,
            editor=editor,
            tags=tuple(tags),
        )
        publication = Publication(piece=piece, url=self.url + path, published_at=published_at)
        with self._lock:
            self._published[path] = _Published(
                publication=publication, style=style, announced=announced
            )
        return publication.url

    def withdraw(self, path: str) -> None:
        """Take an article away; KeyError where there is none."""
        with self._lock:
            del self._published[path]

    def misbehave(self, path: str, behaviour: Behaviour) -> None:
        """Answer a path so from now on, whatever else stands there."""
        with self._lock:
            self._behaviours[path] = behaviour

    def behave(self, path: str) -> None:
        """Answer a path again as if `misbehave` had not been called for it."""
        with self._lock:
            self._behaviours.pop(path, None)

    @contextmanager
    def down(self) -> Iterator[None]:
        """Inside the block connections are refused; the port stays ours."""
        self._stop()
        try:
            with socket.socket() as held:
                held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                held.bind((self._host, self._port))  # bound, and not listening
                yield
        finally:
            self._stopping.clear()
            self._server = SiteServer(self, host=self._host, port=self._port)
            self._server.start()

    def serve(self, exchange: Exchange) -> None:
        with self._lock:
            behaviour = self._behaviours.get(exchange.bare_path)
        if behaviour is not None:
            behaviour(exchange)
        elif exchange.bare_path == ROBOTS:
            self._serve_robots(exchange)
        else:
            self._serve_document(exchange)

    def note(self, exchange: Exchange, status: int | None) -> None:
        request = LoggedRequest(
            path=exchange.path,
            method=exchange.command,
            headers={name.lower(): value for name, value in exchange.headers.items()},
            status=status,
            at=datetime.now(UTC),
        )
        with self._lock:
            self._requests.append(request)

    def pause(self, span: timedelta | None) -> bool:
        return self._stopping.wait(None if span is None else span.total_seconds())

    def feed_text(self) -> str:
        return rss(self.masthead, f"{self.url}{HOME}", self._announced())

    def _stop(self) -> None:
        self._stopping.set()
        self._server.stop()

    def _serve_robots(self, exchange: Exchange) -> None:
        robots = self.robots
        self.pause(robots.delay)
        exchange.send(robots.status, {"Content-Type": "text/plain"}, robots.text.encode())

    def _serve_document(self, exchange: Exchange) -> None:
        document = self._document(exchange.bare_path)
        if document is None:
            exchange.send(404, {"Content-Type": HTML}, b"<h1>Tidak ada</h1>")
            return
        headers = {name.lower(): value for name, value in exchange.headers.items()}
        answer = document.answer(headers)
        exchange.send(answer.status, answer.headers, answer.body)

    def _document(self, path: str) -> Document | None:
        announced = self._announced()
        newest = announced[0].published_at if announced else None
        listing = self._listing(path, announced)
        if listing is None:
            return self._article(path)
        content_type, text = listing
        return Document(content_type=content_type, body=text.encode(), modified_at=newest)

    def _listing(self, path: str, announced: Sequence[Publication]) -> tuple[str, str] | None:
        """The media type and text of what announces articles at this path, or None."""
        masthead, home = self.masthead, f"{self.url}{HOME}"
        renderers: Mapping[str, tuple[str, Callable[[], str]]] = {
            HOME: (HTML, lambda: self._press.home(masthead, announced, self.alternates)),
            FEED: (RSS_TYPE, lambda: rss(masthead, home, announced)),
            ATOM_FEED: (ATOM_TYPE, lambda: atom(masthead, home, announced)),
            JSON_FEED: (JSON_FEED_TYPE, lambda: json_feed(masthead, home, announced)),
            NEWS_SITEMAP: ("application/xml", lambda: news_sitemap(masthead, announced)),
        }
        if path not in renderers:
            return None
        content_type, render = renderers[path]
        return content_type, render()

    def _article(self, path: str) -> Document | None:
        with self._lock:
            published = self._published.get(path)
        if published is None:
            return None
        masthead = replace(self.masthead, style=published.style)
        page = self._press.article(masthead, published.publication)
        modified_at = published.publication.published_at
        return Document(content_type=HTML, body=page.encode(), modified_at=modified_at)

    def _announced(self) -> list[Publication]:
        """What listings name, newest first."""
        with self._lock:
            shown = [one.publication for one in self._published.values() if one.announced]
        newest = sorted(shown, key=lambda one: one.published_at or _LONG_AGO, reverse=True)
        return newest[: self.listed]


def json_feed(masthead: Masthead, home: str, publications: Sequence[Publication]) -> str:
    """A JSON Feed 1.1, in the order given."""
    items = [
        {
            "id": one.url,
            "url": one.url,
            "title": one.piece.title,
            "summary": one.piece.summary,
            "date_published": one.published_at and one.published_at.isoformat(),
            "authors": [{"name": one.piece.author}] if one.piece.author else [],
            "tags": list(one.piece.tags),
        }
        for one in publications
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": masthead.title,
        "home_page_url": home,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False)
