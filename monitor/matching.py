"""Which watchlists an article meets, all of them at once, and by which words. Pure.

One automaton over the padded words of the article finds the watchlists that could match, by the
rarest phrases that each must have (monitor.query.anchors); only those are evaluated. A watchlist
whose words are not in the article costs next to nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick

from monitor.query.anchors import anchors, required
from monitor.query.evaluation import evidence
from monitor.query.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.query.evaluation import Evidence
    from monitor.query.nodes import Phrase, Query

DEFAULT_FIELDS = ("title", "body")
FIELDS = (*DEFAULT_FIELDS, "tags")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """What one watchlist looks for and whom it tells.

    `fields` are names of article fields; `sites`, names of sites, empty for all; `notify`, names of
    channels.
    """

    name: str
    query: Query
    fields: tuple[str, ...] = DEFAULT_FIELDS
    sites: frozenset[str] = field(default_factory=frozenset)
    notify: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of what it matches: equal whatever it is called, however it is written."""
        meaning = [str(self.query), sorted(set(self.fields)), sorted(self.sites)]
        return hashlib.sha256(json.dumps(meaning).encode()).hexdigest()

    def covers(self, site: str | None) -> bool:
        """Whether articles of this site concern it."""
        return not self.sites or site in self.sites


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """`text` stands at [start, end) of the field as given, in code points.

    A list of texts (tags) is one text with a line break between each two.
    """

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An article met a watchlist by these words; in order, none twice."""

    watchlist: str
    spans: tuple[Span, ...]


class Matcher:
    """Watchlists made ready to be matched together; safe to share between threads."""

    def __init__(self, watchlists: Iterable[Watchlist]) -> None:
        self._watchlists = tuple(watchlists)
        self._unanchored: list[int] = []
        anchored: dict[str, list[tuple[int, frozenset[str]]]] = {}
        for index, watchlist in enumerate(self._watchlists):
            phrases = anchors(watchlist.query)
            if phrases is None:
                self._unanchored.append(index)
                continue
            words = required(watchlist.query)
            for phrase in phrases:
                anchored.setdefault(_pattern(phrase), []).append((index, words))
        self._anchored = list(anchored.values())
        self._automaton = AhoCorasick(list(anchored))

    def match(
        self, fields: Mapping[str, str | Sequence[str]], site: str | None
    ) -> tuple[Match, ...]:
        """The watchlists that an article of this site meets, in the order in which they were given.

        `fields` has a text or a list of texts for "title", "body", "tags"; others may be missing.
        """
        article = Reading(fields)
        found: list[Match] = []
        for index in self._candidates(article):
            watchlist = self._watchlists[index]
            if not watchlist.covers(site):
                continue
            spans = evidence(watchlist.query, article, watchlist.fields)
            if spans is not None:
                found.append(Match(watchlist=watchlist.name, spans=_spans(spans, article)))
        return tuple(found)

    def _candidates(self, article: Reading) -> list[int]:
        """The watchlists of which an anchor and every required word occur, in whatever field."""
        hits = self._automaton.find_matches_as_indexes(article.haystack(), overlapping=True)
        has_all = article.vocabulary.issuperset
        candidates = set(self._unanchored)
        for pattern in {pattern for pattern, _, _ in hits}:
            candidates.update([index for index, words in self._anchored[pattern] if has_all(words)])
        return sorted(candidates)


def _pattern(phrase: Phrase) -> str:
    """A phrase as it stands in the haystack; the end of a longer one stays open for its clitics."""
    text = " ".join(phrase.words)
    return f" {text} " if len(phrase.words) == 1 else f" {text}"


def _spans(found: Evidence, article: Reading) -> tuple[Span, ...]:
    return tuple(
        Span(field=name, start=start, end=end, text=article.fields[name].text[start:end])
        for name, start, end in sorted(found)
    )
