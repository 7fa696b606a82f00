"""What is no article, told by what the page says and by how its text is spread."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.extraction.errors import IndexPageError, MissingPageError, NoTextError, WallError
from crawler.extraction.publishers import is_front

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extraction.body import Body
    from crawler.extraction.errors import PageError
    from crawler.extraction.outline import Block, Outline

LEAST_TEXT = 80
"""Fewer characters than this are no article, whatever the page claims."""
_SHORT = 700
_LONGEST_NOTICE = 300
_INDEX_HEADLINES = 25
_FRONT_HEADLINES = 10
_INDEX_SHARE = 0.35
_HEADLINES_AMONG_TEXT = 8
_MISSING = re.compile(
    r"\b404\b|not\s+found|tidak\s+(?:dapat\s+)?di\s?temukan|(?:halaman|artikel|berita)\s.{0,30}(?:tidak\s+(?:tersedia|ada)|telah\s+dihapus)"
    r"|page\s+(?:does\s?n.t|no\s+longer)\s+exist",
    re.IGNORECASE,
)
_WALL = re.compile(
    r"just\s+a\s+moment|checking\s+your\s+browser|verify(?:ing)?\s+(?:that\s+)?you\s+are\s+(?:a\s+)?human|are\s+you\s+a\s+robot"
    r"|enable\s+javascript|aktifkan\s+javascript|access\s+denied|akses\s+ditolak|attention\s+required"
    r"|(?:silakan|silahkan|harap)\s+(?:log\s?in|masuk|daftar|berlangganan)|(?:log\s?in|masuk|berlangganan|langganan)\s+(?:untuk|dulu|terlebih)"
    r"|khusus\s+pelanggan|(?:subscribe|sign\s+in|log\s+in)\s+to\s+(?:read|continue)|konten\s+premium",
    re.IGNORECASE,
)


def judge(
    outline: Outline, body: Body | None, *, titles: Sequence[str], claimed: bool, url: str
) -> PageError | None:
    """The error that says why this is no article, or None for an article.

    `titles` are all that the page calls itself; `claimed` is whether its markup calls it an article.
    """
    length = body.length if body else 0
    if length < _SHORT and any(map(_MISSING.search, titles)):
        return MissingPageError(url)
    if length < _SHORT and _is_wall(outline, titles):
        return WallError(url)
    if _lists_articles(outline, body, claimed=claimed, front=is_front(url)):
        return IndexPageError(url)
    return NoTextError(url) if length < LEAST_TEXT else None


def _is_wall(outline: Outline, titles: Sequence[str]) -> bool:
    said = [
        block.text
        for block in outline.blocks
        if len(block.text) < _LONGEST_NOTICE and not outline.is_furniture(block)
    ]
    return any(map(_WALL.search, (*titles, *said)))


def _lists_articles(outline: Outline, body: Body | None, *, claimed: bool, front: bool) -> bool:
    """Whether linked headlines make up the page, or stand among its text as often as paragraphs."""
    listed = [len(block.text) for block in outline.blocks if _is_headline(block)]
    if front and len(listed) >= _FRONT_HEADLINES:
        return True
    length = body.length if body else 0
    outweighed = len(listed) >= _INDEX_HEADLINES and length < sum(listed) * _INDEX_SHARE
    if outweighed and (not claimed or length < LEAST_TEXT):
        return True
    inside = [
        outline.blocks[number]
        for number in outline.span(body.container if body else 0)
        if not outline.is_furniture(outline.blocks[number])
    ]
    headlines = sum(map(_is_headline, inside))
    prose = sum(block.is_prose for block in inside)
    return headlines >= max(_HEADLINES_AMONG_TEXT, prose)


def _is_headline(block: Block) -> bool:
    return block.link_share > 0.8 and len(block.text.split()) > 3
