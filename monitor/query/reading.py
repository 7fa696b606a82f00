"""An article read for matching: its words once, and whatever else a query asks for when it asks.

Most articles meet few queries, so the places of words, their sentences and their order are worked
out at the first question. Pure.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from core.text import Words, folded_words, words
from monitor.query.clitics import CLITICS, ENDINGS, roots
from monitor.query.sentences import breaks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Occurrence = tuple[int, int]
"""The indexes of the first and last word of a phrase in a field, hyphened clitics included."""

_HYPHENS = frozenset("-‐‑")


class Reading:
    """The fields of one article; `vocabulary` has its words, and those hidden by clitics."""

    def __init__(self, fields: Mapping[str, str | Sequence[str]]) -> None:
        self._inflected: dict[str, list[str]] = {}
        self.fields = {name: FieldReading(value, self._inflected) for name, value in fields.items()}
        seen: set[str] = set()
        for field in self.fields.values():
            seen.update(field.words)
        for word in [word for word in seen if word.endswith(CLITICS)]:
            for root in roots(word):
                self._inflected.setdefault(root, []).append(word)
        self.vocabulary = seen.union(self._inflected)

    def haystack(self) -> str:
        """All words in their order, each between two spaces, then those that clitics hide."""
        rows = [field.words for field in self.fields.values()]
        rows.append(list(self._inflected))
        return "\n".join(f" {' '.join(row)} " for row in rows)


class FieldReading:
    """One field: a text, or texts (tags) that are read with a line break between them."""

    def __init__(self, value: str | Sequence[str], inflected: Mapping[str, Sequence[str]]) -> None:
        """`inflected` maps a word to its forms with clitics in the article."""
        self._inflected = inflected
        self.text = value if isinstance(value, str) else "\n".join(value)
        self.words = folded_words(self.text)
        self._lines_are_separate = not isinstance(value, str)
        self._found: dict[tuple[str, ...], tuple[Occurrence, ...]] = {}

    def occurrences(self, phrase: tuple[str, ...]) -> tuple[Occurrence, ...]:
        """Where the folded words stand in a row, in order; the last one may carry clitics."""
        found = self._found.get(phrase)
        if found is None:
            found = self._occurrences(phrase)
            self._found[phrase] = found
        return found

    def span(self, occurrence: Occurrence) -> tuple[int, int]:
        """Start and end of an occurrence in `text`, in code points."""
        first, last = occurrence
        return self._places.starts[first], self._places.ends[last]

    def _occurrences(self, phrase: tuple[str, ...]) -> tuple[Occurrence, ...]:
        ends = self._positions_of(phrase[-1])
        if not ends or len(phrase) == 1:
            return tuple([(last, self._with_hyphened(last)) for last in ends])
        inner, length = list(phrase[:-1]), len(phrase) - 1
        return tuple(
            (last - length, self._with_hyphened(last))
            for last in ends
            if self.words[max(last - length, 0) : last] == inner
            and self._breaks.isdisjoint(range(last - length, last))
        )

    def _positions_of(self, word: str) -> list[int]:
        """The indexes of a word, with or without clitics written onto it."""
        found = self._positions.get(word, [])
        for form in self._inflected.get(word, ()):
            found = sorted(found + self._positions.get(form, []))
        return found

    def _with_hyphened(self, index: int) -> int:
        """The index of the last clitic that hangs on this word by a hyphen, or the word's own."""
        while index + 1 < len(self.words) and self.words[index + 1] in ENDINGS:
            gap = self.text[self._places.ends[index] : self._places.starts[index + 1]]
            if gap not in _HYPHENS:
                break
            index += 1
        return index

    @cached_property
    def _places(self) -> Words:
        return words(self.text)

    @cached_property
    def _positions(self) -> dict[str, list[int]]:
        positions: dict[str, list[int]] = {}
        for index, word in enumerate(self.words):
            positions.setdefault(word, []).append(index)
        return positions

    @cached_property
    def _breaks(self) -> frozenset[int]:
        if not self._lines_are_separate:
            return breaks(self.text, self._places)
        ends: list[int] = []
        last = -1
        for line in self.text.split("\n"):
            last += len(folded_words(line))
            ends.append(last)
        return frozenset(ends)
