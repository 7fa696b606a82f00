"""Where sentences and paragraphs end, as far as a phrase must not run over it. Pure.

A full stop that may belong to an abbreviation ("Prof. Nurdin", "H. Abdul", "PT. Semen") ends
nothing: a phrase missed is worse than one that runs over a sentence.
"""

from __future__ import annotations

import re

_STOP = r"""(?P<mark>[.!?])["'”’»)\]]*\s+["'“‘«(\[]*(?P<next>[^\W\d_])"""
_SENTENCE_END = re.compile(_STOP)
_PARAGRAPH_END = re.compile(r"\n\s*\n")
_VOWEL = re.compile("[aeiou]")
_SHORT = (
    "alm amd brigjen dra gub hal ir irjen jend kab kapt kec kel kol kombes kompol let no prof "
    "purn se si ust wagub"
)
_ABBREVIATIONS = frozenset(_SHORT.split())


def ends_sentence(text: str, start: int, end: int, word: str) -> bool:
    """Whether a sentence or paragraph ends in the gap [start, end) between two words of a text.

    `word` is the folded word before the gap.
    """
    if end - start < 2:
        return False
    if _PARAGRAPH_END.search(text, start, end) is not None:
        return True
    found = _SENTENCE_END.search(text, start, end + 1)  # with the first letter of what follows
    if found is None or not found["next"].isupper():
        return False
    return found["mark"] != "." or not _may_be_short(word)


def _may_be_short(word: str) -> bool:
    """Whether a word before a full stop may be an abbreviation: an initial, "Dr", "Jl", "Prof"."""
    if word.isdigit():
        return False
    return len(word) == 1 or not _VOWEL.search(word) or word in _ABBREVIATIONS
