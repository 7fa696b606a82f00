"""rakyatku.com, a news site in Makassar: no machine-readable date, its own names for every part of a page."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from core.text import clean_line
from crawler.extraction.overrides import Overrides, PublisherPages, Version

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.extraction.document import Document

_NAMED = re.compile(
    r"(?P<part>editor|penulis|reporter|laporan)\s*:\s*(?P<name>[^:|]{3,60})", re.IGNORECASE
)


def _first_layout(document: Document) -> Overrides | None:
    """The layout with Indonesian class names: judul, waktu, penulis, isi, tag."""
    root = document.root
    title, body = _first(root, "judul"), _first(root, "isi")
    if title is None or body is None:
        return None
    named = _named(_text(_first(root, "penulis")))
    tag_list = _first(root, "tag")
    links = tag_list.iter("a") if tag_list is not None else ()
    return Overrides(
        title=_text(title) or None,
        published=_text(_first(root, "waktu")) or None,
        authors=tuple(name for part, name in named if part != "editor"),
        editors=tuple(name for part, name in named if part == "editor"),
        tags=tuple(text for link in links if (text := _text(link).strip("# "))),
        body=body,
    )


def _named(line: str) -> list[tuple[str, str]]:
    return [(found["part"].lower(), found["name"].strip()) for found in _NAMED.finditer(line)]


def _first(root: HtmlElement, name: str) -> HtmlElement | None:
    return next(iter(root.find_class(name)), None)


def _text(element: HtmlElement | None) -> str:
    return clean_line("".join(element.itertext())) if element is not None else ""


PAGES = PublisherPages(
    name="rakyatku",
    versions=(Version(since=date(2017, 1, 1), read=_first_layout),),
)
