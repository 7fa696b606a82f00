"""What an article is made fit with before it is handed on: clean text, one address, the feed's help. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.text import clean_line, clean_text
from crawler.article import Article
from crawler.urls import canonical, same_site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.discovery.announcement import Announcement

MAX_TITLE = 500
MAX_BODY = 400_000
MAX_NAMES = 30
_FEED = "feed"


def finished(article: Article, announcement: Announcement, *, site: str) -> Article:
    """The article with its text cleaned, its canonical address normalised, and its gaps filled.

    What the page does not say (its date, people, tags, section, picture) is taken from what its source
    announced, and the evidence says so.
    """
    found: dict[str, Any] = {
        "published_at": announcement.published_at,
        "authors": announcement.authors,
        "tags": announcement.tags,
        "section": announcement.section,
        "image_url": announcement.image_url,
    }
    if article.published_at is not None:
        found.pop("published_at")
    elif announcement.published_at is None and article.published_on is None:
        found["published_on"] = announcement.published_on
    gaps = {name: value for name, value in found.items() if value and not getattr(article, name)}
    filled = replace(
        article,
        **gaps,
        site=site,
        evidence={**article.evidence, **dict.fromkeys(gaps, _FEED)},
    )
    if filled.published_at is not None:
        filled = replace(filled, published_on=None)
    return cleaned(filled)


def thin(announcement: Announcement, *, site: str) -> Article | None:
    """What a source says of an article, as an article that stands in for its page; None without a title."""
    if not announcement.title:
        return None
    said = {
        "title": announcement.title,
        "body": announcement.summary,
        "published_at": announcement.published_at,
        "published_on": announcement.published_on,
        "authors": announcement.authors,
        "tags": announcement.tags,
    }
    return cleaned(
        Article(
            url=announcement.url,
            canonical_url=announcement.url,
            site=site,
            title=announcement.title,
            body=announcement.summary or "",
            published_at=announcement.published_at,
            published_on=None if announcement.published_at else announcement.published_on,
            authors=announcement.authors,
            tags=announcement.tags,
            section=announcement.section,
            image_url=announcement.image_url,
            thin=True,
            evidence={name: _FEED for name, value in said.items() if value},
        )
    )


def cleaned(article: Article) -> Article:
    """The same article with every text clean and within its limits, and its canonical address normalised.

    A canonical address on another site is not believed: it would let one site take another's place.
    """
    return replace(
        article,
        canonical_url=canonical(_believed(article.canonical_url, article.url)),
        title=clean_line(article.title, MAX_TITLE),
        body=clean_text(article.body, MAX_BODY),
        dateline=clean_line(article.dateline or "", 200) or None,
        authors=_names(article.authors),
        editors=_names(article.editors),
        tags=_names(article.tags),
        section=clean_line(article.section or "", 200) or None,
        language=clean_line(article.language or "", 35) or None,
        image_url=clean_line(article.image_url or "", 2000) or None,
        evidence={field: clean_line(said, 300) for field, said in article.evidence.items()},
    )


def _believed(claimed: str, url: str) -> str:
    try:
        return claimed if same_site(claimed, url) else url
    except ValueError:  # what the page claims is no address
        return url


def _names(names: Iterable[str]) -> tuple[str, ...]:
    clean = (clean_line(name, 200) for name in names)
    return tuple(dict.fromkeys(name for name in clean if name))[:MAX_NAMES]
