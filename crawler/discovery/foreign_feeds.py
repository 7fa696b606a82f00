"""Feeds that only feedparser can read: CDF, upper-case tags, damage beyond our mending. Pure.

Several times as slow as our own reader, hence asked last and only for small feeds.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import feedparser

from crawler.discovery.errors import FeedError, FeedFault
from crawler.discovery.items import Item

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.discovery.bodies import Body

MAX_CHARACTERS = 1_000_000
_HAS_ITEMS = re.compile(r"<(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)
_DATES = ("published", "issued", "created", "updated")


def items(body: Body) -> list[Item]:
    """The items that feedparser finds, in their order; none in what is large.

    Raises FeedError for what it stumbles over.
    """
    if len(body.text) > MAX_CHARACTERS or not _HAS_ITEMS.search(body.text):
        return []
    try:
        found = _parsed(body.text)
    except Exception as error:  # it promises to read anything, and does not: &#x110000; is enough
        raise FeedError(body.url, FeedFault.UNREADABLE) from error
    return [_item(dict(entry), body.url) for entry in found.entries]


def _parsed(text: str) -> Any:
    # A stream, because feedparser would open a string that looks like an address or a file name.
    return feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )


def _item(entry: Mapping[str, Any], url: str) -> Item:
    contents = [content.get("value", "") for content in entry.get("content", ())]
    return Item(
        base=url,
        links=[entry["link"]] if entry.get("link") else [],
        guid=entry.get("id"),
        title=entry.get("title"),
        texts=[entry.get("summary", ""), *contents],
        dates=[entry[name] for name in _DATES if entry.get(name)],
        authors=[author["name"] for author in entry.get("authors", ()) if author.get("name")],
        tags=[tag["term"] for tag in entry.get("tags", ()) if tag.get("term")],
    )
