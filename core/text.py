"""Text: cleaned once at the door, folded and cut into words for comparison.

`clean_*` decide what is stored; `words` decides what counts as the same word. Both are pure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LINE_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_WORD = re.compile(r"\w+")
_JOINERS = "\u200c\u200d"
_GONE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_DOTLESS_I = "ı"


def clean_line(text: str) -> str:
    """One line of text, fit to be stored: NFC, single spaces, nothing invisible.

    Control, bidirectional, zero-width, private and unassigned characters and lone surrogates are
    gone; a zero-width joiner stays between two characters that are not ASCII, where emoji and some
    scripts need it. Idempotent.
    """
    return _SPACES.sub(" ", _visible(_LINE_BREAKS.sub(" ", text))).strip()


def clean_text(text: str) -> str:
    """Text of several paragraphs, each as by clean_line, with one empty line between them. Idempotent."""
    lines = _LINE_BREAKS.sub("\n", text).split("\n")
    return "\n\n".join(line for line in map(clean_line, lines) if line)


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
        side.isascii() or unicodedata.category(side) in _GONE_CATEGORIES for side in (before, after)
    )


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
    """Text as it is compared: no case, no diacritics, compatibility forms and invisible characters resolved."""
    return _fold(text)[0]


def words(text: str) -> Words:
    """The words of a text (letters, digits and underscores), folded, with their places.

    >>> words("di Ko\u00adrupsi").folded
    ('di', 'korupsi')
    """
    folded, origin = _fold(text)
    spans = [match.span() for match in _WORD.finditer(folded)]
    found = tuple(folded[start:end] for start, end in spans)
    if origin is None:
        return Words(found, tuple(s for s, _ in spans), tuple(e for _, e in spans))
    return Words(
        found,
        tuple(origin[start] for start, _ in spans),
        tuple(_end_of_character(text, origin[end - 1] + 1) for _, end in spans),
    )


def _end_of_character(text: str, end: int) -> int:
    """`end` moved past combining marks, so that a span never cuts a letter from its accent."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def _fold(text: str) -> tuple[str, list[int] | None]:
    """The folded text and, unless every character keeps its place, the origin of each."""
    if text.isascii():
        return text.lower(), None
    parts: list[str] = []
    origin: list[int] = []
    at = 0
    for match in _NOT_ASCII.finditer(text):
        start = match.start()
        parts.append(text[at:start].lower())
        origin.extend(range(at, start))
        character = _fold_character(match.group())
        parts.append(character)
        origin.extend([start] * len(character))
        at = start + 1
    parts.append(text[at:].lower())
    origin.extend(range(at, len(text)))
    return "".join(parts), origin


def _fold_character(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    plain = "i" if character == _DOTLESS_I else character
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold())
    return "".join(part for part in decomposed if not unicodedata.combining(part))
