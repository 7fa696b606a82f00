"""What a source says of an article before anybody has read it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003  # a dataclass whose types are read at run time
from enum import StrEnum


class SourceKind(StrEnum):
    """What announces articles."""

    FEED = "feed"
    NEWS_SITEMAP = "news-sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One article as its source lists it; text is clean, `url` absolute, http or https, without fragment."""

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
    """What one source says, newest first as the source orders it, each address once."""

    announcements: tuple[Announcement, ...]
    note: str | None = None  # what was odd about it ("read by feedparser", "cut at 1,000 items")
