"""From the bytes of a page to an article, or to the named reason why there is none.

`extract` and `extract_page` stand here because callers know them under these names; what they need
(lxml, trafilatura) is imported when one is first called, so that `crawler.extraction.dates` costs
nothing but itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.article import Article
    from crawler.extraction.reader import Reading


def extract(
    html: bytes | str, url: str, *, timezone: str, now: datetime, charset: str | None = None
) -> Article:
    """The article on a page, `site` left open; its evidence says where each field came from.

    `timezone` is the zone that the site writes its dates in, `now` the instant the page was
    fetched, `charset` the one that the HTTP header named. Raises a PageError with a `reason` for
    a page without an article, whatever its bytes are.
    """
    return extract_page(html, url, timezone=timezone, now=now, charset=charset).article


def extract_page(
    html: bytes | str, url: str, *, timezone: str, now: datetime, charset: str | None = None
) -> Reading:
    """As `extract`, with the addresses of the article's other pages and the lines that were left out.

    Fetch `rest.whole` where there is one and take its article instead; else follow `rest.next` from
    page to page, and put them together with crawler.extraction.paging.joined.
    """
    from crawler.extraction.reader import read  # noqa: PLC0415  # keeps this package cheap to import

    return read(html, url, timezone=timezone, now=now, charset=charset)
