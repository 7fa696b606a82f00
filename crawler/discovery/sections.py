"""Section pages: what a home page or the page of a section announces by its links. Pure.

A source of last resort: it gives no dates but those in addresses, and titles as far as its links say them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler import urls
from crawler.discovery import page_links
from crawler.discovery.announcement import Announcement, Listing
from crawler.discovery.article_links import article_links, is_other_page
from crawler.discovery.items import MAX_ITEMS, MAX_TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from crawler.discovery.article_links import ArticleLink
    from crawler.discovery.page_links import Link

MAX_SECTIONS = 20
_AHEAD = 1  # days that an address may lie ahead: the site's day begins before ours
_NEWEST = re.compile(
    r"indeks(?:-berita)?|index|terkini|terbaru|latest|news|berita(?:-terkini|-terbaru)?|artikel",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPage:
    """What a page announces, in its order, and the section pages that it links to, the likeliest first."""

    listing: Listing
    sections: tuple[str, ...] = ()


def read(body: bytes, url: str, *, now: datetime, charset: str | None = None) -> SectionPage:
    """What the page at `url` announces by its links, and which section pages it leads to.

    `now` is the instant of fetching, `charset` the HTTP header's. Addresses of other sites are left out,
    and so is the page itself; a page that cannot be read announces nothing. Where `url` stands below a
    subdomain of its own (makassar.koran.example), other subdomains are other sites.
    """
    here = urls.canonical(url)
    links = [
        link
        for key, link in page_links.links_of(body, url, charset).items()
        if key != here and _belongs(link.url, url)
    ]
    found = _each_path_once(article_links(links))
    announced = tuple(_announcement(one, now) for one in found[:MAX_ITEMS])
    return SectionPage(listing=Listing(announcements=announced), sections=_sections(links, found))


def _each_path_once(articles: Sequence[ArticleLink]) -> list[ArticleLink]:
    """Without the links that only add a query to an address which stands here without one."""
    bare = {one.url for one in articles if not urlsplit(one.url).query}
    return [one for one in articles if one.url in bare or one.url.partition("?")[0] not in bare]


def _belongs(link: str, page: str) -> bool:
    host, domain = _plain_host(page), urls.registered_domain(urls.host_of(page))
    if host == domain:
        return urls.registered_domain(urls.host_of(link)) == domain
    return _plain_host(link) == host


def _plain_host(url: str) -> str:
    """The host without its device ("m.", "www.")."""
    return urls.host_of(urls.canonical(url))


def _announcement(link: ArticleLink, now: datetime) -> Announcement:
    on = link.published_on
    return Announcement(
        url=link.url,
        title=link.title[:MAX_TITLE] if link.title else None,
        published_on=on if on is not None and _is_past(on, now) else None,
    )


def _is_past(on: date, now: datetime) -> bool:
    return (on - now.date()).days <= _AHEAD


# Sections -----------------------------------------------------------------------------------------


def _sections(links: Sequence[Link], articles: Sequence[ArticleLink]) -> tuple[str, ...]:
    """Pages below which articles of this page stand, or whose name says that they list what is new."""
    addresses = {one.url for one in articles}
    below = Counter(prefix for address in addresses for prefix in _prefixes(address))
    ranked = [
        (_is_of_newest(link.url), below[_place(link.url)], link.url)
        for link in links
        if link.url not in addresses and _may_be_section(link)
    ]
    ranked.sort(key=lambda one: (-one[0], -one[1]))
    return tuple(url for newest, count, url in ranked if newest or count >= 2)[:MAX_SECTIONS]


def _prefixes(url: str) -> Iterable[str]:
    """The places above an address: its host, and each part of its path but the last."""
    host, *segments = _place(url).split("/")
    yield host
    for end in range(1, min(len(segments), 4)):
        yield "/".join((host, *segments[:end]))


def _place(url: str) -> str:
    address = urlsplit(urls.canonical(url))
    return (address.netloc + address.path).rstrip("/")


def _is_of_newest(url: str) -> bool:
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    return len(segments) == 1 and _NEWEST.fullmatch(segments[0]) is not None


def _may_be_section(link: Link) -> bool:
    parts = urlsplit(link.url)
    segments = [segment for segment in parts.path.split("/") if segment]
    said = min((len(text.split()) for text in link.texts), default=0)
    return (
        len(segments) <= 2
        and not parts.query
        and not any(character.isdigit() for character in parts.path)
        and 1 <= said <= 4
        and (_is_of_newest(link.url) or not is_other_page(link.url))
    )
