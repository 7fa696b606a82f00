"""Sitemaps: of news, of other sitemaps, and plain ones, from bytes to what they tell. Pure.

https://www.sitemaps.org/protocol.html, and Google's extension for news.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from typing import TYPE_CHECKING

from crawler import urls
from crawler.discovery import feed_dates, items, xml_documents
from crawler.discovery.announcement import Listing
from crawler.discovery.bodies import Kind, open_body
from crawler.discovery.errors import FeedError, FeedFault
from crawler.discovery.items import MAX_ITEMS, Item
from crawler.discovery.robots import news_first
from crawler.discovery.xml_documents import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.etree import _Element

    from crawler.discovery.bodies import Body
    from crawler.discovery.feed_dates import Moment
    from crawler.discovery.xml_documents import XmlDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapLink:
    """An address that a sitemap names, and when it was last changed, where it says so."""

    url: str
    modified: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapIndex:
    """The sitemaps that an index names, freshest first, at most MAX_ITEMS of `size`."""

    children: tuple[SitemapLink, ...]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainSitemap:
    """Pages, and no news among them; freshest first, at most MAX_ITEMS of `size`."""

    pages: tuple[SitemapLink, ...]
    size: int


FRESH_WITHIN = timedelta(days=3)
"""A child that was changed before that holds no news."""

SitemapContents = Listing | SitemapIndex | PlainSitemap
_KINDS_IN_THE_WAY = {
    Kind.HTML: FeedFault.HTML,
    Kind.FEED: FeedFault.FEED,
    Kind.JSON: FeedFault.FEED,
}


def read(
    body: bytes, url: str, *, timezone: str, now: datetime, charset: str | None = None
) -> SitemapContents:
    """What the sitemap at `url` tells: news, other sitemaps, or pages that it does not call news.

    `timezone` is the zone of the site, for dates that name none; `now` the instant of fetching;
    `charset` the HTTP header's. A Listing is newest first, at most MAX_ITEMS. Raises FeedError for
    what is no sitemap; one without entries is a PlainSitemap without pages.
    """
    document = open_body(body, url, charset)
    if document.kind is not Kind.SITEMAP:
        raise FeedError(url, _KINDS_IN_THE_WAY.get(document.kind, FeedFault.UNREADABLE))
    return _contents(document, timezone=timezone, now=now)


def fresh_children(index: SitemapIndex, now: datetime) -> tuple[str, ...]:
    """The sitemaps of an index that may hold today's news: by name first, then the freshest.

    Those that say that they were changed long ago are left out, unless all of them say so.
    """
    since = now - FRESH_WITHIN
    fresh = [child.url for child in index.children if _is_since(child.modified, since)]
    return news_first(fresh or [child.url for child in index.children[:1]])


def _is_since(modified: Moment | None, since: datetime) -> bool:
    if isinstance(modified, datetime):
        return modified >= since
    return modified is None or modified >= since.date()


def _contents(body: Body, *, timezone: str, now: datetime) -> SitemapContents:
    tree = xml_documents.parse(body)
    entries = [_fields(one) for one in tree.entries("sitemap", "url")]
    if not entries and tree.note:
        raise FeedError(body.url, FeedFault.UNREADABLE)
    news = [entry for entry in entries if "news:news" in entry]
    if news:
        found = [_item(entry, body.url) for entry in news]
        notes = _notes(tree, others=len(entries) - len(news))
        return items.listing(found, timezone=timezone, now=now, notes=notes, newest_first=True)
    links = _freshest(entries, body.url, timezone=timezone, now=now)
    if name_of(tree.root) == "sitemapindex":
        return SitemapIndex(children=links, size=len(entries))
    return PlainSitemap(pages=links, size=len(entries))


def _notes(tree: XmlDocument, *, others: int) -> list[str]:
    notes = [tree.note] if tree.note else []
    if others:
        notes.append(f"{others:,} addresses that are no news left out")
    return notes


def _fields(entry: _Element) -> Mapping[str, str]:
    """The texts inside an entry by the names of their elements, of each name the first."""
    fields: dict[str, str] = {}
    for element in entry.iterdescendants("*"):
        fields.setdefault(name_of(element), (element.text or "").strip())
    return fields


def _item(entry: Mapping[str, str], url: str) -> Item:
    return Item(
        base=url,
        links=[entry.get("loc", "")],
        title=entry.get("news:title"),
        dates=[entry.get("news:publication_date", "")],
        tags=entry.get("news:keywords", "").split(","),
        image=entry.get("image:loc"),
    )


def _freshest(
    entries: Sequence[Mapping[str, str]], base: str, *, timezone: str, now: datetime
) -> tuple[SitemapLink, ...]:
    dated = [
        (feed_dates.read(entry.get("lastmod"), timezone=timezone, now=now), entry.get("loc", ""))
        for entry in entries
    ]
    kept = nlargest(MAX_ITEMS, dated, key=lambda one: feed_dates.order(one[0]))
    resolved = ((urls.resolve(base, location), modified) for modified, location in kept)
    return tuple(SitemapLink(url=url, modified=modified) for url, modified in resolved if url)
