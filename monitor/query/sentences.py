"""Where sentences and paragraphs end, as far as a phrase must not run over it. Pure.

A full stop that may belong to an abbreviation ("Prof. Nurdin", "H. Abdul", "PT. Semen") ends
nothing: a phrase missed is worse than one that runs over a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.text import Words

_STOP = r"""(?P<mark>[.!?])["'”’»)\]]*\s+["'“‘«(\[]*(?P<next>[^\W\d_])"""
_BREAK = re.compile(rf"{_STOP}|\n\s*\n")
_VOWEL = re.compile("[aeiou]")
_SHORT = (
    "alm amd brigjen dra gub hal ir irjen jend kab kapt kec kel kol kombes kompol let no prof "
    "purn se si ust wagub"
)
_ABBREVIATIONS = frozenset(_SHORT.split())


def breaks(text: str, words: Words) -> frozenset[int]:
    """The indexes of the words after which a sentence or a paragraph ends."""
    found = (_word_before(match, words) for match in _BREAK.finditer(text))
    return frozenset(index for index in found if index is not None)


def _word_before(match: re.Match[str], words: Words) -> int | None:
    index = bisect_left(words.starts, match.start()) - 1
    if index < 0:
        return None
    if match["mark"] is None:
        return index
    if not match["next"].isupper():
        return None
    return None if match["mark"] == "." and _may_be_short(words.folded[index]) else index


def _may_be_short(word: str) -> bool:
    """Whether a word before a full stop may be an abbreviation: an initial, "Dr", "Jl", "Prof"."""
    if word.isdigit():
        return False
    return len(word) == 1 or not _VOWEL.search(word) or word in _ABBREVIATIONS
