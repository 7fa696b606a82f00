"""Which of many queries an article could meet, found by the words that each must have. Pure.

Every set of words that a query needs (monitor.query.needs) is kept under its rarest word, its anchor,
with the next rarest beside it; only sets whose anchor occurs are looked at. A word is an anchor that
the article's own words are intersected with, which is cheaper than an automaton over the text; the
forms of a root lead to the root; the beginnings of words are found by an Aho-Corasick automaton over
the words of the article, each with a space before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick

from monitor.query.affixes import forms
from monitor.query.needs import needs, rarity
from monitor.query.nodes import Affixed, Prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.query.nodes import Query, Word


_Set = tuple[str, int, frozenset[str]]
"""Words that a query needs together with their anchor: the one that is asked for first (of an anchor
that stands alone, itself), the query's number, and the rest. The number is below zero, and all bits
turned (~), when these words are enough."""


class Candidates:
    """Queries by number, in the order in which they were given; safe to share between threads."""

    def __init__(
        self, queries: Sequence[Query], *, shares: Mapping[str, float] | None = None
    ) -> None:
        """`shares` says how much of all articles has a word, where that is known: the rest is guessed."""
        self._shares = shares or {}
        self._unanchored: list[int] = []
        self._under: dict[str, list[_Set]] = {}
        self._after_prefix: dict[str, list[tuple[int, frozenset[str]]]] = {}
        self._roots: dict[str, list[str]] = {}
        self._texts: dict[str, str] = {}
        for number, query in enumerate(queries):
            self._add(number, query)
        # With 100,000 queries matching waits for memory more than for anything else. So equal words
        # are kept once, the sets of an anchor are made anew together, to lie side by side, and the
        # words that are asked for first stand together once more, with their hashes: where none of
        # them occurs, which is the rule, no set of the anchor is touched.
        self._under = {anchor: [(*one,) for one in sets] for anchor, sets in self._under.items()}
        self._seconds = {
            anchor: frozenset([second for second, _, _ in sets])
            for anchor, sets in self._under.items()
        }
        self._texts, self._shares = {}, {}
        self._anchors, self._forms = frozenset(self._under), frozenset(self._roots)
        self._begun = list(self._after_prefix.values())
        self._prefixes = AhoCorasick([f" {letters}" for letters in self._after_prefix])

    def of(self, vocabulary: frozenset[str]) -> tuple[set[int], set[int]]:
        """The queries that an article of these words may meet, and those that it certainly meets.

        The latter hold wherever all of its words are looked at, and are among the former.
        """
        keys = vocabulary
        if self._forms:
            keys = keys.union(*[self._roots[form] for form in self._forms & vocabulary])
        met = [*self._anchored(keys), *self._after_prefixes(vocabulary, keys)]
        certain = {~query for query in met if query < 0}
        return certain.union(self._unanchored, (query for query in met if query >= 0)), certain

    def _anchored(self, keys: frozenset[str]) -> list[int]:
        under, seconds, none_of = self._under, self._seconds, keys.isdisjoint
        found = [
            (query, others)
            for anchor in self._anchors & keys
            if not none_of(seconds[anchor])
            for second, query, others in under[anchor]
            if second in keys
        ]
        return [query for query, others in found if others.issubset(keys)]

    def _after_prefixes(self, vocabulary: frozenset[str], keys: frozenset[str]) -> Iterator[int]:
        """The queries that are kept under the beginnings of these words."""
        if not self._begun:
            return
        row = f" {' '.join(vocabulary)}"
        hits = self._prefixes.find_matches_as_indexes(row, overlapping=True)
        for prefix in {prefix for prefix, _, _ in hits}:
            yield from [query for query, others in self._begun[prefix] if others.issubset(keys)]

    def _add(self, number: int, query: Query) -> None:
        found = needs(query)
        if not all(found.alternatives):
            self._unanchored.append(number)
            return
        signed = ~number if found.enough else number
        for words in found.alternatives:
            anchor, *others = sorted(words, key=self._share)
            keys = [self._key(word) for word in others if not isinstance(word, Prefix)]
            if isinstance(anchor, Prefix):
                self._after_prefix.setdefault(anchor.letters, []).append((signed, frozenset(keys)))
                continue
            key = self._key(anchor)
            one = (keys[0] if keys else key, signed, frozenset(keys[1:]))
            self._under.setdefault(key, []).append(one)

    def _share(self, word: Word) -> float:
        known = self._shares.get(word) if isinstance(word, str) else None
        return rarity(word) if known is None else known

    def _key(self, word: str | Affixed) -> str:
        """What stands for a word among an article's words; a root is marked as no word is."""
        key = str(word)
        known = self._texts.get(key)
        if known is not None:
            return known
        if isinstance(word, Affixed):
            for form in forms(word.root):
                self._roots.setdefault(form, []).append(key)
        self._texts[key] = key
        return key
