"""The watchlists section of config.yaml: its model, and its reading into watchlists that match.

Everything wrong is found at once, each at the very term: queries that cannot be read, unknown
channels and sites, watchlists that would match everything, and ones that fail their own examples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from core.models import Model, Name, Strings, suggest, validate
from monitor.matching import DEFAULT_FIELDS, FIELDS, Watchlist
from monitor.query.anchors import anchors
from monitor.query.errors import QueryError
from monitor.query.evaluation import evidence
from monitor.query.nodes import And, Not, Or, Query
from monitor.query.parser import parse
from monitor.query.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from core.errors import Problem
    from core.located_yaml import Document, Place


def _terms(value: object) -> object:
    """One term as a list of one; a list as a tuple; anything else unchanged, to be refused."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


Terms = Annotated[tuple[str, ...], BeforeValidator(_terms)]
"""A list of queries, or one query."""


class Examples(Model):
    """Texts that a watchlist must match, and must not."""

    match: Terms = ()
    reject: Terms = ()


class WatchlistConfig(Model):
    """One watchlist as config.yaml writes it.

    It matches what meets one at least of `any`, each of `all` and none of `none`. `notify` left out
    is every channel; an empty list, none.
    """

    name: Name
    any: Terms = ()
    all: Terms = ()
    none: Terms = ()
    fields: Strings = Field(alias="in", default=DEFAULT_FIELDS)
    sites: Strings = ()
    notify: Strings | None = None
    examples: Examples = Examples()


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
    data = _at(document.data, place)
    if data is None:
        return (), []
    if not isinstance(data, list):
        return (), [document.problem(place, "this must be a list of watchlists")]
    found: list[Watchlist] = []
    problems = _repeated_names(document, place, data)
    for index in range(len(data)):
        one = _Reader(document, (*place, index), channels, sites)
        watchlist = one.watchlist()
        problems += one.problems
        if watchlist is not None:
            found.append(watchlist)
    return tuple(found), problems


def _at(data: Any, place: Place) -> Any:
    for step in place:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _repeated_names(document: Document, place: Place, data: Sequence[object]) -> list[Problem]:
    """A problem for each watchlist that is called as an earlier one."""
    seen: set[str] = set()
    problems = []
    for index, one in enumerate(data):
        name = one.get("name") if isinstance(one, dict) else None
        if isinstance(name, str) and name in seen:
            message = f"there is a watchlist {name!r} already: give this one another name"
            problems.append(document.problem((*place, index, "name"), message))
        elif isinstance(name, str):
            seen.add(name)
    return problems


class _Reader:
    """Reads one watchlist and collects what is wrong with it."""

    def __init__(
        self,
        document: Document,
        place: Place,
        channels: Collection[str] | None,
        sites: Collection[str] | None,
    ) -> None:
        self.problems: list[Problem] = []
        self._document = document
        self._place = place
        self._channels = channels
        self._sites = sites

    def watchlist(self) -> Watchlist | None:
        """The watchlist; None, with at least one problem, when it cannot be used."""
        config, self.problems = validate(WatchlistConfig, self._document, self._place)
        if config is None:
            return None
        self._check_names(config)
        query = self._query(config)
        if query is None or self.problems:
            return None
        watchlist = Watchlist(
            name=config.name,
            query=query,
            fields=config.fields,
            sites=frozenset(config.sites),
            notify=self._notify(config),
        )
        self._try_examples(watchlist, config.examples)
        return None if self.problems else watchlist

    def _refuse(self, message: str, *steps: str | int) -> None:
        self.problems.append(self._document.problem((*self._place, *steps), message))

    def _check_names(self, config: WatchlistConfig) -> None:
        self._check_known("in", config.fields, FIELDS, "field", "title, body or tags")
        self._check_known("sites", config.sites, self._sites, "site", "a name from `sites:`")
        notify = config.notify or ()
        self._check_known("notify", notify, self._channels, "channel", "a name from `channels:`")
        if not config.fields:
            self._refuse("`in` is empty: name a field to look in, or leave it out", "in")

    def _check_known(
        self, key: str, names: Sequence[str], known: Collection[str] | None, what: str, write: str
    ) -> None:
        for index, name in enumerate(names):
            if known is not None and name not in known:
                message = f"there is no {what} {name!r}{suggest(name, known)}: write {write}"
                self._refuse(message, key, index)

    def _notify(self, config: WatchlistConfig) -> tuple[str, ...]:
        return tuple(self._channels or ()) if config.notify is None else config.notify

    def _query(self, config: WatchlistConfig) -> Query | None:
        """The three lists as one query; None when a term is wrong or everything would match."""
        any_of = self._terms("any", config.any)
        all_of = self._terms("all", config.all)
        none_of = self._terms("none", config.none)
        if self.problems:
            return None
        if not any_of and not all_of:
            self._refuse("this watchlist looks for nothing: write a term in `any` or `all`")
            return None
        query = combined(any_of, all_of, none_of)
        if anchors(query) is None:
            self._refuse_unanchored(any_of)
            return None
        return query

    def _refuse_unanchored(self, any_of: Sequence[Query]) -> None:
        """Say which term lets in every article that merely lacks a word."""
        message = (
            "this alone would match almost everything: join it by AND to words that must occur"
        )
        if not any_of:
            self._refuse(message, "all")
        for index, query in enumerate(any_of):
            if anchors(query) is None:
                self._refuse(message, "any", index)

    def _terms(self, key: str, terms: Sequence[str]) -> list[Query]:
        queries = []
        for index, term in enumerate(terms):
            try:
                queries.append(parse(term))
            except QueryError as error:
                where = f"column {error.column} of {term!r}"
                self._refuse(f"{error.message} ({where})", key, index)
        return queries

    def _try_examples(self, watchlist: Watchlist, examples: Examples) -> None:
        for index, text in enumerate(examples.match):
            if not _meets(watchlist, text):
                self._refuse("this example should match and does not", "examples", "match", index)
        for index, text in enumerate(examples.reject):
            if _meets(watchlist, text):
                self._refuse("this example should not match and does", "examples", "reject", index)


def combined(any_of: Sequence[Query], all_of: Sequence[Query], none_of: Sequence[Query]) -> Query:
    """One query for the three lists, of which `any_of` or `all_of` must not be empty."""
    parts = list(all_of) + [Not(query) for query in none_of]
    if any_of:
        parts.insert(0, any_of[0] if len(any_of) == 1 else Or(tuple(any_of)))
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _meets(watchlist: Watchlist, example: str) -> bool:
    """Whether an article with this text in every field meets the watchlist; sites do not count."""
    article = Reading(dict.fromkeys(watchlist.fields, example))
    return evidence(watchlist.query, article, watchlist.fields) is not None
