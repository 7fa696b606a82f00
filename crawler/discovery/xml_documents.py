"""XML as sites write it: read strictly, then mended and read again, within limits. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree

from crawler.discovery.errors import FeedError, FeedFault

if TYPE_CHECKING:
    from lxml.etree import _Element

    from crawler.discovery.bodies import Body

MAX_ENTRIES = 50_000
"""More than a sitemap may have (sitemaps.org); what stands beyond is not looked at."""

_STRAY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)|<(?![\w/!?])")
_NAMES = {
    None: "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dc:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://search.yahoo.com/mrss": "media:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://www.google.com/schemas/sitemap-news/0.9": "news:",
    "http://www.google.com/schemas/sitemap-image/1.1": "image:",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "",
    "http://www.google.com/schemas/sitemap/0.84": "",
}
"""What a namespace (in lower case) is called here; those whose elements mean the same share it."""


@dataclass(frozen=True, slots=True)
class XmlDocument:
    """The tree of a document; `note` says how it was mended, `cut` that its end is missing."""

    root: _Element
    note: str | None = None
    cut: bool = False

    def entries(self, *names: str) -> list[_Element]:
        """The first MAX_ENTRIES elements of these names, in any namespace.

        Where the end of the document is missing, only whole ones: of one that is cut in two, even
        the address may be half.
        """
        every = self.root.iter(*(f"{{*}}{name}" for name in names))
        found = list(islice(every, MAX_ENTRIES))
        if self.cut and found and found[-1].tail is None and found[-1].getnext() is None:
            found.pop()
        return found


def parse(body: Body) -> XmlDocument:
    """The tree of an XML document; entities stay unresolved and nothing is fetched.

    Raises FeedError for one that no mending makes readable, and for one that is a trap.
    """
    strict = _parser(recover=False)
    try:
        return XmlDocument(etree.fromstring(body.text.encode(), strict, base_url=body.url))
    except etree.XMLSyntaxError:
        _refuse_bomb(strict, body.url)
    return _mended(body)


def name_of(element: _Element) -> str:
    """What an element is called, in lower case, with its namespace's usual prefix ("dc:date")."""
    namespace, _, local = str(element.tag).rpartition("}")
    prefix = _NAMES.get(namespace.removeprefix("{").lower() or None, "?:")
    return prefix + local.lower()


def markup_of(element: _Element) -> str:
    """What stands in an element: its text, or, where it holds elements, their markup."""
    text = element.text or ""
    if len(element) == 0:
        return text
    return text + "".join(etree.tostring(child, encoding="unicode") for child in element)


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _mended(body: Body) -> XmlDocument:
    parser = _parser(recover=True)
    mended = _with_strays_escaped(body.text)
    try:
        root = etree.fromstring(mended.encode(), parser, base_url=body.url)
    except etree.XMLSyntaxError as error:
        raise FeedError(body.url, _fault(parser) or FeedFault.UNREADABLE) from error
    if root is None:
        raise FeedError(body.url, _fault(parser) or FeedFault.UNREADABLE)
    _refuse_bomb(parser, body.url)
    cut = not _ends(body.text, root)
    return XmlDocument(root, "cut short" if cut else "mended", cut)


def _ends(text: str, root: _Element) -> bool:
    local = str(root.tag).rpartition("}")[2].rpartition(":")[2]
    return re.search(rf"</(?:\w+:)?{re.escape(local)}\s*>", text[-10_000:]) is not None


def _refuse_bomb(parser: etree.XMLParser, url: str) -> None:
    fault = _fault(parser)
    if fault is not None:
        raise FeedError(url, fault)


def _fault(parser: etree.XMLParser) -> FeedFault | None:
    """The limit of libxml2 that a document broke."""
    for entry in parser.error_log:
        if entry.type_name in ("ERR_RESOURCE_LIMIT", "ERR_ENTITY_LOOP"):
            deep = "depth" in entry.message.lower()
            return FeedFault.TOO_DEEP if deep else FeedFault.ENTITY_BOMB
    return None


def _with_strays_escaped(text: str) -> str:
    """What only looks like markup as text: `a < b`, `&` and HTML's own entities; CDATA untouched."""
    before, *sections = text.split("<![CDATA[")
    parts = [_STRAY.sub(_escape, before)]
    for section in sections:
        inside, end, outside = section.partition("]]>")
        parts += ["<![CDATA[", inside, end, _STRAY.sub(_escape, outside)]
    return "".join(parts)


def _escape(stray: re.Match[str]) -> str:
    return "&amp;" if stray[0] == "&" else "&lt;"
