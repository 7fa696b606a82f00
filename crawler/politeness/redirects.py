"""Where redirects led, and whether the source or the home page has moved there for good. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.outcomes import Outcome
from crawler.politeness.pace import house_of
from crawler.urls import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.job import Fetch, SourceState

PERMANENT = frozenset({301, 308})
UNDOING = frozenset({Outcome.GONE, Outcome.NO_SUCH_HOST, Outcome.UNREADABLE, Outcome.TLS_ERROR})
"""What befalls a new address and makes us ask the old one again."""


class Move(StrEnum):
    """What a chain of redirects means."""

    NONE = "none"
    TEMPORARY = "temporary"  # some step of it says so
    HOME = "home"  # to the home page: this is how many sites say that something is gone
    ELSEWHERE = "elsewhere"  # to another registered domain, which may be a stranger's by now
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """The address that answered in the end, and the statuses of the redirects that led there."""

    url: str
    statuses: tuple[int, ...] = ()


def judge(asked: str, arrival: Arrival) -> Move:
    """What it means that `asked` led to `arrival`."""
    if not arrival.statuses or arrival.url == asked:
        return Move.NONE
    if not PERMANENT.issuperset(arrival.statuses):
        return Move.TEMPORARY
    if is_home(arrival.url) and not is_home(asked):
        return Move.HOME
    return Move.MOVED if house_of(arrival.url) == house_of(asked) else Move.ELSEWHERE


def new_address(
    asked: str, arrival: Arrival, *, listed: Sequence[str], known: frozenset[str]
) -> str | None:
    """Where a source that was read is asked for from now on; None where it stays what it was.

    On another registered domain it must list something that is known of this site: `listed` and `known` are
    fingerprints.
    """
    move = judge(asked, arrival)
    if move is Move.MOVED or (move is Move.ELSEWHERE and not known.isdisjoint(listed)):
        return arrival.url
    return None


def state_after(state: SourceState, fetch: Fetch, arrival: Arrival) -> SourceState:
    """The state of a source that failed or was called unchanged; a new address may not last."""
    if fetch.outcome is Outcome.UNCHANGED:
        moved = judge(state.address, arrival) is Move.MOVED
        return replace(state, moved_to=arrival.url if moved else state.moved_to)
    return replace(state, moved_to=None if fetch.outcome in UNDOING else state.moved_to)


def is_home(url: str) -> bool:
    """Whether an address is a host's home page: with `/?utm_…` it is, `/?p=12` is an article.

    Raises ValueError for what is no http address.
    """
    parts = urlsplit(canonical(url))
    return parts.path in ("", "/") and not parts.query
