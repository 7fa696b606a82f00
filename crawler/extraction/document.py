"""A page as one lxml tree, parsed once for every reader of it, within limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import lxml.html
from lxml import etree

from crawler.extraction.charsets import decode
from crawler.extraction.errors import NotHtmlError, PageTooLargeError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_BYTES = 5 * 1024 * 1024
MAX_TAGS = 40_000
"""Opening and closing ones. A page of news has some five thousand at most; with eight times as many a page
still takes less than three seconds."""
MAX_ATTRIBUTES = 1_000
"""Of one tag."""

# lxml.html's own way asks a Python function for the class of each element, because of forms.
_PLAIN_ELEMENTS = etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement)
_A_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|article|section|h1|span|table|br)\b",
    re.IGNORECASE,
)
_ANOTHER_KIND = re.compile(
    r"\s*(?:%PDF-|(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:rss|feed|urlset|sitemapindex|svg)\b)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(rb"""\"[^\"]*\"?|'[^']*'?""")
# In UTF-8, where these bytes stand for nothing else.
_UNREADABLE = bytes(code for code in range(32) if code not in b"\t\n\r")
_UNREADABLE_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed page, without comments; readers do not change the tree."""

    root: HtmlElement
    url: str


def parse(html: bytes | str, url: str, *, charset: str | None = None) -> Document:
    """Raises NotHtmlError and PageTooLargeError."""
    if len(html) > MAX_BYTES:
        raise PageTooLargeError(url)
    text = html if isinstance(html, str) else decode(html, charset=charset)
    data = text.encode("utf-8", errors="ignore")
    if data.count(b"<") > MAX_TAGS or _has_monstrous_tag(data):
        raise PageTooLargeError(url)
    readable = data.translate(None, _UNREADABLE)
    if len(data) - len(readable) > len(data) * _UNREADABLE_SHARE or not _is_html(text):
        raise NotHtmlError(url)
    return Document(root=_tree(readable, url), url=url)


def _has_monstrous_tag(data: bytes) -> bool:
    """Whether one tag has so many attributes that libxml2, which compares each with each, would hang."""
    pieces = (piece for piece in data.split(b"<") if len(piece) > MAX_ATTRIBUTES)
    tags = (piece.partition(b">")[0] for piece in pieces if piece[:1].isalpha())
    return any(_is_monstrous(tag) and _is_monstrous(_QUOTED.sub(b"", tag)) for tag in tags)


def _is_monstrous(tag: bytes) -> bool:
    return max(tag.count(b"="), len(tag.split())) > MAX_ATTRIBUTES


def _is_html(text: str) -> bool:
    return not _ANOTHER_KIND.match(text) and bool(_A_TAG.search(text))


def _tree(data: bytes, url: str) -> HtmlElement:
    parser = lxml.html.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        huge_tree=True,  # else libxml2 silently drops what is nested more than 255 deep
    )
    parser.set_element_class_lookup(_PLAIN_ELEMENTS)
    try:
        return lxml.html.document_fromstring(data, parser=parser)
    except etree.LxmlError:
        raise NotHtmlError(url) from None
