"""One watchlist as config.yaml writes it: its model, and all that can be checked of it by itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from core.carets import around
from core.clock import utc
from core.models import Model, Name, Strings, suggest, validate
from monitor.matching.matcher import DEFAULT_FIELDS, FIELDS, Watchlist
from monitor.query.errors import QueryError
from monitor.query.nodes import And, Not, Or, Query
from monitor.query.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from core.errors import Problem
    from core.located_yaml import Document, Place


def _terms(value: object) -> object:
    """One term as a list of one; a list as a tuple; anything else unchanged, to be refused."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _instant(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is no time: write 2026-12-31 or 2026-12-31 18:00") from None


def _language(value: str) -> str:
    if not (value.isascii() and value.isalpha() and value.islower() and len(value) in (2, 3)):
        raise ValueError(f"{value!r} is no language: write id, en, ms or the like")
    return value


_NOWHERE = "(no site)"
"""No site can have this name."""

Terms = Annotated[
    tuple[str, ...], BeforeValidator(_terms, json_schema_input_type=str | tuple[str, ...])
]
"""A list of queries, or one query."""
Instant = Annotated[datetime, BeforeValidator(_instant, json_schema_input_type=str)]
"""A date or time; naive where it names no zone."""
Language = Annotated[str, AfterValidator(_language)]
Languages = Annotated[
    tuple[Language, ...], BeforeValidator(_terms, json_schema_input_type=str | tuple[str, ...])
]


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
    aliases: bool = True
    sites: Strings = ()
    regions: Strings = ()
    languages: Languages = ()
    notify: Strings | None = None
    min_independent: int = Field(default=1, ge=1, le=100)
    mute_until: Instant | None = None
    revisions: bool = True
    urgent: bool = False
    examples: Examples = Examples()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a watchlist may name: channels and sites (None: not to be checked), regions with their sites.

    `zone` is that of a time which names none.
    """

    channels: Collection[str] | None
    sites: Collection[str] | None
    regions: Mapping[str, Collection[str]] | None
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A watchlist whose keys and terms can be read; its references are not resolved yet."""

    config: WatchlistConfig
    place: Place
    terms: Mapping[str, Sequence[Query]]
    sites: frozenset[str]
    notify: tuple[str, ...]
    mute_until: datetime | None

    @property
    def name(self) -> str:
        return self.config.name

    def watchlist(self, meaning: Callable[[Query], Query]) -> Watchlist:
        """The watchlist, with its terms as `meaning` makes them."""
        any_of, all_of, none_of = (
            [meaning(query) for query in self.terms[key]] for key in ("any", "all", "none")
        )
        return Watchlist(
            name=self.name,
            query=combined(any_of, all_of, none_of),
            fields=self.config.fields,
            sites=self.sites,
            languages=frozenset(self.config.languages),
            notify=self.notify,
            min_independent=self.config.min_independent,
            mute_until=self.mute_until,
            revisions=self.config.revisions,
            urgent=self.config.urgent,
        )


def combined(any_of: Sequence[Query], all_of: Sequence[Query], none_of: Sequence[Query]) -> Query:
    """One query for the three lists, of which `any_of` or `all_of` must not be empty."""
    parts = list(all_of) + [Not(query) for query in none_of]
    if any_of:
        parts.insert(0, any_of[0] if len(any_of) == 1 else Or(tuple(any_of)))
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def read_draft(
    document: Document, place: Place, around: Surroundings
) -> tuple[Draft | None, list[Problem]]:
    """The watchlist at `place`, or None and every problem with it."""
    config, problems = validate(WatchlistConfig, document, place)
    if config is None:
        return None, problems
    reader = _Reader(document, place, around)
    draft = reader.draft(config)
    return (None if reader.problems else draft), reader.problems


class _Reader:
    """Checks what one watchlist names, and reads its terms."""

    def __init__(self, document: Document, place: Place, around: Surroundings) -> None:
        self.problems: list[Problem] = []
        self._document = document
        self._place = place
        self._around = around

    def draft(self, config: WatchlistConfig) -> Draft:
        self._check_names(config)
        terms = {
            key: self._terms(key, given)
            for key, given in (("any", config.any), ("all", config.all), ("none", config.none))
        }
        if not config.any and not config.all:
            self._refuse("this watchlist looks for nothing: write a term in `any` or `all`")
        return Draft(
            config=config,
            place=self._place,
            terms=terms,
            sites=frozenset(config.sites) | self._sites_of(config.regions),
            notify=tuple(self._around.channels or ()) if config.notify is None else config.notify,
            mute_until=self._instant(config.mute_until),
        )

    def _refuse(self, message: str, *steps: str | int, drawn: str = "") -> None:
        problem = self._document.problem((*self._place, *steps), message)
        self.problems.append(replace(problem, drawn=drawn))

    def _check_names(self, config: WatchlistConfig) -> None:
        around = self._around
        self._check_known("in", config.fields, FIELDS, "field", "title, body or tags")
        self._check_known("sites", config.sites, around.sites, "site", "a name from `sites:`")
        notify = config.notify or ()
        self._check_known("notify", notify, around.channels, "channel", "a name from `channels:`")
        self._check_known("regions", config.regions, around.regions, "region", "a province")
        if not config.fields:
            self._refuse("`in` is empty: name a field to look in, or leave it out", "in")

    def _check_known(
        self, key: str, names: Sequence[str], known: Collection[str] | None, what: str, write: str
    ) -> None:
        for index, name in enumerate(names):
            if known is not None and name not in known:
                message = f"there is no {what} {name!r}{suggest(name, known)}: write {write}"
                self._refuse(message, key, index)

    def _sites_of(self, regions: Sequence[str]) -> frozenset[str]:
        """The sites of these regions: never none where one is named, which would mean all sites."""
        known = self._around.regions or {}
        found = frozenset(site for region in regions for site in known.get(region, ()))
        return found or frozenset({_NOWHERE} if regions else ())

    def _instant(self, written: datetime | None) -> datetime | None:
        if written is None:
            return None
        return utc(
            written if written.tzinfo else written.replace(tzinfo=ZoneInfo(self._around.zone))
        )

    def _terms(self, key: str, terms: Sequence[str]) -> list[Query]:
        queries = []
        for index, term in enumerate(terms):
            try:
                queries.append(parse(term))
            except QueryError as error:
                shown, _ = around(term, error.column)
                where = f"column {error.column} of {shown!r}"
                self._refuse(f"{error.message} ({where})", key, index, drawn=error.caret)
        return queries
