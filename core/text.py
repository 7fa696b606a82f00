"""Text: cleaned once at the door, folded and cut into words for comparison.

`clean_*` decide what is stored; `words` decides what counts as the same word. Both are pure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_LINE_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_WORD = re.compile(r"\w+")
_NOT_WORD = re.compile(r"\W+")
_ASCII_WORDS = bytes(
    code if chr(code).isalnum() or chr(code) == "_" else ord(" ") for code in range(128)
) + bytes(128)
_JOINERS = "\u200c\u200d"
_GONE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_DOTLESS_I = "ı"


def clean_line(text: str, longest: int | None = None) -> str:
    """One line of text, fit to be stored: NFC, single spaces, nothing invisible.

    Control, bidirectional, zero-width, private and unassigned characters and lone surrogates are
    gone; a zero-width joiner stays between two characters that are not ASCII, where emoji and some
    scripts need it. Cut to `longest` characters. Idempotent.
    """
    clean = _SPACES.sub(" ", _visible(_LINE_BREAKS.sub(" ", text))).strip()
    if longest is None or len(clean) <= longest:
        return clean
    return clean_line(clean[:longest])  # what it ends with now may have no business at an end


def clean_text(text: str, longest: int | None = None) -> str:
    """Text of paragraphs, each as by clean_line, with one empty line between them, cut to `longest`
    characters. Idempotent.
    """
    lines = _LINE_BREAKS.sub("\n", text).split("\n")
    clean = "\n\n".join(line for line in map(clean_line, lines) if line)
    if longest is None or len(clean) <= longest:
        return clean
    return clean_text(clean[:longest])


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    kept = [
        character
        for index, character in enumerate(text)
        if character == "\t"
        or unicodedata.category(character) not in _GONE_CATEGORIES
        or (character in _JOINERS and _joins(text, index))
    ]
    # Taking a character out can bring a letter and its accent together.
    return unicodedata.normalize("NFC", "".join(kept))


def _joins(text: str, index: int) -> bool:
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return bool(before and after) and not any(
        side.isascii() or side.isspace() or unicodedata.category(side) in _GONE_CATEGORIES
        for side in (before, after)
    )


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number and what it counts: "1 site", "2 sites", "0 matches" (plural="matches")."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def excerpt(text: str, limit: int) -> str:
    """The first `limit` characters of a text at most, cut between words, with an ellipsis where cut."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > limit // 2 else head).rstrip(" ,.;:-–—") + "…"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, folded, and where each stands in the text as given.

    `folded[i]` is the word at `text[starts[i]:ends[i]]`, offsets in code points.
    """

    folded: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def fold(text: str) -> str:
    """Text as it is compared: without case, diacritics, compatibility forms or invisible characters."""
    return _fold(text, _fold_character)


def words(text: str) -> Words:
    """The words of a text (letters, digits and underscores), folded, with their places.

    >>> words("di Ko\u00adrupsi").folded
    ('di', 'korupsi')
    """
    row = spaced(text)
    spans = _spans(row)
    if not text.isascii():
        spans = _spans_in_original(text, spans)
    starts, ends = zip(*spans, strict=True) if spans else ((), ())
    return Words(tuple(cut(row)), starts, ends)


def folded_words(text: str) -> list[str]:
    """The same words without their places, several times as fast."""
    return cut(spaced(text))


def cased_words(text: str) -> list[str]:
    """The same words with their case: what tells KPK from kpk.

    >>> cased_words("Jum\u2019at di KPK")
    ['Jum', 'at', 'di', 'KPK']
    """
    return _WORD.findall(_NOT_ASCII.sub(lambda run: "".join(map(_cased_character, run[0])), text))


def spaced(text: str) -> str:
    """The folded text, with a space for what is not ASCII and no part of a word: what is cut."""
    return _fold(text, _spaced_character)


def cut(row: str) -> list[str]:
    """The words of a spaced text."""
    return _only_words(row).split() if row.isascii() else _WORD.findall(row)


def _only_words(row: str) -> str:
    """An ASCII text with a space for each character that is no part of a word."""
    return row.encode().translate(_ASCII_WORDS).decode()


def _spans(row: str) -> list[tuple[int, int]]:
    """Where the words of a spaced text stand in it."""
    if not row.isascii():
        return [match.span() for match in _WORD.finditer(row)]
    pieces = _only_words(row).split(" ")
    starts = accumulate([len(piece) + 1 for piece in pieces], initial=0)
    return [
        (start, start + len(piece)) for start, piece in zip(starts, pieces, strict=False) if piece
    ]


def _spans_in_original(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of the spaced text as spans of `text`; none cuts a letter from its accent."""
    characters = set(text)
    if any(len(_spaced_character(character)) != 1 for character in characters):
        origin = _origins(text)
        spans = [(origin[start], origin[end - 1] + 1) for start, end in spans]
    if any(map(unicodedata.combining, characters)):
        spans = [(start, _end_of_character(text, end)) for start, end in spans]
    return spans


def _end_of_character(text: str, end: int) -> int:
    """`end` moved past combining marks."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def _fold(text: str, character: Callable[[str], str]) -> str:
    if text.isascii():
        return text.lower()
    return _NOT_ASCII.sub(lambda run: "".join(map(character, run[0])), text).lower()


def _origins(text: str) -> list[int]:
    """The place in `text` that each character of the spaced text came from."""
    return [place for place, one in enumerate(text) for _ in _spaced_character(one)]


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    plain = "i" if character == _DOTLESS_I else character
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold())
    return "".join(part for part in decomposed if not unicodedata.combining(part))


@lru_cache(maxsize=8192)
def _cased_character(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(part for part in decomposed if not unicodedata.combining(part))


@lru_cache(maxsize=8192)
def _spaced_character(character: str) -> str:
    """As _fold_character, but a space for what is no word: most news text becomes ASCII by it."""
    return _NOT_WORD.sub(" ", _fold_character(character))
