"""What is known of an article that a newsroom on loopback publishes, and of a request made there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bench.newswire.pieces import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One site: its name for config.yaml, and absolute addresses."""

    name: str
    url: str
    """The front page; ends in a slash."""
    feed: str
    news_sitemap: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One article. Those of one `story` are copies of each other, under headlines of their own."""

    site: str
    url: str
    title: str
    story: str
    published_at: datetime
    """UTC; listings and pages show it from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """All that its page shows."""

    published: Published
    piece: Piece
    author: str
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """A request and its answer; `size` is of the body as sent, in bytes."""

    site: str
    path: str
    status: int
    size: int
    at: datetime
