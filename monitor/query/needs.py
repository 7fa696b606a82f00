"""What an article must have for a query to be worth evaluating on it. Pure.

An anchor set is a set of phrases of which one at least must occur for the query to hold; only a
query that could hold in an empty article has none. The cheapest is the one that is probably met by
the fewest articles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.query.nodes import And, Near, Not, Or, Phrase

if TYPE_CHECKING:
    from monitor.query.nodes import Query


def anchors(query: Query) -> tuple[Phrase, ...] | None:
    """The anchor set that is probably met least often; None when nothing need occur (`NOT a`)."""
    match query:
        case Phrase():
            return (query,)
        case Not():
            return None
        case Or():
            sets = [anchors(part) for part in query.parts]
            known = [one for one in sets if one is not None]
            return tuple(p for one in known for p in one) if len(known) == len(sets) else None
        case And() | Near():
            parts = query.parts if isinstance(query, And) else (query.left, query.right)
            sets = [anchors(part) for part in parts]
            return min((one for one in sets if one is not None), key=_cost, default=None)


def required(query: Query) -> frozenset[str]:
    """The words, with or without clitics, that all must occur."""
    match query:
        case Phrase():
            return frozenset(query.words)
        case Not():
            return frozenset()
        case Or():
            return frozenset.intersection(*map(required, query.parts))
        case And():
            return frozenset().union(*map(required, query.parts))
        case Near():
            return required(query.left) | required(query.right)


def _cost(phrases: tuple[Phrase, ...]) -> float:
    """A guess at how often one of these occurs: longer words, and more of them, are rarer."""
    return sum(1 / len(" ".join(phrase.words)) ** 3 for phrase in phrases)
