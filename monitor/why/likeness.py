"""Which word of a text is most like one that does not stand there. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.query.affixes import forms
from monitor.query.nodes import Affixed, Prefix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.query.nodes import Word

_SHORTEST = 3
"""Letters of a word below which anything is like it."""
_ALIKE = 0.75
"""The share of letters in common (difflib's ratio) from which two words are alike."""
_BEGINNING = 4


class Likeness(StrEnum):
    """How a word is like another, the nearest first."""

    FORM = "form"  # it is made of it by affixes
    LETTER = "letter"  # one letter more, less, or another
    LONGER = "longer"  # it holds it
    BEGINNING = "beginning"
    SPELLING = "spelling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """A word of a text, and how it is like the one that was looked for."""

    word: str
    kind: Likeness


def likeliest(word: Word, vocabulary: Iterable[str]) -> Like | None:
    """The word of a (folded) vocabulary that is most like this one; None where nothing is."""
    letters = _letters(word)
    if len(letters) < _SHORTEST:
        return None
    made = forms(letters) if isinstance(word, str) else frozenset[str]()
    order = list(Likeness)
    found = [
        (order.index(kind), -ratio, other)
        for other in dict.fromkeys(vocabulary)
        for kind, ratio in _likeness(letters, other, made)
    ]
    if not found:
        return None
    kind, _, other = min(found)
    return Like(word=other, kind=order[kind])


def _letters(word: Word) -> str:
    match word:
        case Prefix():
            return word.letters
        case Affixed():
            return word.root
        case _:
            return word


def _likeness(letters: str, other: str, made: frozenset[str]) -> Iterator[tuple[Likeness, float]]:
    if other in made:
        yield Likeness.FORM, 1.0
    elif abs(len(other) - len(letters)) <= 1 and _one_off(letters, other):
        yield Likeness.LETTER, 1.0
    elif letters in other:
        yield Likeness.LONGER, len(letters) / len(other)
    elif len(letters) > _BEGINNING and other.startswith(letters[: -(len(letters) // 4) or None]):
        yield Likeness.BEGINNING, len(letters) / len(other)
    elif other[:1] == letters[:1] and abs(len(other) - len(letters)) <= 3:
        ratio = SequenceMatcher(None, letters, other, autojunk=False).ratio()
        if ratio >= _ALIKE:
            yield Likeness.SPELLING, ratio


def _one_off(one: str, other: str) -> bool:
    """Whether two words are one letter apart: one more, one less, or another in its place."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rests = (one[start + 1 :], other[start:]), (one[start:], other[start + 1 :])
    return one[start + 1 :] == other[start + 1 :] or any(a == b for a, b in rests)
