"""What a source says of an article before anybody has read it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003  # a dataclass whose types are read at run time
from enum import StrEnum


class SourceKind(StrEnum):
    """What announces articles."""

    FEED = "feed"
    NEWS_SITEMAP = "news-sitemap"
    SECTION = "section"  # a page whose links lead to articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One article as its source lists it; text is clean, `url` as crawler.urls.resolve makes it.

    `summary` is the longest text that the source gives: a sentence, or the whole article.
    """

    url: str
    title: str | None = None
    summary: str | None = None
    published_at: datetime | None = None
    published_on: date | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    section: str | None = None
    image_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one source says, as the source orders it, each canonical address once.

    A news sitemap, and a feed that had to be cut, is newest first.
    """

    announcements: tuple[Announcement, ...]
    note: str | None = None  # what was odd about it ("read by feedparser", "cut short")
