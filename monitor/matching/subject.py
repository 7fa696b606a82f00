"""What of an article watchlists are matched on: its fields by the names that terms use, and its day. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from crawler.article import Article


def fields(
    *,
    title: str,
    body: str,
    tags: Sequence[str],
    authors: Sequence[str],
    editors: Sequence[str],
    section: str | None,
    url: str,
) -> dict[str, str | Sequence[str]]:
    """The fields that Matcher.match reads; `author` has all who are credited, editors too."""
    return {
        "title": title,
        "body": body,
        "tags": tags,
        "author": (*authors, *editors),
        "section": section or "",
        "url": url,
    }


def fields_of(article: Article) -> dict[str, str | Sequence[str]]:
    """As `fields`, of an article."""
    return fields(
        title=article.title,
        body=article.body,
        tags=article.tags,
        authors=article.authors,
        editors=article.editors,
        section=article.section,
        url=article.url,
    )


def day_of(article: Article, first_seen_at: datetime) -> date:
    """The day on which it was published, as far as anyone knows: else the day on which it was seen."""
    if article.published_at is not None:
        return article.published_at.date()
    return article.published_on or first_seen_at.date()
