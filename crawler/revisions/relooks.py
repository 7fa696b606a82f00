"""When an article is looked at again, and what a look says of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from crawler.outcomes import SENT_HOME, Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.job import Fetch

STEPS = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=30),
)
"""The ages at which an article is looked at again."""
MOST_AT_ONCE = 20
"""Articles looked at again in one visit: a site is asked for its news first, and little beside."""
CONFIRMED_AFTER = timedelta(minutes=10)
RETRIES = (timedelta(minutes=30), timedelta(hours=2))


class RelookMode(StrEnum):
    """Whose articles are looked at again: `crawl.relook`."""

    ALL = "all"  # every article that a crawl found; baseline ones once a watchlist met them
    MATCHED = "matched"
    NONE = "none"


class Absence(StrEnum):
    """How an article that was there is there no more."""

    NOT_FOUND = "not-found"  # 404
    REMOVED = "removed"  # 410: for good
    SENT_HOME = "sent-home"  # a redirect to the home page
    SAID_SO = "said-so"  # a page with status 200 that says that there is nothing
    ELSEWHERE = "elsewhere"  # a redirect to another article


class Finding(StrEnum):
    """What a look at a known article found; of one that came, crawler.revisions.comparing.Verdict."""

    SAME = "same"
    TRIVIAL = "trivial"
    REVISED = "revised"
    STUMP = "stump"
    DOUBTFUL = "doubtful"
    MISSING = "missing"  # it is not there; asked once more before that is believed
    GONE = "gone"
    FAILED = "failed"  # the look told nothing
    SET_ASIDE = "set-aside"  # its page broke the worker: never again


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When an article is due; None for never again. `tries` counts looks in a row that told nothing."""

    due_at: datetime | None
    tries: int = 0


def next_step(first_seen_at: datetime, after: datetime) -> datetime | None:
    """The first step of the plan behind an instant; steps that were missed are not made up for."""
    return next((at for step in STEPS if (at := first_seen_at + step) > after), None)


def absence_of(fetch: Fetch) -> Absence | None:
    """How the page was not there, or None when it was, or when nothing is known."""
    if fetch.outcome is not Outcome.GONE:
        return None
    if fetch.status == 410:
        return Absence.REMOVED
    if fetch.status == 404:
        return Absence.NOT_FOUND
    return Absence.SENT_HOME if fetch.detail == SENT_HOME else Absence.SAID_SO


def absent(how: Absence, *, doubted: bool, gone: bool) -> Finding:
    """What to make of an article that is not there.

    410 says that it is for good. Everything else may be a slip of the site's, and is believed when it is
    met at two looks in a row (`doubted`), or was before (`gone`).
    """
    sure = doubted or gone or how is Absence.REMOVED
    return Finding.GONE if sure else Finding.MISSING


def planned(finding: Finding, *, first_seen_at: datetime, tries: int, at: datetime) -> Plan:
    """When to look next after a look at an instant.

    A look that told nothing is repeated soon, a few times, unless the next step comes before.
    """
    step = next_step(first_seen_at, at)
    match finding:
        case Finding.SET_ASIDE:
            return Plan(due_at=None)
        case Finding.MISSING:
            return Plan(due_at=at + CONFIRMED_AFTER)
        case Finding.FAILED if tries < len(RETRIES):
            soon = at + RETRIES[tries]
            return Plan(due_at=min(step, soon) if step else soon, tries=tries + 1)
        case _:
            return Plan(due_at=step)
