"""Parts of a query that can never hold, because what they need is what another part keeps out. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.query.affixes import forms
from monitor.query.nodes import Affixed, And, Count, Exact, Near, Not, Or, Phrase, Prefix, Within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.query.nodes import Query, Word


def never(query: Query) -> list[tuple[Query, Query]]:
    """(part, what keeps it out) for every part that can never hold, the smallest that can be named."""
    return list(_never(query, ()))


def _never(query: Query, kept_out: Sequence[Query]) -> Iterator[tuple[Query, Query]]:
    match query:
        case And():
            denied = [leaf for part in query.parts for leaf in _denied(part)]
            for part in query.parts:
                yield from _never(part, [*kept_out, *denied])
        case Or():
            for part in query.parts:
                yield from _never(part, kept_out)
        case Not():
            return
        case _:
            for denied_one in kept_out:
                if implies(query, denied_one):
                    yield query, denied_one
                    return


def _denied(query: Query) -> Iterator[Query]:
    """What an AND with this part keeps out."""
    if isinstance(query, Not):
        yield from query.part.parts if isinstance(query.part, Or) else (query.part,)


def implies(query: Query, other: Query) -> bool:
    """Whether wherever the one holds, the other holds too, as far as is easily seen."""
    if query == other:
        return True
    if isinstance(other, Or):
        return any(implies(query, part) for part in other.parts)
    match query:
        case Or():
            return all(implies(part, other) for part in query.parts)
        case Near():
            return implies(query.left, other) or implies(query.right, other)
        case Count():
            return implies(query.part, other)
        case Exact():
            return implies(Phrase(tuple(word.casefold() for word in query.words)), other)
        case Phrase() if isinstance(other, Phrase):
            return _covers(query.words, other.words)
        case Within() if isinstance(other, Within):
            return set(query.fields) <= set(other.fields) and implies(query.part, other.part)
        case _:
            return False


def _covers(words: tuple[Word, ...], others: tuple[Word, ...]) -> bool:
    """Whether a phrase has another one inside it."""
    return any(
        all(map(_is_one_of, words[start:], others)) for start in range(len(words) - len(others) + 1)
    )


def _is_one_of(word: Word, other: Word) -> bool:
    if word == other:
        return True
    match other:
        case Prefix():
            letters = word.letters if isinstance(word, Prefix) else str(word).lstrip("~")
            return not isinstance(word, Affixed) and letters.startswith(other.letters)
        case Affixed():
            return isinstance(word, str) and word in forms(other.root)
        case _:
            return False
