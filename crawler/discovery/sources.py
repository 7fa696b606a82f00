"""Which of a site's sources to look at: the cheapest set that misses nothing. Pure.

Feeds, sitemaps and section pages mostly say the same. What they listed over one look or more tells which
of them are needed: a weighted set cover, chosen greedily (Chvátal 1979) and then thinned out.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from crawler import urls
from crawler.discovery.announcement import SourceKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from crawler.discovery.announcement import Announcement, Listing

COSTS: Mapping[SourceKind, float] = {
    SourceKind.FEED: 1.0,  # small, dated, with a summary
    SourceKind.NEWS_SITEMAP: 2.0,  # larger, and says no more than the title
    SourceKind.SECTION: 4.0,  # largest, undated, and the site's next redesign breaks it
}
SURPRISE = 1e-6
"""A silence that a source's rhythm makes less likely than this is no accident."""
SHORTEST_SILENCE = timedelta(hours=12)
"""A night is no silence, however busy the day was."""
LONGEST_SILENCE = timedelta(days=14)
"""Silence enough for any source, however slow."""
_BUSY = 0.5
_MIN_SPAN = timedelta(minutes=30)


class Reason(StrEnum):
    """Why a source is looked at or not."""

    COVERS_ALL = "it lists everything that is new"
    ADDS = "it lists news that the others do not"
    COVERED = "all its news stands on the sources that are kept"
    STALE = "its newest item is older than its rhythm allows"
    EMPTY = "it lists nothing"
    FAILED = "it could not be read"
    LAST_RESORT = "nothing fresher is known"


KEPT = frozenset({Reason.COVERS_ALL, Reason.ADDS, Reason.LAST_RESORT})


