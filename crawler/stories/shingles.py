"""What an article is compared by: hashes of its runs of five words, its numbers, dates and title. Pure.

The smallest hashes of a text are a sample of it that another copy of the text gives too (Broder, "On
the resemblance and containment of documents", 1997): `sketch` estimates how much two texts share, and
its first few hashes, the `keys`, find them.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING
from zlib import crc32

from core.text import fold, folded_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

WORDS_A_SHINGLE = 5
SKETCH = 256
"""Hashes kept of a text at most: texts of no more shingles are compared exactly."""
KEYS = 16
LEAD_KEYS = 8
LEAD_WORDS = 64
"""Keys of its own for the beginning: an excerpt of a long text shares too few of the text's smallest."""
DATED_CHARACTERS = 500
EDGE_PARAGRAPHS = 3
"""How many paragraphs at each end may be a site's furniture."""

_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
_SEPARATORS = re.compile(r"[.,]")
_MONTHS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
_SPELT_OTHERWISE = {"peb": "feb", "may": "mei", "ags": "agu", "agt": "agu", "aug": "agu"}
_SPELT_OTHERWISE |= {"oct": "okt", "nop": "nov", "dec": "des"}
_MONTH = "|".join((*_MONTHS, *_SPELT_OTHERWISE))
_DAY = r"(?<![\d.,/])(?P<day>0?[1-9]|[12]\d|3[01])"
_DATES = (
    re.compile(rf"{_DAY}(?:\s*[-/]\s*\d\d?)?[\s-]+(?P<month>{_MONTH})[a-z]*\b"),
    re.compile(rf"{_DAY}[/-](?P<month>0?[1-9]|1[0-2])(?:[/-](?:\d\d)?\d\d)?(?![\d/.,])"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What is kept of a text to recognise its copies.

    `size` counts its different shingles; `sketch` holds the smallest of their 32-bit hashes, ascending,
    and `lead` the smallest of its beginning's. `words` are 16-bit hashes of every word, `numbers` are as
    written, without separators, and `dates` the (month, day) that the lead names. `title` is the headline's
    words, `said` those of them that the text says too.
    """

    size: int
    sketch: tuple[int, ...]
    lead: tuple[int, ...] = ()
    numbers: frozenset[str] = frozenset()
    dates: frozenset[tuple[int, int]] = frozenset()
    title: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()
    words: frozenset[int] = frozenset()

    @property
    def borne_out(self) -> float:
        """The share of the headline that the text says too: little, where a page was read wrongly."""
        return len(self.said) / max(1, len(self.title))

    def tells(self, words: Collection[str]) -> float:
        """The share of these words that the text says."""
        return sum(_word_hash(word) in self.words for word in words) / max(1, len(words))

    @property
    def keys(self) -> tuple[int, ...]:
        """What the text is found by: hashes that its copies have too."""
        return tuple(dict.fromkeys((*self.sketch[:KEYS], *self.lead)))


def fingerprint(title: str, body: str, *, without: Collection[str] = ()) -> Fingerprint:
    """The fingerprint of a text of paragraphs; those in `without` do not count."""
    if without:
        body = "\n\n".join(one for one in body.split("\n\n") if one not in without)
    told = folded_words(body)
    hashes = shingles(told)
    own = sorted(set(hashes))
    headline = frozenset(folded_words(title))
    return Fingerprint(
        size=len(own),
        sketch=tuple(own[:SKETCH]),
        lead=tuple(sorted(set(hashes[: LEAD_WORDS - WORDS_A_SHINGLE + 1]))[:LEAD_KEYS]),
        numbers=frozenset(_SEPARATORS.sub("", found) for found in _NUMBER.findall(body)),
        dates=dates_named(body[:DATED_CHARACTERS]),
        title=headline,
        said=headline.intersection(told),
        words=frozenset(map(_word_hash, set(told))),
    )


def shingles(told: Iterable[str]) -> array[int]:
    """A 32-bit hash of every run of five words, in their order; of a shorter text, one of all of it."""
    words = list(told)
    if not words:
        return array("I")
    shifted = (words[start:] for start in range(min(WORDS_A_SHINGLE, len(words))))
    digests = [
        blake2b(" ".join(run).encode(), digest_size=4).digest()
        for run in zip(*shifted, strict=False)
    ]
    return array("I", b"".join(digests))


def _word_hash(word: str) -> int:
    return crc32(word.encode()) & 0xFFFF


def dates_named(text: str) -> frozenset[tuple[int, int]]:
    """The (month, day) of the dates in a text: "22 Januari 2025", "(22/1/2025)", "Rabu (22/1)"."""
    plain = fold(text)
    return frozenset(
        (_month(found["month"]), int(found["day"]))
        for form in _DATES
        for found in form.finditer(plain)
    )


def _month(name: str) -> int:
    return int(name) if name.isdigit() else _MONTHS.index(_SPELT_OTHERWISE.get(name, name)) + 1


def edge_paragraphs(body: str) -> tuple[str, ...]:
    """The paragraphs at both ends of a text, where a site puts what it says under every article."""
    paragraphs = body.split("\n\n")
    edges = (*paragraphs[:EDGE_PARAGRAPHS], *paragraphs[EDGE_PARAGRAPHS:][-EDGE_PARAGRAPHS:])
    return tuple(dict.fromkeys(one for one in edges if one))
