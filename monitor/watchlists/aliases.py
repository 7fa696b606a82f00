"""Other names of the same thing: a term that uses one meets them all. Pure but for the shipped table.

Some names belong to a time (Astana was Nur-Sultan from 2019 to 2022); such a name counts in articles
of that time. The name that a term uses counts always.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from core.located_yaml import load
from core.text import folded_words
from monitor.query.nodes import And, Count, Near, Not, Or, Phrase, Window, Within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from core.errors import Problem
    from core.located_yaml import Document, Place
    from monitor.query.nodes import Counted, NearSide, Query, Word

MOST_ALTERNATIVES = 100
_KEYS = frozenset({"name", "from", "until"})
_FORM = "write a name, or {name: Nur-Sultan, from: 2019-03-23, until: 2022-09-17}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One name of a thing, folded, and when it was in use."""

    words: tuple[str, ...]
    during: Window | None = None


class Aliases:
    """Groups of names, each the names of one thing."""

    def __init__(self, groups: Iterable[Sequence[Name]] = ()) -> None:
        self._groups = tuple(tuple(group) for group in groups)
        self._by_words: dict[tuple[str, ...], list[Name]] = {}
        for group in self._groups:
            for name in group:
                self._by_words.setdefault(name.words, []).extend(group)
        self._longest = max(map(len, self._by_words), default=0)

    def joined(self, other: Aliases) -> Aliases:
        """The names of both."""
        return Aliases([*self._groups, *other._groups])

    def expanded(self, query: Query) -> Query:
        """The query with every phrase that uses a name joined by OR to those with the other names."""
        match query:
            case Phrase():
                return self._phrase(query)
            case And() | Or():
                return replace(query, parts=tuple(map(self.expanded, query.parts)))
            case Not() | Within():
                return replace(query, part=self.expanded(query.part))
            case Count():
                # A phrase becomes an OR of phrases, which may stand wherever a phrase may.
                return replace(query, part=cast("Counted", self.expanded(query.part)))
            case Near():
                left, right = self.expanded(query.left), self.expanded(query.right)
                return replace(query, left=cast("NearSide", left), right=cast("NearSide", right))
            case _:
                return query

    def _phrase(self, phrase: Phrase) -> Query:
        alternatives = islice(self._alternatives(phrase.words, 0), MOST_ALTERNATIVES)
        found = {words: during for words, during in alternatives if words != phrase.words}
        if not found:
            return phrase
        return Or((phrase, *(Phrase(words, during) for words, during in found.items())))

    def _alternatives(
        self, words: tuple[Word, ...], start: int
    ) -> Iterator[tuple[tuple[Word, ...], Window | None]]:
        """The words from `start` on under every name that they use, with when all of those held."""
        if start == len(words):
            yield (), None
            return
        used, names = self._name_at(words, start)
        for rest, during in self._alternatives(words, start + used):
            yield (*words[start : start + used], *rest), during
            for name in names:
                if name.words != words[start : start + used]:
                    yield (*name.words, *rest), _both(name.during, during)

    def _name_at(self, words: tuple[Word, ...], start: int) -> tuple[int, Sequence[Name]]:
        """How many words the longest name here has, and the names of the same thing; else one word."""
        for length in range(min(self._longest, len(words) - start), 0, -1):
            names = self._by_words.get(words[start : start + length])  # type: ignore[arg-type]
            if names:
                return length, names
        return 1, ()


NO_ALIASES = Aliases()


@lru_cache(maxsize=1)
def shipped_aliases() -> Aliases:
    """The names that Siaga knows by itself."""
    text = files("monitor.watchlists").joinpath("aliases.yaml").read_text(encoding="utf-8")
    aliases, problems = _read(load(text, "aliases.yaml"), ())
    if problems:
        raise ValueError("; ".join(map(str, problems)))
    return aliases


def read_aliases(document: Document) -> tuple[Aliases, list[Problem]]:
    """The user's own names under `aliases`, and a problem for each that cannot be read."""
    if document.data.get("aliases") is None:
        return NO_ALIASES, []
    return _read(document, ("aliases",))


def _read(document: Document, place: Place) -> tuple[Aliases, list[Problem]]:
    data = document.data[place[0]] if place else document.data
    if not isinstance(data, list):
        return NO_ALIASES, [document.problem(place, "this must be a list of lists of names")]
    problems: list[Problem] = []
    groups = [_group(document, (*place, index), one, problems) for index, one in enumerate(data)]
    return Aliases(groups), problems


def _group(
    document: Document, place: Place, data: Any, problems: list[Problem]
) -> tuple[Name, ...]:
    if not isinstance(data, list) or len(data) < 2:
        message = "this must be a list of two names or more of the same thing"
        problems.append(document.problem(place, message))
        return ()
    names = []
    for index, one in enumerate(data):
        try:
            names.append(_name(one))
        except ValueError as error:
            problems.append(document.problem((*place, index), str(error)))
    return tuple(names)


def _name(data: Any) -> Name:
    if isinstance(data, str):
        data = {"name": data}
    if not isinstance(data, dict) or not isinstance(data.get("name"), str) or data.keys() - _KEYS:
        raise ValueError(_FORM)
    words = tuple(folded_words(data["name"]))
    if not words:
        raise ValueError(f"there is no word in {data['name']!r}")
    since, until = _day(data.get("from")), _day(data.get("until"))
    if since is None and until is None:
        return Name(words=words)
    return Name(words=words, during=Window(since=since, until=until))


def _day(value: Any) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is no day: write one like 2019-03-23") from None


def _both(one: Window | None, other: Window | None) -> Window | None:
    """The days on which both hold."""
    if one is None or other is None:
        return one or other
    starts = [window.since for window in (one, other) if window.since]
    ends = [window.until for window in (one, other) if window.until]
    return Window(since=max(starts, default=None), until=min(ends, default=None))
