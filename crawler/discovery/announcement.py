"""What a source says of an article before anybody has read it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

_OLDEST = datetime.min.replace(tzinfo=UTC)


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


def merged(first: Announcement, second: Announcement) -> Announcement:
    """What two sources say of one article: the first, completed by the second."""
    return replace(
        first,
        title=first.title or second.title,
        summary=first.summary or second.summary,
        published_at=first.published_at or second.published_at,
        published_on=first.published_on or second.published_on,
        authors=first.authors or second.authors,
        tags=first.tags or second.tags,
        section=first.section or second.section,
        image_url=first.image_url or second.image_url,
    )


def moment_of(announcement: Announcement) -> datetime:
    """When its article was published, to sort by: a day is its first instant, the unknown is oldest."""
    if announcement.published_at is not None:
        return announcement.published_at
    on = announcement.published_on
    return datetime(on.year, on.month, on.day, tzinfo=UTC) if on else _OLDEST
