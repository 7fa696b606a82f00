"""What announces articles: RSS, Atom and news sitemaps, rendered. Pure."""

from __future__ import annotations

from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from monitor.demo.articles import Publication
    from monitor.demo.mastheads import Masthead

RSS_TYPE = "application/rss+xml"
ATOM_TYPE = "application/atom+xml"
_PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'


def rss(masthead: Masthead, home: str, publications: Iterable[Publication]) -> str:
    """An RSS 2.0 feed, in the order given."""
    items = "\n".join(_rss_item(masthead, one) for one in publications)
    return (
        f'{_PROLOGUE}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>{escape(masthead.title)}</title>\n<link>{escape(home)}</link>\n"
        f"<description>Berita terkini {escape(masthead.title)}</description>\n"
        "<language>id</language>\n"
        f"{items}\n</channel>\n</rss>\n"
    )


def _rss_item(masthead: Masthead, publication: Publication) -> str:
    piece, url, at = publication.piece, escape(publication.url), publication.published_at
    date = f"<pubDate>{format_datetime(_local(at, masthead))}</pubDate>" if at else ""
    author = f"<dc:creator>{escape(piece.author)}</dc:creator>" if piece.author else ""
    categories = "".join(f"<category>{escape(tag)}</category>" for tag in piece.tags)
    return (
        f"<item><title>{escape(piece.title)}</title><link>{url}</link>"
        f'<guid isPermaLink="true">{url}</guid>'
        f"<description>{escape(piece.summary)}</description>{date}{author}{categories}</item>"
    )


def atom(masthead: Masthead, home: str, publications: Iterable[Publication]) -> str:
    """An Atom 1.0 feed (RFC 4287), in the order given."""
    shown = list(publications)
    updated = max((one.published_at for one in shown if one.published_at), default=None)
    entries = "\n".join(_atom_entry(masthead, one) for one in shown)
    return (
        f'{_PROLOGUE}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="id">\n'
        f"<title>{escape(masthead.title)}</title>\n<id>{escape(home)}</id>\n"
        f'<link rel="alternate" href="{escape(home)}"/>\n'
        f"{_atom_date('updated', updated, masthead)}\n{entries}\n</feed>\n"
    )


def _atom_entry(masthead: Masthead, publication: Publication) -> str:
    piece, url, at = publication.piece, escape(publication.url), publication.published_at
    author = f"<author><name>{escape(piece.author)}</name></author>" if piece.author else ""
    categories = "".join(f'<category term="{escape(tag)}"/>' for tag in piece.tags)
    dates = _atom_date("published", at, masthead) + _atom_date("updated", at, masthead)
    return (
        f"<entry><title>{escape(piece.title)}</title><id>{url}</id>"
        f'<link rel="alternate" href="{url}"/>'
        f"{dates}{author}{categories}<summary>{escape(piece.summary)}</summary></entry>"
    )


def _atom_date(name: str, at: datetime | None, masthead: Masthead) -> str:
    return f"<{name}>{_local(at, masthead).isoformat(timespec='seconds')}</{name}>" if at else ""


def news_sitemap(masthead: Masthead, publications: Iterable[Publication]) -> str:
    """A sitemap with Google's news extension, in the order given."""
    urls = "\n".join(_sitemap_url(masthead, one) for one in publications)
    return (
        f'{_PROLOGUE}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"\n'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
        f"{urls}\n</urlset>\n"
    )


def _sitemap_url(masthead: Masthead, publication: Publication) -> str:
    at = publication.published_at
    day = _local(at, masthead).isoformat(timespec="seconds") if at else None
    date = f"<news:publication_date>{day}</news:publication_date>" if day else ""
    return (
        f"<url><loc>{escape(publication.url)}</loc><news:news>"
        f"<news:publication><news:name>{escape(masthead.title)}</news:name>"
        f"<news:language>id</news:language></news:publication>"
        f"{date}<news:title>{escape(publication.piece.title)}</news:title></news:news></url>"
    )


def _local(at: datetime, masthead: Masthead) -> datetime:
    return at.astimezone(ZoneInfo(masthead.timezone)).replace(microsecond=0)
