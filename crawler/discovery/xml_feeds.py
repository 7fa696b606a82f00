"""RSS 0.9x, 1.0 and 2.0 and Atom 0.3 and 1.0, read from a tree that may be damaged. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from crawler.discovery.items import Item
from crawler.discovery.xml_documents import markup_of, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lxml.etree import _Element

    from crawler.discovery.xml_documents import XmlDocument

    Fields = Mapping[str, Sequence[_Element]]

_ORIGINAL_LINKS = ("feedburner:origlink",)
_TITLES = ("title", "media:title", "dc:title")
_TEXTS = (
    "description",
    "summary",
    "content:encoded",
    "content",
    "media:description",
    "itunes:summary",
)
_PUBLISHED = (
    "pubdate",
    "published",
    "dc:date",
    "dc:issued",
    "issued",
    "dc:created",
    "created",
    "date",
)
_UPDATED = ("updated", "dc:modified", "modified")
_AUTHORS = ("dc:creator", "author", "creator", "itunes:author")
_TAGS = ("category", "dc:subject")
_TAG_LISTS = ("media:keywords", "itunes:keywords")
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_TRUTHS = frozenset({"true", "1", "yes", ""})


def items(document: XmlDocument, url: str) -> list[Item]:
    """The items of a feed, in its order; of a document that is cut short, the whole ones."""
    return [_item(element, url) for element in document.entries("item", "entry")]


def _item(element: _Element, url: str) -> Item:
    fields = _fields(element)
    guid = _first_text(fields, ("guid", "id"))
    return Item(
        base=_base(fields, element) or url,
        links=list(_links(element, fields)),
        guid=guid,
        title=next(
            (found for found in map(markup_of, _all(fields, _TITLES)) if found.strip()), None
        ),
        texts=[markup_of(one) for one in _all(fields, _TEXTS)],
        dates=[one.text or "" for one in _all(fields, (*_PUBLISHED, *_UPDATED))],
        authors=[_author(one) for one in _all(fields, _AUTHORS)],
        tags=list(_tags(fields)),
        image=next(_images(fields), None),
    )


def _fields(element: _Element) -> Fields:
    """The children of an item by name, those of a media:group among them."""
    fields: dict[str, list[_Element]] = defaultdict(list)
    for child in element.iterchildren("*"):
        name = name_of(child)
        if name == "media:group":
            for inner in child.iterchildren("*"):
                fields[name_of(inner)].append(inner)
        fields[name].append(child)
    return fields


def _all(fields: Fields, names: Iterable[str]) -> Iterator[_Element]:
    for name in names:
        yield from fields.get(name, ())


def _first_text(fields: Fields, names: Iterable[str]) -> str | None:
    texts = ((one.text or "").strip() for one in _all(fields, names))
    return next(filter(None, texts), None)


def _base(fields: Fields, element: _Element) -> str | None:
    """What the links of an item are relative to: its xml:base, else the address of the document."""
    links = fields.get("link")
    return (links[0] if links else element).base


def _links(element: _Element, fields: Fields) -> Iterator[str]:
    """What may be the address of the article, the surest first."""
    for original in _all(fields, _ORIGINAL_LINKS):
        yield original.text or ""
    yield from _sorted_links(fields.get("link", ()))
    for guid in fields.get("guid", ()):
        if guid.get("isPermaLink", "true").strip().lower() in _TRUTHS:
            yield from _absolute(guid.text)
    for identifier in fields.get("id", ()):
        yield from _absolute(identifier.text)
    yield element.get(_RDF_ABOUT, "")


def _sorted_links(links: Sequence[_Element]) -> Iterator[str]:
    """The addresses in links that stand for the article itself, HTML before other formats."""
    hrefs = [link for link in links if link.get("href") and _is_alternate(link)]
    hrefs.sort(key=lambda link: "html" not in link.get("type", "text/html"))
    yield from ((link.text or "").strip() for link in links if not link.get("href"))
    yield from (link.get("href", "") for link in hrefs)


def _is_alternate(link: _Element) -> bool:
    return link.get("rel", "alternate").strip().lower() in ("alternate", "")


def _absolute(text: str | None) -> Iterator[str]:
    """An identifier that is an address; "1" is none, though it could be read as a relative one."""
    text = (text or "").strip()
    if text.lower().startswith(("http://", "https://")):
        yield text


def _author(element: _Element) -> str:
    """RSS writes the name as text, Atom in an element of its own."""
    for child in element.iterchildren("*"):
        if name_of(child) == "name":
            return child.text or ""
    return element.text or ""


def _tags(fields: Fields) -> Iterator[str]:
    for one in _all(fields, _TAGS):
        yield one.get("label") or one.get("term") or one.text or ""
    for one in _all(fields, _TAG_LISTS):
        yield from (one.text or "").split(",")


def _images(fields: Fields) -> Iterator[str]:
    for one in _all(fields, ("media:content", "enclosure")):
        kind = one.get("medium") or one.get("type") or ""
        if kind.lower().startswith("image") and one.get("url"):
            yield one.get("url", "")
    for one in _all(fields, ("media:thumbnail", "itunes:image")):
        yield from filter(None, (one.get("url") or one.get("href"),))
    for one in _all(fields, ("thumbnail", "image")):
        inner = next((child for child in one.iterchildren("*") if name_of(child) == "url"), one)
        yield from filter(None, ((inner.text or "").strip(),))
