"""From items as a source writes them to announcements: cleaned, dated, each once. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from heapq import nlargest
from typing import TYPE_CHECKING

from core.text import clean_line, excerpt
from crawler import urls
from crawler.discovery import feed_dates, markup
from crawler.discovery.announcement import Announcement, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.discovery.feed_dates import Moment

MAX_ITEMS = 1_000
MAX_SUMMARY = 20_000
"""Characters. Feeds with whole articles are welcome: they serve where the pages refuse us."""
MAX_TITLE = 1_000
MAX_NAMES = 50
MAX_NAME = 200

# They stand between a feed and its articles and die before these; the guid has the true address.
_REDIRECTORS = frozenset({"feedsportal.com", "feedburner.com", "feedproxy.google.com"})
_MAILBOX = re.compile(r"\S+@\S+\s*\(([^()]+)\)")
_BOILERPLATE = re.compile(
    r"\s*(?:The post|Artikel|Artikel dengan judul) .{1,400}? "
    r"(?:appeared first on|first appeared on|pertama kali tampil pada|pertama kali muncul di)"
    r" .{1,200}\Z"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item as its source writes it: nothing cleaned, nothing resolved.

    `links` and `dates` stand in the order in which they are believed; `base` is what links are
    relative to. `guid` may be an address, for when the link leads through a redirector.
    """

    base: str
    links: Sequence[str]
    guid: str | None = None
    title: str | None = None
    texts: Sequence[str] = ()
    dates: Sequence[str] = ()
    authors: Sequence[str] = ()
    tags: Sequence[str] = ()
    image: str | None = None


def listing(
    items: Sequence[Item],
    *,
    timezone: str,
    now: datetime,
    notes: Sequence[str] = (),
    newest_first: bool = False,
) -> Listing:
    """What the source says: in its own order, unless `newest_first` asks for another.

    At most MAX_ITEMS items: the freshest, newest first, where there are more.
    """
    kept, remarks = items, list(notes)
    if newest_first or len(items) > MAX_ITEMS:
        kept = _freshest(items, timezone=timezone, now=now)
    if len(items) > MAX_ITEMS:
        remarks.append(f"cut at {MAX_ITEMS:,} of {len(items):,} items")
    announced = [announcement(item, timezone=timezone, now=now) for item in kept]
    lost = announced.count(None)
    if lost:
        remarks.append(f"{lost:,} items without an address left out")
    found = (one for one in announced if one is not None)
    return Listing(announcements=_each_once(found), note="; ".join(remarks) or None)


def announcement(item: Item, *, timezone: str, now: datetime) -> Announcement | None:
    """One item, cleaned; None when it names no address."""
    url = _address(item)
    if url is None:
        return None
    moment = _first_moment(item, timezone=timezone, now=now)
    title = markup.line(item.title)
    return Announcement(
        url=url,
        title=excerpt(title, MAX_TITLE) if title else None,
        summary=_summary(item.texts),
        published_at=moment if isinstance(moment, datetime) else None,
        published_on=_day(moment),
        authors=_names(filter(None, map(_person, item.authors))),
        tags=_names(item.tags),
        image_url=urls.resolve(item.base, item.image) if item.image else None,
    )


def _address(item: Item) -> str | None:
    resolved = (urls.resolve(item.base, link) for link in item.links)
    url = next(filter(None, resolved), None)
    if item.guid and (url is None or _through_redirector(url)):
        told = urls.resolve("", item.guid)
        return told if told is not None and not _through_redirector(told) else url
    return url


def _through_redirector(url: str) -> bool:
    host = urls.host_of(url)
    return host in _REDIRECTORS or urls.registered_domain(host) in _REDIRECTORS


def _first_moment(item: Item, *, timezone: str, now: datetime) -> Moment | None:
    read = (feed_dates.read(text, timezone=timezone, now=now) for text in item.dates)
    return next((moment for moment in read if moment is not None), None)


def _day(moment: Moment | None) -> date | None:
    return None if isinstance(moment, datetime) else moment


def _summary(texts: Sequence[str]) -> str | None:
    """The longest of what the item says, without what WordPress adds to it.

    Where the page refuses us, this is all there is to match.
    """
    read = [_BOILERPLATE.sub("", text) for text in map(markup.paragraphs, texts) if text]
    longest = max(read, key=len, default="")
    return excerpt(longest, MAX_SUMMARY) or None


def _person(author: str) -> str | None:
    """The name in an author element, which RSS wants to be "mail@host (Name)"."""
    text = markup.line(author) or ""
    mailbox = _MAILBOX.fullmatch(text)
    name = mailbox[1].strip() if mailbox else text
    return None if "@" in name or "://" in name else name


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    """Clean names, each once, whatever its case; long ones are no names."""
    found: dict[str, str] = {}
    for text in texts:
        name = clean_line(markup.line(text) or "")
        if name and len(name) <= MAX_NAME:
            found.setdefault(name.casefold(), name)
    return tuple(found.values())[:MAX_NAMES]


def _freshest(items: Sequence[Item], *, timezone: str, now: datetime) -> list[Item]:
    """The newest MAX_ITEMS, newest first; of equally old ones the earlier in the source."""
    return nlargest(
        MAX_ITEMS,
        items,
        key=lambda item: feed_dates.order(_first_moment(item, timezone=timezone, now=now)),
    )


def _each_once(announcements: Iterable[Announcement]) -> tuple[Announcement, ...]:
    found: dict[str, Announcement] = {}
    for one in announcements:
        found.setdefault(urls.canonical(one.url), one)
    return tuple(found.values())
