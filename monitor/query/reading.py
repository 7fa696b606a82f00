"""An article read for matching: its words once, and whatever else a query asks for when it asks.

Most articles meet few queries, so the places of words, their sentences and their order are worked
out at the first question. Pure.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from core.text import cased_words, cut, folded_words, spaced, words
from monitor.query.affixes import forms
from monitor.query.clitics import ENDINGS, roots
from monitor.query.fields import LEAD, LEAD_FIELDS
from monitor.query.inflections import Inflections
from monitor.query.nodes import Prefix
from monitor.query.sentences import ends_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date

    from core.text import Words
    from monitor.query.nodes import Affixed, Word

Occurrence = tuple[int, int]
"""The indexes of the first and last word of a phrase in a field, hyphened clitics included."""

_FEW = 20
"""Words that are searched one by one; more of them are found in one walk over the text."""
_HYPHENS = frozenset("-‐‑")
_FIRST_PARAGRAPH = re.compile(r"\s*\S.*?(?=\n\s*\n|\Z)", re.DOTALL)


class Reading:
    """The fields of one article, and the day on which it was published (None: unknown).

    `vocabulary` has its words, and those hidden by clitics.
    """

    def __init__(
        self,
        fields: Mapping[str, str | Sequence[str]],
        *,
        on: date | None = None,
        inflections: Inflections | None = None,
    ) -> None:
        self.on = on
        self._fields = {name: FieldReading(value) for name, value in fields.items()}
        seen: set[str] = set()
        for field in self._fields.values():
            seen.update(field.words)
        hidden = (inflections or Inflections()).hidden(seen)
        self.vocabulary = frozenset(seen).union(hidden)
        for field in self._fields.values():
            field.inflected = hidden
        self._scopes: dict[tuple[str, ...], Scope] = {}

    def text(self, name: str) -> str:
        """A field as given; a list of texts with line breaks between them."""
        return self._fields[name].text

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that it has."""
        return tuple(self._fields)

    def scope(self, names: tuple[str, ...]) -> Scope:
        """The fields of these names that the article has."""
        scope = self._scopes.get(names)
        if scope is None:
            scope = self._scopes[names] = self._scope(names)
        return scope

    def _scope(self, names: tuple[str, ...]) -> Scope:
        chosen = {name: self._fields[name] for name in names if name in self._fields}
        if LEAD in names:
            for name, field in self._lead().items():
                chosen.setdefault(name, field)
        if chosen == self._fields:
            return Scope(tuple(chosen.items()), self.vocabulary)
        vocabulary = frozenset().union(*(field.vocabulary for field in chosen.values()))
        return Scope(tuple(chosen.items()), vocabulary)

    def _lead(self) -> dict[str, FieldReading]:
        """The title, and the body as far as its first paragraph goes."""
        lead = {name: self._fields[name] for name in LEAD_FIELDS if name in self._fields}
        if "body" in lead:
            first = _FIRST_PARAGRAPH.match(lead["body"].text)
            lead["body"] = FieldReading(first[0] if first else "")
            lead["body"].inflected = self._fields["body"].inflected
        return lead


class Scope(NamedTuple):
    """Some fields of an article by name, with their words and those that clitics hide."""

    fields: tuple[tuple[str, FieldReading], ...]
    vocabulary: AbstractSet[str]


