"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/). Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crawler.discovery.errors import FeedError, FeedFault
from crawler.discovery.items import Item

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawler.discovery.bodies import Body

_LINKS = ("url", "external_url", "id")
_TEXTS = ("summary", "content_html", "content_text")
_DATES = ("date_published", "date_modified")


def items(body: Body) -> list[Item]:
    """The items of a JSON feed, in its order; FeedError for JSON that is none."""
    try:
        feed = json.loads(body.text)
    except RecursionError as error:
        raise FeedError(body.url, FeedFault.TOO_DEEP) from error
    except ValueError as error:
        raise FeedError(body.url, FeedFault.UNREADABLE) from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise FeedError(body.url, FeedFault.UNREADABLE)
    return [_item(one, body.url) for one in feed["items"] if isinstance(one, dict)]


def _item(item: Mapping[str, Any], url: str) -> Item:
    return Item(
        base=url,
        links=[text for name, text in _texts(item, _LINKS) if name != "id" or "://" in text],
        title=next((text for _, text in _texts(item, ("title",))), None),
        texts=[text for _, text in _texts(item, _TEXTS)],
        dates=[text for _, text in _texts(item, _DATES)],
        authors=list(_authors(item)),
        tags=[tag for tag in _list(item, "tags") if isinstance(tag, str)],
        image=next((text for _, text in _texts(item, ("image", "banner_image"))), None),
    )


def _texts(item: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Those of the keys that hold text, with it."""
    for name in names:
        value = item.get(name)
        if isinstance(value, str) and value.strip():
            yield name, value


def _authors(item: Mapping[str, Any]) -> Iterator[str]:
    """Version 1.1 has a list, version 1.0 a single one."""
    for author in (*_list(item, "authors"), item.get("author")):
        if isinstance(author, dict) and isinstance(author.get("name"), str):
            yield author["name"]


def _list(item: Mapping[str, Any], name: str) -> list[Any]:
    value = item.get(name)
    return value if isinstance(value, list) else []
