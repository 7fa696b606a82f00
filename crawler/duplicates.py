"""When two articles are the same article. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from core.text import folded_words

if TYPE_CHECKING:
    from crawler.article import Article


def content_hash(article: Article) -> str:
    """A hash of what the article says: the words of its title and body, whatever their case and marks.

    The title counts: one text under two titles on one site is a page that was read wrongly.
    """
    said = " ".join((*folded_words(article.title), "\n", *folded_words(article.body)))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def title_hash(title: str) -> str:
    """A hash of the words of a title, whatever their case and marks."""
    return hashlib.sha256(" ".join(folded_words(title)).encode()).hexdigest()[:16]


def same_piece(article: Article, title: str, hashed: str) -> bool:
    """Whether an article is the stored one with this title and content hash.

    Asked where a page claims the address of another one as its canonical address: templates that name
    one address on every page would otherwise swallow the news.
    """
    return content_hash(article) == hashed or folded_words(article.title) == folded_words(title)
