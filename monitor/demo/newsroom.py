"""The invented newsroom of `siaga demo`: three sites on loopback, each on a port of its own."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import urlsplit

from monitor.demo.articles import Publication, first_pieces
from monitor.demo.listings import ATOM_TYPE, RSS_TYPE, atom, news_sitemap, rss
from monitor.demo.loopback import Answer, AnsweringServer, Document
from monitor.demo.mastheads import MASTHEADS, FeedKind
from monitor.demo.pages import Press

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from monitor.demo.articles import Piece
    from monitor.demo.loopback import Request
    from monitor.demo.mastheads import Masthead

_HTML = "text/html; charset=utf-8"
_SITEMAP_PATH = "/sitemap-berita.xml"
_FEED_PATHS = {FeedKind.RSS: "/rss.xml", FeedKind.ATOM: "/atom.xml"}
_FEED_TYPES = {FeedKind.RSS: RSS_TYPE, FeedKind.ATOM: ATOM_TYPE}


class SiteAddress(NamedTuple):
    """A site as config.yaml would name it; `url` is its home page."""

    name: str
    url: str
    timezone: str


class LoggedRequest(NamedTuple):
    """One request that a site of the newsroom answered."""

    site: str
    method: str
    path: str
    status: int


class Newsroom:
    """Three publishers, their articles and a log of requests. Safe to share between threads."""

    def __init__(self, desks: Mapping[str, Desk], log: list[LoggedRequest]) -> None:
        self._desks = desks
        self._log = log

    @classmethod
    @contextmanager
    def open(cls, *, now: datetime) -> Iterator[Self]:
        """Serve the newsroom, with what it has published by `now`, until the block ends."""
        log: list[LoggedRequest] = []
        press = Press.load()
        with ExitStack() as servers:
            desks = {
                one.name: servers.enter_context(Desk.open(one, press, log)) for one in MASTHEADS
            }
            newsroom = cls(desks, log)
            for piece in first_pieces():
                for site, age in piece.appears.items():
                    newsroom.publish(piece, site=site, published_at=now - age)
            yield newsroom

    @property
    def sites(self) -> tuple[SiteAddress, ...]:
        return tuple(
            SiteAddress(name, f"{desk.url}/", desk.masthead.timezone)
            for name, desk in self._desks.items()
        )

    @property
    def mastheads(self) -> tuple[Masthead, ...]:
        return tuple(desk.masthead for desk in self._desks.values())

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """What was asked so far, oldest first."""
        return tuple(self._log)

    def publications(self, site: str) -> tuple[Publication, ...]:
        """What a site carries, newest first. Raises KeyError for a site that is none of ours."""
        return self._desks[site].publications

    def publish(self, piece: Piece, *, site: str, published_at: datetime) -> str:
        """Put a piece on a site, its feed and its home page; returns its address.

        Raises KeyError for a site that is none of ours.
        """
        return self._desks[site].publish(piece, published_at)


class Desk:
    """One publisher at work: what it carries, rendered, and the server that shows it."""

    def __init__(self, masthead: Masthead, press: Press, log: list[LoggedRequest]) -> None:
        self.masthead = masthead
        self.publications: tuple[Publication, ...] = ()
        self._press = press
        self._log = log
        self._lock = Lock()
        self._server = AnsweringServer(self._answer)
        self._documents: Mapping[str, Document] = self._render()

    @classmethod
    @contextmanager
    def open(cls, masthead: Masthead, press: Press, log: list[LoggedRequest]) -> Iterator[Self]:
        desk = cls(masthead, press, log)
        with desk._server:
            yield desk

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        return self._server.url

    def publish(self, piece: Piece, published_at: datetime) -> str:
        path = f"/{piece.section.lower().replace(' ', '-')}/{piece.slug}"
        publication = Publication(piece=piece, url=self.url + path, published_at=published_at)
        with self._lock:
            carried = (*self.publications, publication)
            self.publications = tuple(sorted(carried, key=_newness, reverse=True))
            self._documents = self._render()
        return publication.url

    def _answer(self, request: Request) -> Answer:
        document = self._documents.get(request.path)
        if document is None:
            answer = Answer(status=404, headers={"Content-Type": _HTML}, body=b"<h1>Tidak ada</h1>")
        else:
            answer = document.answer(request.headers)
        self._log.append(
            LoggedRequest(self.masthead.name, request.method, request.path, answer.status)
        )
        return answer

    def _render(self) -> Mapping[str, Document]:
        newest = self.publications[0].published_at if self.publications else None
        document = partial(_document, modified_at=newest)
        feed = _FEED_PATHS[self.masthead.feed]
        documents = {
            "/": document(_HTML, self._home()),
            "/robots.txt": _document("text/plain; charset=utf-8", self._robots()),
            feed: document(f"{_FEED_TYPES[self.masthead.feed]}; charset=utf-8", self._feed()),
        }
        if self.masthead.news_sitemap:
            sitemap = news_sitemap(self.masthead, self.publications)
            documents[_SITEMAP_PATH] = document("application/xml", sitemap)
        for one in self.publications:
            page = self._press.article(self.masthead, one)
            documents[urlsplit(one.url).path] = _document(_HTML, page, one.published_at)
        return documents

    def _home(self) -> str:
        kind = self.masthead.feed
        alternates = {_FEED_TYPES[kind]: _FEED_PATHS[kind]}
        return self._press.home(self.masthead, self.publications, alternates)

    def _feed(self) -> str:
        render = rss if self.masthead.feed is FeedKind.RSS else atom
        return render(self.masthead, f"{self.url}/", self.publications)

    def _robots(self) -> str:
        sitemap = f"Sitemap: {self.url}{_SITEMAP_PATH}\n" if self.masthead.news_sitemap else ""
        return f"User-agent: *\nDisallow: /cari\n{sitemap}"


def _document(content_type: str, text: str, modified_at: datetime | None = None) -> Document:
    return Document(content_type=content_type, body=text.encode(), modified_at=modified_at)


def _newness(publication: Publication) -> float:
    at = publication.published_at
    return at.timestamp() if at is not None else 0.0
