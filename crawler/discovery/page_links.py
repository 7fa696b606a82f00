"""The links of a page as a reader sees them: where they lead, what they say, and where they stand. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree

from core.text import clean_line, excerpt
from crawler import urls
from crawler.discovery import html_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

MAX_LINKS = 5_000
"""Links of a page that are looked at."""
MAX_TEXTS = 12
"""Different texts that are kept of the links to one address."""
MAX_CHARACTERS = 400
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MAX_DEPTH = 40
_MAX_PARTS = 50


class Area(StrEnum):
    """The part of a page in which a link stands."""

    CONTENT = "content"
    NAVIGATION = "navigation"
    FOOT = "foot"


_AREAS = {"nav": Area.NAVIGATION, "header": Area.NAVIGATION, "footer": Area.FOOT}


@dataclass(slots=True, kw_only=True)
class Link:
    """An address that a page links to, however often; `url` as the page's first link to it has it.

    `texts` are the different things that its links say: their whole text, the texts of their parts,
    their titles, the descriptions of their pictures; in the page's order, clean, none empty.
    `heading` tells that one of the links is a heading or stands in one.
    """

    url: str
    texts: list[str] = field(default_factory=list)
    areas: set[Area] = field(default_factory=set)
    heading: bool = False


def links_of(body: bytes, url: str, charset: str | None = None) -> dict[str, Link]:
    """The http links of the page at `url` by canonical address, in the page's order.

    `charset` is the HTTP header's. A page that cannot be read has none.
    """
    root = html_documents.parse(body, charset)
    if root is None:
        return {}
    etree.strip_elements(root, "script", "style", "noscript", with_tail=False)
    base = html_documents.base_of(root, url)
    found: dict[str, Link] = {}
    for anchor in islice(root.iter("a"), MAX_LINKS):
        target = urls.resolve(base, anchor.get("href", "")) if _leads_away(anchor) else None
        if target is not None:
            link = found.setdefault(urls.canonical(target), Link(url=target))
            _add(link, anchor)
    return found


def _leads_away(anchor: _Element) -> bool:
    href = anchor.get("href", "").strip()
    return bool(href) and not href.startswith("#")


def _add(link: Link, anchor: _Element) -> None:
    area, heading = _position(anchor)
    link.areas.add(area)
    link.heading = link.heading or heading
    for text in _texts(anchor):
        line = excerpt(clean_line(text[: 4 * MAX_CHARACTERS]), MAX_CHARACTERS)
        if line and line not in link.texts and len(link.texts) < MAX_TEXTS:
            link.texts.append(line)


def _position(anchor: _Element) -> tuple[Area, bool]:
    heading = any(child.tag in _HEADINGS for child in islice(anchor.iter("*"), _MAX_PARTS))
    for ancestor in islice(anchor.iterancestors("*"), _MAX_DEPTH):
        heading = heading or ancestor.tag in _HEADINGS
        # A <header> of an article is no navigation: it holds the headline.
        if ancestor.tag == "article":
            return Area.CONTENT, heading
        if ancestor.tag in _AREAS:
            return _AREAS[str(ancestor.tag)], heading
    return Area.CONTENT, heading


def _texts(anchor: _Element) -> Iterator[str]:
    for element in islice(anchor.iter("*"), _MAX_PARTS):
        if element.tag == "img":
            yield element.get("alt", "")
        else:
            yield _text(element)
            yield element.text or ""
    yield anchor.get("title", "")


def _text(element: _Element) -> str:
    """The text in an element; an anchor that is never closed can hold the whole page."""
    return " ".join(islice(element.itertext(), _MAX_PARTS))
