"""Why a fetched source tells nothing.

FeedError    (core.errors.SiagaError) a fetched source is no feed or sitemap; its `reason` says why
"""

from __future__ import annotations

from enum import StrEnum

from core.errors import SiagaError


class FeedFault(StrEnum):
    """What is wrong with bytes that should have been a feed or a sitemap."""

    EMPTY = "empty"
    HTML = "html-instead-of-feed"
    SITEMAP = "sitemap-instead-of-feed"
    FEED = "feed-instead-of-sitemap"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    ENTITY_BOMB = "entity-bomb"
    UNREADABLE = "unreadable"


_SENTENCES = {
    FeedFault.EMPTY: "the answer is empty",
    FeedFault.HTML: "this is an HTML page, not a feed or a sitemap",
    FeedFault.SITEMAP: "this is a sitemap, not a feed",
    FeedFault.FEED: "this is a feed, not a sitemap",
    FeedFault.TOO_LARGE: "this is larger than any honest feed or sitemap",
    FeedFault.TOO_DEEP: "this is nested too deeply for a feed or a sitemap",
    FeedFault.ENTITY_BOMB: "this defines entities that grow without bound",
    FeedFault.UNREADABLE: "this is neither a feed nor a sitemap",
}


class FeedError(SiagaError):
    """What was fetched from `url` is no feed or sitemap, because of `reason`."""

    def __init__(self, url: str, reason: FeedFault) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"{url}: {_SENTENCES[reason]}")
