"""What is no article, told by what the page says and by how its text is spread."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.extraction.errors import IndexPageError, MissingPageError, NoTextError, WallError
from crawler.extraction.publishers import is_front
from crawler.extraction.teasers import is_headline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extraction.body import Body
    from crawler.extraction.errors import PageError
    from crawler.extraction.outline import Outline

LEAST_TEXT = 80
"""Fewer characters than this are no article, whatever the page claims."""
_SHORT = 700
_LONGEST_NOTICE = 300
_MOST_LINES = 400
_INDEX_HEADLINES = 25
_FRONT_HEADLINES = 10
_INDEX_SHARE = 0.35
_INDEX_SHARE_OF_CLAIMED = 0.04  # home pages call themselves articles, too
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

_MISSING_NOTICE = re.compile(
    r"(?:(?:maaf|ups|oops|sorry|mohon\s+maaf)\W+)?(?:halaman|laman|artikel|berita|konten|tautan|the\s+page|page)\b.{0,60}"
    r"(?:tidak\s+(?:dapat\s+|bisa\s+)?(?:di\s?temukan|tersedia|ada\b)|(?:sudah|telah)\s+(?:di)?hapus|not\s+(?:be\s+)?found"
    r"|(?:doesn.t|does\s+not|no\s+longer)\s+exist)",
    re.IGNORECASE,
)
_COOKIES = re.compile(
    r"(?:menggunakan|memakai|use|uses|setujui|terima|accept)\s+(?:\w+\s+){0,3}(?:cookies?|kuki)\b",
    re.IGNORECASE,
)


def judge(
    outline: Outline, body: Body | None, *, titles: Sequence[str], claimed: bool, url: str
) -> PageError | None:
    """The error that says why this is no article, or None for an article.

    `titles` are all that the page calls itself; `claimed` is whether its markup calls it an article.
    """
    length = body.length if body else 0
    if length < _SHORT:
        said = _said(outline)
        if any(map(_MISSING.search, titles)) or any(map(_MISSING_NOTICE.match, said)):
            return MissingPageError(url)
        if any(map(_WALL.search, (*titles, *said))) or _is_cookie_wall(body):
            return WallError(url)
    if _lists_articles(outline, body, claimed=claimed, front=is_front(url)):
        return IndexPageError(url)
    return NoTextError(url) if length < LEAST_TEXT else None


def _said(outline: Outline) -> list[str]:
    """The first lines outside of menus that are short enough for a notice."""
    return [
        block.text
        for block in outline.blocks[:_MOST_LINES]
        if len(block.text) < _LONGEST_NOTICE and not outline.is_furniture(block)
    ]


def _is_cookie_wall(body: Body | None) -> bool:
    """Whether what would be the text asks for consent; a banner beside an article is not its text."""
    return body is not None and bool(_COOKIES.search(" ".join(body.paragraphs)))


def _lists_articles(outline: Outline, body: Body | None, *, claimed: bool, front: bool) -> bool:
    """Whether linked headlines make up the page, or stand among its text as often as paragraphs."""
    listed = [len(block.text) for block in outline.blocks if is_headline(block)]
    if front and len(listed) >= _FRONT_HEADLINES:
        return True
    length = body.length if body else 0
    outweighed = len(listed) >= _INDEX_HEADLINES and length < sum(listed) * _INDEX_SHARE
    if outweighed and (not claimed or length < sum(listed) * _INDEX_SHARE_OF_CLAIMED):
        return True
    inside = [
        outline.blocks[number]
        for number in outline.span(body.container if body else 0)
        if not outline.is_furniture(outline.blocks[number])
    ]
    headlines = sum(map(is_headline, inside))
    prose = sum(block.is_prose for block in inside)
    return headlines >= max(_HEADLINES_AMONG_TEXT, prose)
