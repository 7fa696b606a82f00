"""The watchlists section of config.yaml, read as a whole: what they name of one another, and their examples.

Everything wrong is found at once, each at the very term. A watchlist that fails its own examples can
keep the terms of its last good form; nothing else that is wrong can.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.models import suggest
from monitor.query.deciding import decider
from monitor.query.fields import LEAD
from monitor.query.lexer import FIELDS
from monitor.query.needs import holds_in_nothing
from monitor.query.nodes import Query, Within
from monitor.query.reading import Reading
from monitor.query.references import counts, references, resolved, size
from monitor.watchlists.aliases import NO_ALIASES, read_aliases, shipped_aliases
from monitor.watchlists.drafts import Draft, Surroundings, read_draft

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from core.errors import Problem
    from core.located_yaml import Document, Place
    from monitor.matching.matcher import Watchlist
    from monitor.watchlists.aliases import Aliases

MOST_LEAVES = 5_000


@dataclass(slots=True, kw_only=True)
class WatchlistSection:
    """The watchlists that can be used, in their order, and everything wrong with any.

    `kept` has, by name, those that kept the terms of their last good form, with the examples that they
    failed; `aliases` are the names that they were expanded by, shipped ones and those of the document.
    """

    watchlists: tuple[Watchlist, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    kept: dict[str, list[Problem]] = field(default_factory=dict)
    aliases: Aliases = field(default_factory=shipped_aliases)


def read_watchlists(
    document: Document,
    place: Place = ("watchlists",),
    *,
    channels: Collection[str] | None,
    sites: Collection[str] | None,
) -> tuple[tuple[Watchlist, ...], list[Problem]]:
    """The watchlists at `place` that can be used, and a problem for all that is wrong with any.

    `channels` and `sites` are the names that exist; None when they are not to be checked.
    """
    around = Surroundings(channels=channels, sites=sites, regions=None, zone="UTC")
    section = read_section(document, place, around)
    return section.watchlists, section.problems


def read_section(
    document: Document,
    place: Place,
    around: Surroundings,
    *,
    last_good: Iterable[Watchlist] = (),
) -> WatchlistSection:
    """The watchlists at `place`, with the names under `aliases` of the same document.

    One of `last_good` lends its terms to a watchlist of its name that fails its own examples.
    """
    data = _at(document.data, place)
    own, unclear = read_aliases(document)
    aliases = shipped_aliases().joined(own)
    if data is None:
        return WatchlistSection(problems=unclear, aliases=aliases)
    if not isinstance(data, list):
        problem = document.problem(place, "this must be a list of watchlists")
        return WatchlistSection(problems=[*unclear, problem])
    drafts, problems = _drafts(document, place, around, len(data))
    problems = [*unclear, *_repeated_names(document, place, data), *problems]
    names = [one.get("name") for one in data if isinstance(one, dict)]
    section = _Section(document, drafts, names, aliases, {one.name: one for one in last_good})
    found = [section.watchlist(draft.name) for draft in drafts.values()]
    return WatchlistSection(
        watchlists=tuple(one for one in found if one is not None),
        problems=problems + section.problems,
        kept=section.kept,
        aliases=aliases,
    )


def _at(data: Any, place: Place) -> Any:
    for step in place:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _drafts(
    document: Document, place: Place, around: Surroundings, count: int
) -> tuple[dict[str, Draft], list[Problem]]:
    """The first readable watchlist of each name."""
    drafts: dict[str, Draft] = {}
    problems: list[Problem] = []
    for index in range(count):
        draft, found = read_draft(document, (*place, index), around)
        problems += found
        if draft is not None:
            drafts.setdefault(draft.name, draft)
    return drafts, problems


def _repeated_names(document: Document, place: Place, data: Sequence[object]) -> list[Problem]:
    """A problem for each watchlist that is called as an earlier one."""
    seen: dict[str, Place] = {}
    problems = []
    for index, one in enumerate(data):
        name = one.get("name") if isinstance(one, dict) else None
        here = (*place, index, "name")
        if isinstance(name, str) and name in seen:
            first = document.where(seen[name], seen_from=here)
            message = f"there is a watchlist {name!r} already, {first}: give this one another name"
            problems.append(document.problem(here, message))
        elif isinstance(name, str):
            seen[name] = here
    return problems


class _Section:
    """Makes watchlists of drafts, each after those that it refers to."""

    def __init__(
        self,
        document: Document,
        drafts: Mapping[str, Draft],
        names: Sequence[object],
        aliases: Aliases,
        last_good: Mapping[str, Watchlist],
    ) -> None:
        self.problems: list[Problem] = []
        self.kept: dict[str, list[Problem]] = {}
        self._document = document
        self._drafts = drafts
        self._names = frozenset(name for name in names if isinstance(name, str))
        self._aliases = aliases
        self._last_good = last_good
        self._made: dict[str, Watchlist | None] = {}
        self._under_way: list[str] = []

    def watchlist(self, name: str) -> Watchlist | None:
        """The watchlist of a draft; None, with a problem somewhere, when it cannot be used."""
        if name not in self._made:
            self._under_way.append(name)
            self._made[name] = self._make(self._drafts[name])
            self._under_way.pop()
        return self._made[name]

    def _make(self, draft: Draft) -> Watchlist | None:
        meanings = self._meanings(draft)
        if meanings is None:
            return None
        aliases = self._aliases if draft.config.aliases else NO_ALIASES
        watchlist = draft.watchlist(lambda query: resolved(aliases.expanded(query), meanings))
        if size(watchlist.query) > MOST_LEAVES:
            message = (
                f"with all that it refers to this has more than {MOST_LEAVES:,} words: split it"
            )
            self._refuse(draft, message)
            return None
        if holds_in_nothing(watchlist.query):
            self._refuse_unanchored(draft, meanings)
            return None
        return self._tried(draft, watchlist)

    def _refuse(self, draft: Draft, message: str, *steps: str | int) -> None:
        self.problems.append(self._document.problem((*draft.place, *steps), message))

    def _meanings(self, draft: Draft) -> dict[str, Query] | None:
        """What the watchlists that a draft refers to look for; None when one of them is no use."""
        meanings: dict[str, Query] = {}
        sound = True
        for key, queries in draft.terms.items():
            for index, query in enumerate(queries):
                for name in references(query):
                    meaning = self._meaning(draft, name, key, index)
                    if meaning is None:
                        sound = False
                    else:
                        meanings[name] = meaning
        return meanings if sound else None

    def _meaning(self, draft: Draft, name: str, key: str, index: int) -> Query | None:
        if name in self._under_way:
            way = " -> ".join([*self._under_way[self._under_way.index(name) :], name])
            self._refuse(draft, f"this leads round in a circle: {way}", key, index)
            return None
        if name not in self._names:
            hint = suggest(name, self._names)
            self._refuse(draft, f"there is no watchlist {name!r}{hint}", key, index)
            return None
        watchlist = self.watchlist(name) if name in self._drafts else None
        return Within(watchlist.fields, watchlist.query) if watchlist else None

    def _refuse_unanchored(self, draft: Draft, meanings: Mapping[str, Query]) -> None:
        """Say which term lets in every article that merely lacks a word."""
        message = (
            "this alone would match almost everything: join it by AND to words that must occur"
        )
        if not draft.terms["any"]:
            self._refuse(draft, message, "all")
        for index, query in enumerate(draft.terms["any"]):
            if holds_in_nothing(resolved(query, meanings)):
                self._refuse(draft, message, "any", index)

    def _tried(self, draft: Draft, watchlist: Watchlist) -> Watchlist | None:
        """The watchlist; with the terms of its last good form, where there is one, if it fails its examples.

        What the examples do not try is as now written: the channels and sites of old may be gone.
        """
        failed = list(self._failed(draft, watchlist))
        if not failed:
            return watchlist
        last = self._last_good.get(watchlist.name)
        if last is None:
            self.problems += failed
            return None
        self.kept[watchlist.name] = failed
        return replace(watchlist, query=last.query, fields=last.fields)

    def _failed(self, draft: Draft, watchlist: Watchlist) -> Iterable[Problem]:
        wanted = {"match": True, "reject": False}
        for key, meets in wanted.items():
            for index, text in enumerate(getattr(draft.config.examples, key)):
                if meets_example(watchlist, text) is not meets:
                    does = "should match and does not" if meets else "should not match and does"
                    place = (*draft.place, "examples", key, index)
                    yield self._document.problem(place, f"this example {does}")


def meets_example(watchlist: Watchlist, example: str) -> bool:
    """Whether an article with this text in every field meets it; `sites` and `languages` do not count.

    Where mentions are counted, the text stands in one field after the other, or it would count twice.
    """
    decide = decider(watchlist.query)
    every = [field for field in FIELDS if field != LEAD]
    placed = [[field] for field in every] if counts(watchlist.query) else [every]
    articles = (Reading(dict.fromkeys(fields, example)) for fields in placed)
    return any(decide(article.scope(watchlist.fields), article) for article in articles)
