"""What a source holds, whatever kind of source it is. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.discovery import feeds, sections, sitemaps
from crawler.discovery.announcement import SourceKind
from crawler.discovery.errors import FeedError, FeedFault

if TYPE_CHECKING:
    from datetime import datetime


def read(
    body: bytes,
    url: str,
    kind: SourceKind | None,
    *,
    timezone: str,
    now: datetime,
    charset: str | None = None,
) -> tuple[SourceKind, sitemaps.SitemapContents]:
    """The kind of the source at `url` and what it holds; one of unknown kind is a feed or a sitemap.

    `timezone` is the zone of the site, for dates that name none; `now` the instant of fetching;
    `charset` the HTTP header's. Only what is known to be a section page is read as one: an HTML page in a
    feed's place is a feed that broke. Raises FeedError for what is no source of its kind.
    """
    if kind is SourceKind.SECTION:
        return kind, sections.read(body, url, now=now, charset=charset).listing
    if kind is not SourceKind.NEWS_SITEMAP:
        try:
            listing = feeds.read(body, url, timezone=timezone, now=now, charset=charset)
        except FeedError as error:
            if error.reason is not FeedFault.SITEMAP:
                raise
        else:
            return SourceKind.FEED, listing
    found = sitemaps.read(body, url, timezone=timezone, now=now, charset=charset)
    return SourceKind.NEWS_SITEMAP, found
