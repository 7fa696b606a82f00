"""Articles on several pages: where the rest of one stands, and the whole put together again. Pure.

A page belongs to an article when its address is the article's own but for the number of the page; a
link may say of itself what it likes ("Selanjutnya", rel=next), since blogs say it of other articles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.extraction.publishers import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.article import Article
    from crawler.extraction.document import Document

MAX_PAGES = 10
"""Pages of one article, the first included; what has more is a list of something."""
_MOST_LINKS = 2_000
_NUMBERS = frozenset({"page", "halaman", "hal", "paged", "pg", "p", "showpage", "pagenum"})
_WHOLE = frozenset({"all", "semua", "full"})
_WHOLE_FLAGS = frozenset({"single", "single_page", "showall", "all"})
_YES = frozenset({"1", "yes", "true"})
_LAST_STEP = re.compile(r"^(?P<base>.+?)/(?:(?:page|halaman|hal)[/-]?)?(?P<number>\d{1,2})/?$")
_ALL_STEP = re.compile(r"^(?P<base>.+?)/(?:page/|halaman/)?(?:all|semua)/?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Where the rest of an article stands: `whole` on one page, or at least the `next` page of it."""

    whole: str | None = None
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """An address taken apart: the article's own part, and the page's number; 0 means all pages."""

    base: tuple[str, str, str]
    number: int


def rest(document: Document) -> Rest:
    """What the links of a page say about the other pages of its article."""
    here = _places(document.url)
    number = max((place.number for place in here), default=1)
    bases = {place.base for place in here}
    whole = after = None
    for address in _links(document):
        for place in _places(address):
            if place.base not in bases:
                continue
            if place.number == 0:
                whole = whole or address
            elif place.number == number + 1 <= MAX_PAGES:
                after = after or address
    return Rest(whole=whole if number else None, next=after)


def joined(first: Article, rest: Sequence[Article]) -> Article:
    """The article whose pages these are, in order: each paragraph once, people and tags from any page."""
    pages = (first, *rest[: MAX_PAGES - 1])
    paragraphs = dict.fromkeys(text for page in pages for text in page.body.split("\n\n") if text)
    body = "\n\n".join(paragraphs)
    if body == first.body:
        return first
    source = first.evidence.get("body", "page")
    return replace(
        first,
        body=body,
        authors=_any(page.authors for page in pages),
        editors=_any(page.editors for page in pages),
        tags=_any(page.tags for page in pages),
        evidence={**first.evidence, "body": f"{source} ({len(pages)} pages)"},
    )


def _any(values: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return next((value for value in values if value), ())


def _links(document: Document) -> Iterator[str]:
    seen = 0
    for link in document.root.iter("link", "a"):
        href = link.get("href")
        if not href or (link.tag == "link" and "next" not in (link.get("rel") or "").lower()):
            continue
        seen += 1
        if seen > _MOST_LINKS:
            return
        address = absolute(href, document.url) if _may_be_a_page(href) else None
        if address is not None:
            yield address


def _may_be_a_page(href: str) -> bool:
    """Most links name no page at all: that is told without taking them apart."""
    return "=" in href or href.rstrip("/")[-1:].isdigit() or "all" in href or "semua" in href


def _places(address: str) -> list[_Place]:
    """The ways to take an address apart: as it stands, and with its last step as the page's number."""
    try:
        parts = urlsplit(address)
        query = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return []
    host = (parts.hostname or "").removeprefix("www.")
    numbers = [number for name, value in query if (number := _number(name, value)) is not None]
    others = urlencode([(name, value) for name, value in query if _number(name, value) is None])
    path = parts.path.rstrip("/")
    if numbers:
        return [_Place(base=(host, path, others), number=numbers[0])]
    places = [_Place(base=(host, path, others), number=1)]
    step, whole = _LAST_STEP.match(path), _ALL_STEP.match(path)
    if step is not None:
        places.append(_Place(base=(host, step["base"], others), number=int(step["number"])))
    if whole is not None:
        places.append(_Place(base=(host, whole["base"], others), number=0))
    return places


def _number(name: str, value: str) -> int | None:
    """The page that a parameter of a query names; 0 for all of them, None where it names none."""
    if name.lower() in _WHOLE_FLAGS and value.lower() in _YES:
        return 0
    if name.lower() not in _NUMBERS:
        return None
    if value.lower() in _WHOLE:
        return 0
    return int(value) if value.isascii() and value.isdigit() and 0 < int(value[:4]) < 100 else None
