"""The feeds that a page names in its head. Pure."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from crawler import urls
from crawler.discovery import html_documents

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_FEEDS = 20
MAX_LINKS = 1_000
"""Link elements of a page that are looked at."""

_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
    }
)
_VAGUE_TYPES = frozenset({"application/xml", "text/xml", ""})
_LOOKS_LIKE_FEED = re.compile(r"rss|feed|atom", re.IGNORECASE)
_OF_COMMENTS = re.compile(r"comment|komentar", re.IGNORECASE)
_FEED_HOSTS = frozenset(
    {
        "feedburner.com",
        "feedproxy.google.com",
        "feedpress.me",
        "feedblitz.com",
        "follow.it",
        "rss.app",
        "blogger.com",
    }
)


def feeds_of(body: bytes, url: str, charset: str | None = None) -> tuple[str, ...]:
    """The feeds that the page at `url` names for its site, absolute, each once, in its order.

    Feeds of comments are left out, and so are those of other sites, unless they stand with a host
    that serves feeds for others. `charset` is the HTTP header's. A page that cannot be read names
    none.
    """
    root = html_documents.parse(body, charset)
    if root is None:
        return ()
    base = html_documents.base_of(root, url)
    found: dict[str, str] = {}
    for link in islice(root.iter("link"), MAX_LINKS):
        feed = urls.resolve(base, link.get("href", "")) if _names_feed(link) else None
        if feed is not None and _serves(feed, url):
            found.setdefault(urls.canonical(feed), feed)
    return tuple(found.values())[:MAX_FEEDS]


def _names_feed(link: _Element) -> bool:
    relations = link.get("rel", "").lower().split()
    if not {"alternate", "feed"} & set(relations) or "stylesheet" in relations:
        return False
    if _OF_COMMENTS.search(link.get("title", "")) or _OF_COMMENTS.search(link.get("href", "")):
        return False
    kind = link.get("type", "").partition(";")[0].strip().lower()
    if kind in _VAGUE_TYPES:
        return "feed" in relations or (bool(kind) and _looks_like_feed(link))
    return kind in _FEED_TYPES


def _looks_like_feed(link: _Element) -> bool:
    return _LOOKS_LIKE_FEED.search(link.get("href", "")) is not None


def _serves(feed: str, url: str) -> bool:
    host = urls.host_of(feed)
    return (
        urls.same_site(feed, url)
        or host in _FEED_HOSTS
        or urls.registered_domain(host) in _FEED_HOSTS
    )
