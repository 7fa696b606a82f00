"""Article pages: the furniture of a news page, and an article that is set into it. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING

from monitor.demo.pages import indonesian_date

if TYPE_CHECKING:
    from bench.newswire.pieces import Piece
    from bench.press.published import House

ZONE = "Asia/Makassar"
HTML = "text/html; charset=utf-8"


class Slot(StrEnum):
    """Where furniture has a gap; the value marks it in HTML."""

    HEAD = "slot-of-the-head"
    TITLE = "slot-of-the-headline"
    BYLINE = "slot-of-the-byline"
    BODY = "slot-of-the-body"


_SLOTS = re.compile("(" + "|".join(Slot) + ")")


@dataclass(frozen=True, slots=True)
class Furniture:
    """A page without its article: bytes of HTML, and slots."""

    parts: tuple[bytes | Slot, ...]

    @classmethod
    def cut(cls, html: str) -> Furniture:
        """`html` has the values of slots where the article's pieces go."""
        cut = _SLOTS.split(html)
        return cls(tuple(Slot(one) if one in set(Slot) else one.encode() for one in cut))

    def around(self, gaps: dict[Slot, bytes]) -> bytes:
        return b"".join(gaps[one] if isinstance(one, Slot) else one for one in self.parts)


def gaps(piece: Piece, url: str, house: House, author: str) -> dict[Slot, bytes]:
    """What goes into the slots of a page for one article, dates in the zone of the houses."""
    shown = {
        Slot.HEAD: head(piece, url, house, author),
        Slot.TITLE: escape(piece.title),
        Slot.BYLINE: f"{escape(author)} | {indonesian_date(piece.at, ZONE)}",
        Slot.BODY: "\n".join(f"<p>{escape(one)}</p>" for one in piece.paragraphs),
    }
    return {slot: text.encode() for slot, text in shown.items()}


def head(piece: Piece, url: str, house: House, author: str) -> str:
    """Title, canonical address, OpenGraph and JSON-LD, as news pages have them."""
    at = piece.at.isoformat(timespec="seconds")
    title, summary = escape(piece.title), escape(piece.paragraphs[0][:150])
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": url,
        "headline": piece.title,
        "datePublished": at,
        "author": {"@type": "Person", "name": author},
        "publisher": {"@type": "NewsMediaOrganization", "name": house.name},
    }
    return (
        f'<title>{title} - {house.name}</title>\n<link rel="canonical" href="{url}">\n'
        f'<meta name="description" content="{summary}">\n<meta property="og:type" content="article">\n'
        f'<meta property="og:title" content="{title}">\n<meta property="og:url" content="{url}">\n'
        f'<meta property="og:description" content="{summary}">\n'
        f'<meta property="article:published_time" content="{at}">\n'
        f'<meta name="author" content="{escape(author)}">\n'
        f'<script type="application/ld+json">{json.dumps(data)}</script>\n'
    )
