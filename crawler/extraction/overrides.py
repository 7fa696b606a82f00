"""What a publisher's own file in crawler.pages says of its pages, and how that file is found by its name.

A file crawler/pages/NAME.py serves the hosts whose registered label is NAME ("rakyatku" for
news.rakyatku.com) and has a constant `PAGES`. It is pure: from a parsed page to the fields that the
general way would get wrong.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import crawler.pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from lxml.html import HtmlElement

    from crawler.extraction.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """The fields that a publisher's file knows better; None leaves a field to the general way.

    `published` is the date as it is printed; `body` is the element that holds the text, from which
    the general way still takes out what is no text. Lines are clean.
    """

    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] | None = None
    editors: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    body: HtmlElement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One layout of a publisher's pages: served from the day `since` on, as far as is known.

    `read` gives None for a page that is not in this layout.
    """

    since: date
    read: Callable[[Document], Overrides | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherPages:
    """A publisher's layouts, the newest first. An old page may be read long after it was served."""

    name: str
    versions: tuple[Version, ...]

    def read(self, document: Document, *, now: datetime) -> Overrides | None:
        """By the newest layout that was served by `now` and that the page is in; None by none of them."""
        for version in self.versions:
            if version.since <= now.date():
                found = version.read(document)
                if found is not None:
                    return found
        return None


@cache  # the files do not change while a process runs
def names() -> frozenset[str]:
    """The names of all publishers that have a file."""
    return frozenset(module.name for module in pkgutil.iter_modules(crawler.pages.__path__))


@cache
def pages_of(brand: str) -> PublisherPages | None:
    """The file of the publisher whose host's registered label is `brand`, or None."""
    if brand not in names():
        return None
    pages: PublisherPages = importlib.import_module(f"crawler.pages.{brand}").PAGES
    return pages