class FieldReading:
    """One field: a text, or texts (tags) that are read with a line break between them."""

    def __init__(self, value: str | Sequence[str]) -> None:
        self.text = value if isinstance(value, str) else "\n".join(value)
        self.row = spaced(self.text)
        self.words = cut(self.row)
        self.inflected: Mapping[str, Sequence[str]] = {}
        """Words by what they are without clitics, in the whole article."""
        self._lines_are_separate = not isinstance(value, str)
        self._found: dict[tuple[Word, ...], list[Occurrence]] = {}

    @cached_property
    def vocabulary(self) -> AbstractSet[str]:
        """Its words, and those hidden by clitics."""
        own = frozenset(self.words)
        return own.union(
            root for root, forms in self.inflected.items() if not own.isdisjoint(forms)
        )

    @cached_property
    def padded(self) -> str:
        """Its words, each between two spaces."""
        return f" {' '.join(self.words)} "

    def has(self, phrase: tuple[str, ...], joined: str) -> bool:
        """Whether plain words stand in a row; `joined` is they, each with a space before it."""
        return joined in self.padded and (
            self._stands_plainly(joined) or bool(self.occurrences(phrase))
        )

    def _stands_plainly(self, joined: str) -> bool:
        """Whether they stand with nothing but single spaces round them: most do."""
        start = self.row.find(joined)
        if start < 0 or self._lines_are_separate:
            return False
        end = start + len(joined)
        return end == len(self.row) or self.row[end] in " .,\n"

    def occurrences(self, phrase: tuple[Word, ...]) -> list[Occurrence]:
        """Where words stand in a row, in order; the last one may carry clitics."""
        found = self._found.get(phrase)
        if found is None:
            found = self._found[phrase] = self._occurrences(phrase)
        return found

    def span(self, occurrence: Occurrence) -> tuple[int, int]:
        """Start and end of an occurrence in `text`, in code points."""
        first, last = occurrence
        return self._places.starts[first], self._places.ends[last]

    def cased(self, first: int, last: int) -> list[str]:
        """The words from the first to the last index, with their case."""
        return cased_words(self.text[self._places.starts[first] : self._places.ends[last]])

    def ends_sentence(self, index: int) -> bool:
        """Whether a sentence, a paragraph or a tag ends between this word and the next."""
        if self._lines_are_separate:
            return index in self._line_ends
        start, end = self._places.ends[index], self._places.starts[index + 1]
        return ends_sentence(self.text, start, end, self.words[index])

    def _occurrences(self, phrase: tuple[Word, ...]) -> list[Occurrence]:
        ends = self._positions_of(phrase[-1], last=True)
        if not ends or len(phrase) == 1:
            return [(last, self._with_hyphened(last)) for last in ends]
        length = len(phrase) - 1
        before = [frozenset(self._positions_of(word, last=False)) for word in phrase[:-1]]
        return [
            (last - length, self._with_hyphened(last))
            for last in ends
            if all(last - length + step in here for step, here in enumerate(before))
            and not any(map(self.ends_sentence, range(last - length, last)))
        ]

    def _positions_of(self, word: Word, *, last: bool) -> list[int]:
        """The indexes of a word, in order; of the last one of a phrase, with clitics written onto it."""
        if isinstance(word, str):
            kinds: AbstractSet[str] = {word, *(self.inflected.get(word, ()) if last else ())}
        elif isinstance(word, Prefix):
            kinds = {one for one in self._different if one.startswith(word.letters)}
        else:
            kinds = self._forms(word, last=last)
        if len(kinds) > _FEW:
            return [index for index, one in enumerate(self.words) if one in kinds]
        found = [places for kind in kinds if (places := self._positions_of_form(kind))]
        return found[0] if len(found) == 1 else sorted(index for one in found for index in one)

    def _positions_of_form(self, word: str) -> list[int]:
        """The indexes of a word as it stands there, in order.

        A row of words is searched several times as fast as a table of all of them is made, and most
        queries ask for few words.
        """
        row, sought = self.padded, f" {word} "
        found: list[int] = []
        index, before, at = 0, 0, row.find(sought)
        while at >= 0:
            index += row.count(" ", before, at)  # each word has one space before it
            found.append(index)
            before, at = at, row.find(sought, at + 1)
        return found

    def _forms(self, word: Affixed, *, last: bool) -> AbstractSet[str]:
        every = forms(word.root)
        if not last:
            return every & self._different
        return {
            one
            for one in self._different
            if one in every or any(root in every for root in roots(one))
        }

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
    def _different(self) -> frozenset[str]:
        """Its words, each once."""
        return frozenset(self.words)

    @cached_property
    def _line_ends(self) -> frozenset[int]:
        ends: list[int] = []
        last = -1
        for line in self.text.split("\n"):
            last += len(folded_words(line))
            ends.append(last)
        return frozenset(ends)
