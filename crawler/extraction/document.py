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

MAX_BYTES = 6 * 1024 * 1024
MAX_TAGS = 120_000
"""A page of news has a few thousand; each costs some 300 bytes of memory once parsed."""
MAX_ATTRIBUTES = 4_000
"""Of one tag."""

_A_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|article|section|h1|span|table|br)\b",
    re.IGNORECASE,
)
_ANOTHER_KIND = re.compile(
    r"\s*(?:%PDF-|(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:rss|feed|urlset|sitemapindex|svg)\b)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(r"""\"[^\"]*\"?|'[^']*'?""")
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
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
    if text.count("<") > MAX_TAGS or _has_monstrous_tag(text):
        raise PageTooLargeError(url)
    readable = _UNREADABLE.sub("", text)
    if not _is_html(text, readable):
        raise NotHtmlError(url)
    return Document(root=_tree(readable, url), url=url)


def _has_monstrous_tag(text: str) -> bool:
    """Whether one tag has so many attributes that libxml2, which compares each with each, would hang."""
    tags = (piece.partition(">")[0] for piece in text.split("<") if len(piece) > MAX_ATTRIBUTES)
    bare = (_QUOTED.sub("", tag) for tag in tags if len(tag) > MAX_ATTRIBUTES)
    return any(max(tag.count("="), len(tag.split())) > MAX_ATTRIBUTES for tag in bare)


def _is_html(text: str, readable: str) -> bool:
    if len(text) - len(readable) > len(text) * _UNREADABLE_SHARE:
        return False
    return not _ANOTHER_KIND.match(text) and bool(_A_TAG.search(readable))


def _tree(text: str, url: str) -> HtmlElement:
    parser = lxml.html.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        huge_tree=True,  # else libxml2 silently drops what is nested more than 255 deep
    )
    try:
        return lxml.html.document_fromstring(text.encode("utf-8"), parser=parser)
    except etree.LxmlError:
        raise NotHtmlError(url) from None
