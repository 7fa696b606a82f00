"""What may change in a text while the article stays: counters, stamps, boilerplate. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.text import folded_words
from crawler.extraction import boilerplate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# Every repetition is bounded: this is read in the daemon, and a site may write what it likes.
_SIGNATURE = 80  # characters at the end of a paragraph that may hold one
_COUNT = r"\d[\d.,]{0,11}\s*(?:rb|ribu|k|jt|juta)?\+?"
_CLOCK = r"\d{1,2}[.:]\d{2}(?:[.:]\d{2})?"
_DAY = r"(?:\w{3,9},?\s*)?(?:\d{1,2}[\s/.-]+(?:\w{3,9}|\d{1,2})[\s/.-]+\d{2,4}|\d{4}-\d{2}-\d{2})"
_ZONE = r"(?:wib|wita|wit|gmt|utc|[+-]\d{2}:?\d{2})"
_AMOUNT = r"(?:\d{1,4}|se|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh)"
_PASSING = re.compile(
    "|".join(
        (
            rf"\b(?:telah|sudah)?\s*(?:dibaca|dilihat|ditonton|dibagikan)\s*:?\s*(?:sebanyak\s*)?{_COUNT}(?:\s*(?:kali|x|orang))?\b",
            rf"\b{_COUNT}\s*(?:kali\s+(?:dibaca|dilihat|ditonton|dibagikan)|(?:x|kali)\s+tayang|pembaca\b|views?\b|shares?\b|komentar\b|likes?\b|suka\b)",
            rf"\b(?:views?|hits?|shares?|komentar|pembaca)\s*[:=]\s*{_COUNT}",
            rf"\b{_AMOUNT}\s*(?:detik|menit|jam|hari|minggu|bulan)\s+(?:yang\s+)?lalu\b|\bbaru\s+saja\b",
            (
                rf"\b(?:terakhir\s+)?(?:diperbarui|diperbaharui|dimutakhirkan|update(?:d)?|last\s+updated?|tayang|terbit|diterbitkan)"
                rf"(?:\s+(?:pada|pukul))?\s*:?\s*{_DAY}(?:[\s,|-]*(?:pukul\s*)?{_CLOCK})?\s*{_ZONE}?"
            ),
            rf"\b(?:diperbarui|update(?:d)?|last\s+updated?)\s*:?\s*(?:pukul\s*)?{_CLOCK}\s*{_ZONE}?",
            r"^\W*(?:©|\(c\)|copyright\b).{0,80}$",
            r"(?:©|\(c\)|\bcopyright\b|\bhak\s+cipta\b)\s*(?:©|\(c\))?\s*(?:19|20)\d{2}(?:\s*[-–]\s*(?:19|20)\d{2})?",
        )
    ),
    re.IGNORECASE,
)
_BOILERPLATE = frozenset(boilerplate.Line) - {boilerplate.Line.CAPTION}


def lasting(body: str, furniture: Collection[str] = ()) -> list[str]:
    """The paragraphs of a text that say something, each without what passes; in order, as written.

    `furniture` are paragraphs that the site puts under other articles too. Captions stay: they tell of
    the news.
    """
    paragraphs = (one for one in body.split("\n\n") if one not in furniture)
    kept = (without_passing(one) for one in paragraphs if boilerplate.kind(one) not in _BOILERPLATE)
    return [one for one in kept if folded_words(one)]


def without_passing(text: str) -> str:
    """The text without counters, ages, update stamps and references to other articles."""
    signed = boilerplate.without_insets(text)
    signed = signed[:-_SIGNATURE] + boilerplate.without_signature(signed[-_SIGNATURE:])
    return _PASSING.sub(" ", signed)


def lasting_words(paragraphs: Iterable[str]) -> list[str]:
    """The words of paragraphs, folded, one list: neither case nor marks nor line breaks tell two apart."""
    return [word for paragraph in paragraphs for word in folded_words(paragraph)]
