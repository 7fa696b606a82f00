"""The readers of what strangers write, each as a function of bytes that fails when it breaks its promise.

A reader may refuse with the errors that it names; anything else that it raises is a finding, and so is
text that is not clean and an address that is none of the web.
"""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.database import open_database
from core.errors import ConfigError
from core.text import clean_line, clean_text
from crawler.cleaning import cleaned, finished, thin
from crawler.discovery import contents
from crawler.discovery.announcement import Announcement, SourceKind
from crawler.discovery.errors import FeedError
from crawler.extraction import dates, extract_page
from crawler.extraction.errors import PageError
from crawler.schema import MIGRATIONS
from crawler.urls import canonical
from monitor.archive.search import search
from monitor.config import read_config
from monitor.query.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crawler.article import Article

    Reader = Callable[[bytes], None]

URL = "https://koran.example/berita/satu"
ZONE = "Asia/Makassar"
NOW = datetime(2019, 1, 3, tzinfo=UTC)


def read_feed(data: bytes) -> None:
    _read_source(data, None)


def read_sitemap(data: bytes) -> None:
    _read_source(data, SourceKind.NEWS_SITEMAP)
    _read_source(data, SourceKind.SECTION)


def read_page(data: bytes) -> None:
    try:
        reading = extract_page(data, URL, timezone=ZONE, now=NOW)
    except PageError:
        return
    for link in (reading.rest.next, reading.rest.whole):
        _check_link(link)
    _check_article(finished(reading.article, Announcement(url=URL), site="koran"))


def read_date(data: bytes) -> None:
    found = dates.parse(data.decode("utf-8", "surrogateescape"), timezone=ZONE, now=NOW)
    assert not isinstance(found, datetime) or found.tzinfo is not None


def read_query(data: bytes) -> None:
    """Through the parser and the full-text index, which takes expressions of its own."""
    with TemporaryDirectory() as directory:
        db = open_database(Path(directory) / "siaga.db", migrations=[MIGRATIONS])
        with closing(db.conn), suppress(QueryError):
            search(db, data.decode("utf-8", "replace"), limit=5)


def read_config_file(data: bytes) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "config.yaml"
        path.write_bytes(data)
        with suppress(ConfigError):
            read_config(path, environment={"KAIT": "rahasia"})


def _read_source(data: bytes, kind: SourceKind | None) -> None:
    try:
        _, found = contents.read(data, URL, kind, timezone=ZONE, now=NOW)
    except FeedError:
        return
    for one in getattr(found, "announcements", ()):
        _check_link(one.url)
        canonical(one.url)
        article = thin(one, site="koran")
        if article is not None:
            _check_article(article)


def _check_article(article: Article) -> None:
    assert article.title == clean_line(article.title)
    assert article.body == clean_text(article.body)
    assert cleaned(article) == article
    for link in (article.url, article.canonical_url, article.image_url):
        _check_link(link)


def _check_link(link: str | None) -> None:
    assert link is None or urlsplit(link).scheme in ("http", "https"), link


READERS: Mapping[str, Reader] = {
    "feed": read_feed,
    "sitemap": read_sitemap,
    "page": read_page,
    "date": read_date,
    "query": read_query,
    "config": read_config_file,
}
"""Each reader by the name of the directory of its seeds."""