class Freshness(StrEnum):
    """What a source's newest item says of it."""

    FRESH = "fresh"
    STALE = "stale"
    UNDATED = "undated"  # its items tell no dates, and none came since the first look
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a source: when, and what it listed; None where it could not be read."""

    at: datetime
    listing: Listing | None


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A source and the looks at it, the oldest first."""

    url: str
    kind: SourceKind
    looks: tuple[Look, ...]

    @property
    def failed(self) -> bool:
        """Whether the last look could not read it."""
        return not self.looks or self.looks[-1].listing is None

    @cached_property
    def items(self) -> Mapping[str, datetime | None]:
        """The canonical addresses that it listed, and when each was published, as far as is known.

        What names no time was new at the look that brought it; for the first look nothing is known.
        """
        found: dict[str, datetime | None] = {}
        for number, look in enumerate(look for look in self.looks if look.listing is not None):
            for one in look.listing.announcements if look.listing else ():
                appeared = look.at if number else None
                found.setdefault(urls.canonical(one.url), _moment(one) or appeared)
        return found

    @cached_property
    def moments(self) -> Sequence[datetime]:
        """When its items were published, the oldest first; those without a time are left out."""
        return sorted(at for at in self.items.values() if at is not None)

    @property
    def newest_at(self) -> datetime | None:
        return self.moments[-1] if self.moments else None

    @property
    def per_day(self) -> float:
        """Items a day, over the time that its items span."""
        if len(self.moments) < 2:
            return 0.0
        span = max(self.moments[-1] - self.moments[0], _MIN_SPAN)
        return (len(self.moments) - 1) / (span / timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is decided about one source. `adds` counts the new articles that only it lists."""

    url: str
    kind: SourceKind
    reason: Reason
    listed: int
    adds: int
    newest_at: datetime | None
    per_day: float

    @property
    def kept(self) -> bool:
        return self.reason in KEPT


# Choosing -----------------------------------------------------------------------------------------


def choose(candidates: Sequence[Candidate], *, now: datetime) -> tuple[Judgement, ...]:
    """What to do with each source, in the order given. Never keeps none where one lists something.

    The kept ones list every article of `demand`, and cost least as far as the greedy choice sees; of
    equals the earlier is kept.
    """
    states = {one.url: freshness(one, now) for one in candidates}
    usable = [one for one in candidates if not one.failed and one.items]
    fresh = [one for one in usable if states[one.url] is not Freshness.STALE]
    reserve = [] if fresh else _freshest(usable)
    demanded = demand(fresh or reserve)
    kept = {one.url for one in _cover(fresh or reserve, demanded)}
    alone = _listed_once([one for one in candidates if one.url in kept], demanded)
    return tuple(
        Judgement(
            url=one.url,
            kind=one.kind,
            reason=_reason(one, states[one.url], kept, last_resort=not fresh),
            listed=len(one.items),
            adds=alone.get(one.url, 0),
            newest_at=one.newest_at,
            per_day=one.per_day,
        )
        for one in candidates
    )


def demand(candidates: Sequence[Candidate]) -> frozenset[str]:
    """The canonical addresses that a set of sources must list to miss nothing.

    A feed of ten items cannot show what a sitemap of a thousand still does, and misses nothing by it. So
    only what was published since the oldest item that every busy source showed at its first look is
    demanded (`_since`); where nothing has a time, all of it.
    """
    since = _since(candidates)
    if since is None:
        return frozenset(key for one in candidates for key in one.items)
    return frozenset(
        key for one in candidates for key, at in one.items.items() if at is not None and at >= since
    )


def freshness(candidate: Candidate, now: datetime) -> Freshness:
    """Whether its silence is longer than its rhythm makes likely.

    At a rate of r items a day, a silence of t days has the probability exp(-r t) (Poisson).
    """
    if not candidate.items:
        return Freshness.EMPTY
    if candidate.newest_at is None:
        return Freshness.UNDATED
    silence = now - candidate.newest_at
    return Freshness.STALE if silence > longest_silence(candidate.per_day) else Freshness.FRESH


def longest_silence(per_day: float) -> timedelta:
    """How long a source of so many items a day may be silent before it counts as stale."""
    if per_day <= 0:
        return LONGEST_SILENCE
    days = -math.log(SURPRISE) / per_day
    unlikely = timedelta(days=min(days, LONGEST_SILENCE / timedelta(days=1)))
    return max(SHORTEST_SILENCE, unlikely)


# The cover ----------------------------------------------------------------------------------------


def _cover(candidates: Sequence[Candidate], demanded: Collection[str]) -> list[Candidate]:
    """Sources that together list everything demanded; none is superfluous."""
    chosen: list[Candidate] = []
    rest, left = set(demanded), list(candidates)
    while rest:
        best = min(left, key=lambda one: _price(one, rest))  # the first of equals
        chosen.append(best)
        left.remove(best)
        rest -= best.items.keys()
    return _thinned(chosen, demanded)


def _price(one: Candidate, rest: Collection[str]) -> tuple[float, float]:
    """The cost of each article that it adds; of equals the cheaper goes first."""
    gain = len(one.items.keys() & rest)
    cost = COSTS[one.kind]
    return (cost / gain if gain else math.inf, cost)


def _thinned(chosen: Sequence[Candidate], demanded: Collection[str]) -> list[Candidate]:
    """Without those whose articles the others list; the dearest go first, of equals the latest chosen."""
    kept = list(chosen)
    order = sorted(enumerate(chosen), key=lambda pair: (-COSTS[pair[1].kind], -pair[0]))
    for _, one in order:
        others = {key for other in kept if other is not one for key in other.items}
        if others.issuperset(demanded) and len(kept) > 1:
            kept.remove(one)
    return kept


def _freshest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The one whose newest item is the newest, if there is any."""
    return sorted(candidates, key=lambda one: one.newest_at or _NEVER, reverse=True)[:1]


def _since(candidates: Iterable[Candidate]) -> datetime | None:
    """From when on the busy sources can be compared: each showed all that it listed since then."""
    dated = [one for one in candidates if one.moments]
    busiest = max((one.per_day for one in dated), default=0.0)
    windows = [_window(one) for one in dated if one.per_day >= _BUSY * busiest]
    return max((at for at in windows if at is not None), default=None)


def _window(candidate: Candidate) -> datetime | None:
    """The oldest item of the first look that names a time."""
    first = next((look.listing for look in candidate.looks if look.listing), None)
    moments = (_moment(one) for one in first.announcements) if first else ()
    return min((at for at in moments if at is not None), default=None)


def _listed_once(kept: Sequence[Candidate], demanded: Collection[str]) -> Mapping[str, int]:
    """How many of the demanded articles each of these alone lists."""
    listed_by: Mapping[str, list[str]] = defaultdict(list)
    for one in kept:
        for key in one.items.keys() & set(demanded):
            listed_by[key].append(one.url)
    counts: dict[str, int] = defaultdict(int)
    for lists in listed_by.values():
        if len(lists) == 1:
            counts[lists[0]] += 1
    return counts


def _reason(
    one: Candidate, state: Freshness, kept: Collection[str], *, last_resort: bool
) -> Reason:
    if one.url in kept:
        if last_resort:
            return Reason.LAST_RESORT
        return Reason.COVERS_ALL if len(kept) == 1 else Reason.ADDS
    if one.failed:
        return Reason.FAILED
    if state is Freshness.EMPTY:
        return Reason.EMPTY
    return Reason.STALE if state is Freshness.STALE else Reason.COVERED


_NEVER = datetime.min.replace(tzinfo=UTC)


def _moment(announcement: Announcement) -> datetime | None:
    """When an announcement says that its article was published; of a day alone, its first instant."""
    if announcement.published_at is not None:
        return announcement.published_at
    on = announcement.published_on
    return datetime.combine(on, time(), UTC) if on is not None else None
