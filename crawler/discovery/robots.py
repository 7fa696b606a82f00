"""The sitemaps that a robots.txt names, which of them are likely to carry news, and its pauses. Pure.

What robots.txt forbids is not read here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego

from crawler import urls

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_BYTES = 512 * 1024
"""RFC 9309, 2.5, wants 500 KiB to be read."""
MAX_SITEMAPS = 100
MAX_CRAWL_DELAY = 3600.0
"""Seconds. Beyond that it is a slip, and a site could shut itself off."""

_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*([^\s#]\S*)", re.IGNORECASE | re.MULTILINE)
_PAUSES = re.compile(r"crawl-?delay", re.IGNORECASE)
_NEWS = re.compile(r"news|berita|terkini|terbaru", re.IGNORECASE)
_NO_NEWS = re.compile(
    r"image|gambar|foto|photo|video|tag|categor|kategori|kanal|author|penulis|page|halaman|static"
    r"|archive|arsip",
    re.IGNORECASE,
)


def sitemaps_of(body: bytes, url: str) -> tuple[str, ...]:
    """The absolute http addresses in the Sitemap lines of the robots.txt at `url`, each once."""
    text = body[:MAX_BYTES].decode("utf-8-sig", errors="replace")
    lines = "\n".join(text.splitlines())
    found = (urls.resolve("", match[1]) for match in _SITEMAP.finditer(lines))
    return tuple(dict.fromkeys(one for one in found if one is not None and one != url))[
        :MAX_SITEMAPS
    ]


def sitemaps_for(site: str, bodies: Mapping[str, str | None]) -> tuple[str, ...]:
    """The sitemaps of the site at an address, those of news first, as its robots.txt name them.

    `bodies` holds each robots.txt by its origin ("https://host"); those of other sites do not count.
    """
    found = (
        sitemap
        for origin, body in bodies.items()
        if body and urls.same_site(origin, site)
        for sitemap in sitemaps_of(body.encode(), site)
    )
    return news_first(dict.fromkeys(found))


def crawl_delay(rules: Protego, agent: str) -> float:
    """The seconds that a robots.txt wants between requests."""
    return min(rules.crawl_delay(agent) or 0.0, MAX_CRAWL_DELAY)


def crawl_delay_of(site: str, bodies: Mapping[str, str | None], agent: str) -> float:
    """The longest Crawl-delay of the site at an address, in seconds; `bodies` as for sitemaps_for."""
    # Few ask for a pause, and to parse all the rules takes its time.
    asking = {origin: body for origin, body in bodies.items() if body and _PAUSES.search(body)}
    theirs = (body for origin, body in asking.items() if urls.same_site(origin, site))
    return max((crawl_delay(Protego.parse(body), agent) for body in theirs), default=0.0)


def news_first(sitemaps: Iterable[str]) -> tuple[str, ...]:
    """Sitemaps whose names speak of news first, those of pictures, tags and pages last."""
    return tuple(sorted(sitemaps, key=_rank))


def _rank(sitemap: str) -> int:
    parts = urlsplit(sitemap)  # a host called tribunnews says nothing
    name = f"{parts.path}?{parts.query}"
    if _NEWS.search(name):
        return 0
    return 2 if _NO_NEWS.search(name) else 1
