"""The tree of an HTML page, however it is written, and what its links are relative to. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from crawler import urls
from crawler.extraction.charsets import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

MAX_BYTES = 4 * 1024 * 1024
"""Of a page; what stands beyond is not looked at."""


def parse(body: bytes, charset: str | None) -> _Element | None:
    """The tree of a page, or None where it has none; `charset` is the HTTP header's."""
    text = decode(body[:MAX_BYTES], charset=charset).replace("\0", "")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlSyntaxError:
        return None


def base_of(root: _Element, url: str) -> str:
    """What the links of the page at `url` are relative to."""
    hrefs: Iterator[str] = (base.get("href", "") for base in root.iter("base"))
    return urls.resolve(url, next(hrefs, "")) or url
