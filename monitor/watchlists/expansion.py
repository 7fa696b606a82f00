"""What the leaves of a query stand for, spelled out for people. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.query.affixes import forms, usual_forms
from monitor.query.nodes import Affixed, And, Count, Near, Not, Or, Phrase, Within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.query.nodes import Query, Window
    from monitor.watchlists.aliases import Aliases


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """A leaf of a query as canonically written, and all that it meets, itself first; clitics apart.

    `rare` are those of the forms that few roots have: they are met, and seldom worth reading.
    """

    term: str
    forms: tuple[str, ...]
    rare: frozenset[str] = frozenset()


def expansions(query: Query, aliases: Aliases) -> list[Expansion]:
    """Each leaf of the query, in order, none twice."""
    found = {
        str(leaf): Expansion(term=str(leaf), forms=_met(leaf, aliases), rare=_rare(leaf))
        for leaf in _leaves(query)
    }
    return list(found.values())


def _leaves(query: Query) -> Iterator[Query]:
    match query:
        case And() | Or():
            for part in query.parts:
                yield from _leaves(part)
        case Not() | Within() | Count():
            yield from _leaves(query.part)
        case Near():
            yield from _leaves(query.left)
            yield from _leaves(query.right)
        case _:
            yield query


def _rare(leaf: Query) -> frozenset[str]:
    match leaf:
        case Phrase(words=(Affixed(root),)):
            return forms(root) - usual_forms(root)
        case _:
            return frozenset()


def _met(leaf: Query, aliases: Aliases) -> tuple[str, ...]:
    match leaf:
        case Phrase(words=(Affixed(root),)):
            return (root, *sorted(forms(root) - {root}))
        case Phrase():
            expanded = aliases.expanded(leaf)
            names = expanded.parts if isinstance(expanded, Or) else (leaf,)
            return tuple(_named(name) for name in names)
        case _:
            return (str(leaf),)


def _named(name: Query) -> str:
    during = name.during if isinstance(name, Phrase) else None
    words = " ".join(map(str, name.words)) if isinstance(name, Phrase) else str(name)
    return words if during is None else f"{words} ({_time(during)})"


def _time(during: Window) -> str:
    since = f"from {during.since}" if during.since else ""
    until = f"until {during.until}" if during.until else ""
    return " ".join(filter(None, (since, until)))
