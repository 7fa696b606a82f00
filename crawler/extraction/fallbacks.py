"""What general libraries see on a page that gives our own readers nothing."""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING

import htmldate
import trafilatura

from core.text import clean_text

if TYPE_CHECKING:
    from crawler.extraction.document import Document

_log = logging.getLogger(__name__)
_MOST_ELEMENTS = 6_000  # a large page of news has some two thousand
_OLDEST = "1995-01-01"


def paragraphs(document: Document, *, elements: int) -> tuple[str, ...]:
    """The paragraphs that trafilatura finds; it works on its own copy of the tree.

    None on a page of very many elements, on which it can take minutes.
    """
    if elements > _MOST_ELEMENTS:
        return ()
    try:
        text = trafilatura.extract(
            document.root, url=document.url, fast=True, favor_recall=True, include_comments=False
        )
    except Exception:  # noqa: BLE001  # any page at all comes here, and its failure is only no second opinion
        _log.warning("trafilatura failed on %s", document.url, exc_info=True)
        return ()
    return tuple(clean_text(text or "").split("\n\n")) if text else ()


def day(document: Document, *, elements: int, latest: date) -> date | None:
    """The day that htmldate finds in the page's markup, no later than `latest`; limited as `paragraphs`."""
    if elements > _MOST_ELEMENTS:
        return None
    try:
        found = htmldate.find_date(
            document.root,
            url=document.url,
            original_date=True,
            extensive_search=False,
            min_date=_OLDEST,
            max_date=latest.isoformat(),
        )
        return date.fromisoformat(found) if found else None
    except Exception:  # noqa: BLE001  # as above
        _log.warning("htmldate failed on %s", document.url, exc_info=True)
        return None
