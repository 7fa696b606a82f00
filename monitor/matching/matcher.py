"""Which watchlists an article meets, all of them at once, and by which words. Pure.

An article is read once. The watchlists that could match are found by the words that each must have
(monitor.matching.candidates); a compiled query says of each whether it does; words are placed only in
articles that match. A watchlist whose words are not in the article costs next to nothing.
"""

from __future__ import annotations

import gc
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.matching.candidates import Candidates
from monitor.query.deciding import decider
from monitor.query.evaluation import evidence
from monitor.query.fields import fields_read
from monitor.query.inflections import Inflections
from monitor.query.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from monitor.query.deciding import Decide
    from monitor.query.evaluation import Evidence
    from monitor.query.nodes import Query

DEFAULT_FIELDS = ("title", "body")
FIELDS = (*DEFAULT_FIELDS, "tags")
MANY = 10_000
"""Watchlists from which on the garbage collector is kept from walking over them again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """What one watchlist looks for and whom it tells.

    `fields` are names of article fields; `sites` and `languages` say whose articles concern it, empty
    for all; `notify`, names of channels. `min_independent` is how many groups of
    publishers must have written for themselves before it tells of a story; until `mute_until` it
    tells nobody. `revisions`: it tells those who heard of an article what becomes of it. What is `urgent`
    passes quiet hours, and waits for no digest.
    """

    name: str
    query: Query
    fields: tuple[str, ...] = DEFAULT_FIELDS
    sites: frozenset[str] = field(default_factory=frozenset)
    languages: frozenset[str] = field(default_factory=frozenset)
    notify: tuple[str, ...] = ()
    min_independent: int = 1
    mute_until: datetime | None = None
    revisions: bool = True
    urgent: bool = False

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of what it matches: equal whatever it is called, however it is written."""
        meaning: list[object] = [
            str(self.query),
            sorted(set(self.fields)),
            sorted(self.sites),
        ]
        if self.languages:
            meaning.append(sorted(self.languages))
        return hashlib.sha256(json.dumps(meaning).encode()).hexdigest()

    def covers(self, site: str | None, language: str | None = None) -> bool:
        """Whether articles of this site in this language concern it; an unknown language may be right."""
        return (not self.sites or site in self.sites) and (
            not self.languages or language is None or language in self.languages
        )


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

    def __init__(
        self, watchlists: Iterable[Watchlist], *, shares: Mapping[str, float] | None = None
    ) -> None:
        """`shares` says how much of all articles has a word, as far as an archive knows.

        It changes nothing but the speed with thousands of watchlists.
        """
        self._base = _Compiled(watchlists, shares)
        self._edits = _Compiled(())
        self._replaced: frozenset[str] = frozenset()
        self._inflections = Inflections()
        if len(self._base) >= MANY:
            # What is here now stays: walking over it at every full collection would cost more than
            # all matching.
            gc.collect()
            gc.freeze()

    def edited(self, put: Iterable[Watchlist] = (), drop: Collection[str] = ()) -> Matcher:
        """The same with these watchlists added, or put in the place of those of their names.

        Costs what all edits since the matcher was built cost together, however many watchlists there
        are; when they have become a good part of these, build a new one.
        """
        changed = {one.name: one for one in self._edits if one.name not in drop}
        changed.update({one.name: one for one in put})
        other = Matcher(())
        other._base = self._base
        other._edits = _Compiled(changed.values())
        other._replaced = self._replaced.union(changed, drop)
        other._inflections = self._inflections
        return other

    def match(
        self,
        fields: Mapping[str, str | Sequence[str]],
        site: str | None,
        *,
        on: date | None = None,
        language: str | None = None,
    ) -> tuple[Match, ...]:
        """The watchlists that an article of this site meets, in the order in which they were given.

        `fields` has a text or a list of texts for each of "title", "body", "tags", "author",
        "section" and "url"; any may be missing. `on` is the day on which it was published: what a
        place was called then counts, and every name while it is unknown.
        """
        article = self._read(fields, site, on)
        return tuple(
            Match(watchlist=one.name, spans=_spans(one, article))
            for one in self._met(article, site, language)
        )

    def names(
        self,
        fields: Mapping[str, str | Sequence[str]],
        site: str | None,
        *,
        on: date | None = None,
        language: str | None = None,
    ) -> tuple[str, ...]:
        """The names of the same watchlists, without the words: several times as fast where many match."""
        article = self._read(fields, site, on)
        return tuple(one.name for one in self._met(article, site, language))

    def _read(
        self, fields: Mapping[str, str | Sequence[str]], site: str | None, on: date | None
    ) -> Reading:
        needed = self._base.fields | self._edits.fields
        read = {name: value for name, value in fields.items() if name in needed}
        if site is not None and "site" in needed:
            read.setdefault("site", site)
        return Reading(read, on=on, inflections=self._inflections)

    def _met(self, article: Reading, site: str | None, language: str | None) -> Iterator[Watchlist]:
        for one in self._base.met(article):
            if one.name not in self._replaced and one.covers(site, language):
                yield one
        for one in self._edits.met(article):
            if one.covers(site, language):
                yield one


class _Compiled:
    """Watchlists with what finds and decides them; each query is compiled when it is first needed."""

    def __init__(
        self, watchlists: Iterable[Watchlist], shares: Mapping[str, float] | None = None
    ) -> None:
        self._watchlists = tuple(watchlists)
        self._candidates = Candidates([one.query for one in self._watchlists], shares=shares)
        self._deciders: list[Decide | None] = [None] * len(self._watchlists)
        self.fields = frozenset[str]().union(
            *{one.fields for one in self._watchlists},
            *(fields_read(one.query) for one in self._watchlists),
        )

    def __len__(self) -> int:
        return len(self._watchlists)

    def __iter__(self) -> Iterator[Watchlist]:
        return iter(self._watchlists)

    def met(self, article: Reading) -> Iterator[Watchlist]:
        """The watchlists whose query holds, in their order; whose articles concern them is not asked."""
        possible, certain = self._candidates.of(article.vocabulary)
        for number in sorted(possible):
            watchlist = self._watchlists[number]
            scope = article.scope(watchlist.fields)
            if number in certain and scope.vocabulary is article.vocabulary:
                yield watchlist
                continue
            decide = self._deciders[number]
            if decide is None:
                decide = self._deciders[number] = decider(watchlist.query)
            if decide(scope, article):
                yield watchlist


def _spans(watchlist: Watchlist, article: Reading) -> tuple[Span, ...]:
    """The words by which an article that meets a watchlist does so."""
    found: Evidence = evidence(watchlist.query, article, watchlist.fields) or frozenset()
    return tuple(
        Span(field=name, start=start, end=end, text=article.text(name)[start:end])
        for name, start, end in sorted(found)
    )
