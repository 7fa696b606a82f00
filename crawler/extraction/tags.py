"""The tags of an article: no sentences cut into words, no advertising of the site."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from core.text import clean_line
from crawler.extraction.publishers import compact

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 30
_MOST_READ = 200
_LONGEST = 60
_FILLER_WORDS = """
    di ke dari dan yang untuk dengan pada dalam ini itu adalah atau juga akan oleh karena sebagai para
    salah keduanya jadi bisa telah sudah tak tidak
"""
_FILLER = frozenset(_FILLER_WORDS.split())
_LABEL = re.compile(r"^(?:topic|topik|tags?|label)\s*:?\s*(?=\S)", re.IGNORECASE)
_NO_TAG = re.compile(
    r"(?:tags?|tagar|topik|label)(?: terkait)?|terkait|more tags?|lainnya|keywords?|lihat semua|selengkapnya"
    r"|home|news|berita|.*:|(?:editor|penulis|reporter):.*|https?:.*"
    r"|(?:berita|portal|kabar|info|situs)(?: berita)? "
    r"(?:terkini|terbaru|indonesia|online|hari ini|terpercaya|terupdate)",
    re.IGNORECASE,
)


def clean(words: Iterable[str], *, title: str) -> tuple[str, ...]:
    """The tags among `words`, in order, each once whatever its case; empty where they are a sentence."""
    listed = [clean_line(word) for word in islice(words, _MOST_READ)]
    if _is_sentence(listed, title):
        return ()
    found: dict[str, str] = {}
    for word in listed:
        tag = _LABEL.sub("", word).strip(" #.,;•|")
        if 1 < len(tag) <= _LONGEST and not _NO_TAG.fullmatch(tag):
            found.setdefault(compact(tag), tag)
    return tuple(found.values())[:MOST]


def _is_sentence(words: list[str], title: str) -> bool:
    """Whether keywords were made by cutting the title or the first sentence into words."""
    filler = sum(word.casefold() in _FILLER for word in words)
    return filler >= 2 or (len(words) > 2 and compact("".join(words)) in compact(title))
