"""Over which time a site was really watched: stretches without a hole, and the gaps between them. Pure.

A look that shows everything back to what was known has missed nothing since the look before, however
long ago that was: a site is still watched over an hour in which Siaga was off, if its listing reached
back over it. A look that shows only what was not known may have missed what came before: there a new
stretch begins.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from crawler.job import SourceLook

MOMENT = timedelta(minutes=1)
"""A shorter gap, as between a start and the first look, is none."""
PENDING = timedelta(hours=1)
"""What came after the last look is no gap yet while the next is still to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time over which nothing went by unseen; `gap` says why what was before it is not part of it."""

    since: datetime
    until: datetime
    gap: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time over which articles may have gone by unseen, and why."""

    since: datetime
    until: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How much of a period a site was watched."""

    site: str
    share: float
    gaps: tuple[Gap, ...] = ()


def reached_back(look: SourceLook) -> bool:
    """Whether a listing that could be read goes back to what was known."""
    return not look.listed or bool(look.listed_known)


def kept(
    site: str,
    stretches: Sequence[Stretch],
    *,
    since: datetime,
    until: datetime,
    why_not_now: str | None,
) -> Kept:
    """How much of a period a site was watched, by its stretches in the order of time.

    `why_not_now` says what keeps us from looking; None when the next look is merely still to come.
    """
    gaps: list[Gap] = []
    at = since
    for stretch in stretches:
        if stretch.since > at:
            why = stretch.gap or "it was not watched yet"
            gaps.append(Gap(since=at, until=min(stretch.since, until), why=why))
        at = max(at, stretch.until)
        if at >= until:
            break
    pending = bool(stretches) and why_not_now is None and until - at <= PENDING
    if at < until and not pending:
        why = why_not_now or "the next look has not come yet"
        gaps.append(Gap(since=at, until=until, why=why))
    if until - since > MOMENT:
        gaps = [gap for gap in gaps if gap.until - gap.since >= MOMENT]
    return Kept(site=site, share=_share(gaps, until - since), gaps=tuple(gaps))


def mean_share(all_kept: Iterable[Kept]) -> float:
    """The share of all sites' hours that were watched; 0 for no sites."""
    shares = [one.share for one in all_kept]
    return sum(shares) / len(shares) if shares else 0.0


def percent(share: float) -> str:
    """A share for people, rounded down: a hundred is all of it."""
    return f"{math.floor(share * 1000 + 1e-9) / 10:g} %"


def _share(gaps: Iterable[Gap], period: timedelta) -> float:
    missed = sum((gap.until - gap.since for gap in gaps), timedelta())
    return 1 - missed / period if period > timedelta() else 0.0
