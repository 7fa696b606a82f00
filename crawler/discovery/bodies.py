"""The bytes of a source, unpacked, measured and decoded, and what document they are. Pure."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from enum import StrEnum

from crawler.discovery.errors import FeedError, FeedFault
from crawler.extraction.charsets import decode

MAX_BYTES = 16 * 1024 * 1024
"""Of a source after unpacking. 50,000 addresses of a sitemap take a third of it."""

MAX_MEMBERS = 512
"""Of an archive. Finding each next one copies what is left: a great many tiny ones would take for ever."""

_GZIP = b"\x1f\x8b"
_ENCODING = re.compile(
    rb"""<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{2,40})""", re.IGNORECASE
)
_ENCODING_WITHIN = 1024
_LOOKED_THROUGH = 100_000
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_ROOT = re.compile(r"<(?:\w+:)?(rss|rdf|feed|urlset|sitemapindex)(?=[\s>/])", re.IGNORECASE)
_PROLOGUE = re.compile(r"<!DOCTYPE\b", re.IGNORECASE)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_SURROGATE = re.compile(
    r"&#(?:x0*d[89a-f][0-9a-f]{2}"
    r"|0*(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]));",
    re.IGNORECASE,
)
"""A reference to half a character, which libxml2 takes, and lxml and feedparser fall over."""


class Kind(StrEnum):
    """What a document is, by its first element."""

    FEED = "feed"
    JSON = "json"
    SITEMAP = "sitemap"
    HTML = "html"
    UNKNOWN = "unknown"


_KINDS = {"rss": Kind.FEED, "rdf": Kind.FEED, "feed": Kind.FEED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A document as text: of an XML one, what stands before it (warnings, blank lines) is gone."""

    url: str
    kind: Kind
    text: str


def open_body(data: bytes, url: str, charset: str | None) -> Body:
    """The document in the bytes that `url` gave; `charset` is the HTTP header's.

    gzip is unpacked, whatever the headers called it. Raises FeedError when the bytes are empty,
    more than MAX_BYTES or a damaged archive.
    """
    unpacked = _unpacked(data, url)
    declared = _ENCODING.search(unpacked[:_ENCODING_WITHIN])
    text = decode(unpacked, charset=declared[1].decode("ascii") if declared else charset)
    text = _SURROGATE.sub("", _NOT_IN_XML.sub("", text)).strip()
    if not text:
        raise FeedError(url, FeedFault.EMPTY)
    if text.startswith("{"):
        return Body(url=url, kind=Kind.JSON, text=text)
    return _xml_body(text, url)


def _xml_body(text: str, url: str) -> Body:
    root = _ROOT.search(text, 0, _LOOKED_THROUGH)
    html = _HTML.search(text, 0, root.start() if root else _LOOKED_THROUGH)
    if html is not None:
        return Body(url=url, kind=Kind.HTML, text=text)
    if root is None:
        return Body(url=url, kind=Kind.UNKNOWN, text=text)
    prologue = _PROLOGUE.search(text, 0, root.start())
    start = prologue.start() if prologue else root.start()
    return Body(url=url, kind=_KINDS.get(root[1].lower(), Kind.SITEMAP), text=text[start:])


def _unpacked(data: bytes, url: str) -> bytes:
    if data.startswith(_GZIP):
        data = _gunzipped(data, url)
    if len(data) > MAX_BYTES:
        raise FeedError(url, FeedFault.TOO_LARGE)
    return data


def _gunzipped(data: bytes, url: str) -> bytes:
    """What all members of an archive hold, at most one byte more than is allowed.

    One that is cut short is read as far as it goes.
    """
    unpacked, members = b"", 0
    try:
        while data.startswith(_GZIP) and len(unpacked) <= MAX_BYTES:
            members += 1
            if members > MAX_MEMBERS:
                raise FeedError(url, FeedFault.TOO_LARGE)
            member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            unpacked += member.decompress(data, MAX_BYTES + 1 - len(unpacked))
            data = member.unused_data
    except zlib.error as error:
        raise FeedError(url, FeedFault.UNREADABLE) from error
    return unpacked
