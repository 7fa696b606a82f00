"""Feeds: RSS, Atom and JSON Feed, from the bytes that a site sent to what it announces. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.discovery import foreign_feeds, items, json_feeds, xml_documents, xml_feeds
from crawler.discovery.bodies import Kind, open_body
from crawler.discovery.errors import FeedError, FeedFault

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.discovery.announcement import Listing
    from crawler.discovery.bodies import Body
    from crawler.discovery.items import Item
    from crawler.discovery.xml_documents import XmlDocument


def read(
    body: bytes, url: str, *, timezone: str, now: datetime, charset: str | None = None
) -> Listing:
    """What the feed at `url` announces, in its order, at most items.MAX_ITEMS.

    `timezone` is the zone of the site, for dates that name none; `now` the instant of fetching;
    `charset` the HTTP header's. The note says what was odd. Raises FeedError for what is no feed;
    one without items is a feed that announces nothing.
    """
    document = open_body(body, url, charset)
    found, notes = _items(document)
    return items.listing(found, timezone=timezone, now=now, notes=notes)


def _items(body: Body) -> tuple[list[Item], list[str]]:
    if body.kind is Kind.HTML:
        raise FeedError(body.url, FeedFault.HTML)
    if body.kind is Kind.SITEMAP:
        raise FeedError(body.url, FeedFault.SITEMAP)
    if body.kind is Kind.JSON:
        return json_feeds.items(body), []
    return _xml_items(body)


def _xml_items(body: Body) -> tuple[list[Item], list[str]]:
    document = _parsed(body)
    found = xml_feeds.items(document, body.url) if document else []
    if document and found:
        return found, [document.note] if document.note else []
    foreign = foreign_feeds.items(body)
    if foreign:
        return foreign, ["read by feedparser"]
    if document is None or document.note:
        raise FeedError(body.url, FeedFault.UNREADABLE)
    return [], []  # well formed, and empty


def _parsed(body: Body) -> XmlDocument | None:
    """The tree of a feed, or None where only another reader can help; FeedError for a trap."""
    if body.kind is not Kind.FEED:
        return None
    try:
        return xml_documents.parse(body)
    except FeedError as error:
        if error.reason is FeedFault.UNREADABLE:
            return None
        raise
