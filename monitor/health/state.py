"""Whether a site or a source does its work, judged by what its looks bring. Pure.

What is judged keeps a `Health`; `judge` takes it and what a look saw, and gives the next one. Whether
people are told of a change is decided apart (monitor.health.news).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from crawler.discovery.sources import (
    LONGEST_SILENCE,
    SHORTEST_SILENCE,
    SURPRISE,
    longest_silence,
)
from crawler.outcomes import Outcome
from monitor.health.quality import Poorer, poorer

if TYPE_CHECKING:
    from monitor.health.quality import Sample

UNLEARNED_SILENCE = timedelta(days=3)
"""A silence shorter than a weekend with a holiday says nothing of a site whose rhythm is not known."""
A_DAY = timedelta(days=1)


class State(StrEnum):
    """How a site or a source does."""

    WAITING = "waiting"  # it was never looked at
    WORKING = "working"
    BROKEN = "broken"  # it cannot be read, and that has lasted
    QUIET = "quiet"  # it can be read, and says nothing for longer than its rhythm makes likely
    THIN = "thin"  # its articles come without text or date, or poorer than they used to


class Reason(StrEnum):
    """Why it is so."""

    NEVER_LOOKED = "never-looked"
    FINE = "fine"
    SOME_FAIL = "some-fail"
    JUST_FAILED = "just-failed"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    REFUSES = "refuses"
    GONE = "gone"
    SERVER_ERROR = "server-error"
    THROTTLED = "throttled"
    UNREADABLE = "unreadable"
    ROBOTS = "robots"
    ADDRESS = "address"
    CRASHES = "crashes"
    NO_SOURCES = "no-sources"
    SILENT = "silent"
    NO_TEXT = "no-text"
    NO_DATE = "no-date"
    SHORTER = "shorter"


SAID = {
    Reason.NEVER_LOOKED: "not looked at yet",
    Reason.FINE: "all is well",
    Reason.SOME_FAIL: "some of its sources cannot be read",
    Reason.JUST_FAILED: "the last look failed; that may pass",
    Reason.UNREACHABLE: "it cannot be reached",
    Reason.CERTIFICATE: "its certificate cannot be trusted",
    Reason.REFUSES: "it refuses us",
    Reason.GONE: "what was read there is gone",
    Reason.SERVER_ERROR: "it answers with an error",
    Reason.THROTTLED: "it asks us to come back later, again and again",
    Reason.UNREADABLE: "what it sends cannot be read",
    Reason.ROBOTS: "robots.txt closes it to us",
    Reason.ADDRESS: "its address must not be dialled (network.allow_private)",
    Reason.CRASHES: "reading it broke the crawl worker",
    Reason.NO_SOURCES: "no feed and no news sitemap was found",
    Reason.SILENT: "nothing new for longer than its rhythm makes likely",
    Reason.NO_TEXT: "its articles come without text",
    Reason.NO_DATE: "its articles come without a date",
    Reason.SHORTER: "its articles are much shorter than they used to be",
}
_OF_OUTCOME = {
    Outcome.NO_SUCH_HOST: Reason.UNREACHABLE,
    Outcome.CONNECTION_ERROR: Reason.UNREACHABLE,
    Outcome.TIMEOUT: Reason.UNREACHABLE,
    Outcome.TLS_ERROR: Reason.CERTIFICATE,
    Outcome.REFUSED: Reason.REFUSES,
    Outcome.GONE: Reason.GONE,
    Outcome.SERVER_ERROR: Reason.SERVER_ERROR,
    Outcome.THROTTLED: Reason.THROTTLED,
    Outcome.ROBOTS: Reason.ROBOTS,
    Outcome.ROBOTS_UNKNOWN: Reason.UNREACHABLE,
    Outcome.ADDRESS: Reason.ADDRESS,
    Outcome.QUARANTINED: Reason.CRASHES,
}
_OF_POORER = {
    Poorer.NO_TEXT: Reason.NO_TEXT,
    Poorer.NO_DATE: Reason.NO_DATE,
    Poorer.SHORTER: Reason.SHORTER,
}
TROUBLES = frozenset({State.BROKEN, State.QUIET, State.THIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many looks in a row must have failed, and for how long, before something is broken."""

    looks: int
    lasting: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What makes a trouble of a failure, and news of a change.

    `hopeless` is for what does not pass by itself: a certificate, robots.txt, an address that we must
    not dial, and whatever never worked, which is most often misspelt. A source may fail longer than a
    site: the others are read meanwhile. `gather` is the pause after a notice in which changes are
    collected; from `many` on one notice tells of all. `changes` in a day are a flapping.
    """

    site: Patience = Patience(looks=3, lasting=timedelta(minutes=15))
    source: Patience = Patience(looks=3, lasting=timedelta(hours=6))
    throttled: Patience = Patience(looks=3, lasting=timedelta(hours=2))
    hopeless: Patience = Patience(looks=1, lasting=timedelta())
    gather: timedelta = timedelta(minutes=5)
    many: int = 4
    changes: int = 3
    outage: timedelta = timedelta(minutes=5)  # so long must our own network fail to be news


_HOPELESS = frozenset({Outcome.TLS_ERROR, Outcome.ROBOTS, Outcome.ADDRESS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What is known of a site or a source after a look that ended at `at`.

    `outcome` is that of what failed, None where nothing was found to ask for; `some_fail`, that others
    of a site's sources failed. `silent_since` is when the last news came, `expected` how many articles
    its rhythm makes likely since then, None where none was learned; `per_day` its articles a day.
    `articles` are its newest, the newest first.
    """

    at: datetime
    succeeded: bool
    outcome: Outcome | None = None
    detail: str | None = None
    some_fail: bool = False
    worked_before: bool = True
    silent_since: datetime | None = None
    expected: float | None = None
    per_day: float = 0.0
    articles: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a site or a source does, since when, and what people have heard of it.

    `outcome` and `detail` are those of the last failed look while it fails. `changes` are the instants
    of the last day's changes. `told` is the state that people believe; without news, that it works.
    """

    state: State = State.WAITING
    reason: Reason = Reason.NEVER_LOOKED
    detail: str | None = None
    since: datetime | None = None
    looked_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    outcome: Outcome | None = None
    changes: tuple[datetime, ...] = field(default=())
    told: State = State.WORKING
    told_at: datetime | None = None
    flapping_told_at: datetime | None = None


def judge(before: Health, seen: Observed, *, patience: Patience, rules: Rules) -> Health:
    """How it does after a look. `patience` is for failures of the usual kind."""
    after = replace(
        before,
        looked_at=seen.at,
        failures=0 if seen.succeeded else before.failures + 1,
        failing_since=None if seen.succeeded else min(before.failing_since or seen.at, seen.at),
        outcome=None if seen.succeeded else seen.outcome,
        detail=seen.detail,
    )
    if seen.succeeded:
        state, reason = _of_success(before, seen)
    elif _lasts(after, seen, patience, rules):
        state, reason = State.BROKEN, _of_failure(seen)
    else:
        state, reason = _unsettled(before)
    return moved(after, state, reason, at=seen.at)


def moved(health: Health, state: State, reason: Reason, *, at: datetime) -> Health:
    """The health in this state from `at` on; what is broken is so since the first look that failed."""
    if state is health.state:
        return replace(health, reason=reason)
    kept = tuple(change for change in health.changes if at - change < A_DAY)
    first = health.state is State.WAITING and state is State.WORKING
    return replace(
        health,
        state=state,
        reason=reason,
        since=health.failing_since if state is State.BROKEN else at,
        changes=kept if first else (*kept, at),
    )


def silent(seen: Observed) -> bool:
    """Whether the silence up to a look is no accident.

    Of a Poisson process that makes `expected` articles likely, none comes with probability
    exp(-expected). What was never learned is judged by its mean rate, and later.
    """
    if seen.silent_since is None:
        return False
    silence = seen.at - seen.silent_since
    if silence >= LONGEST_SILENCE:
        return True
    if seen.expected is not None:
        return silence >= SHORTEST_SILENCE and math.exp(-seen.expected) < SURPRISE
    return silence >= max(UNLEARNED_SILENCE, longest_silence(seen.per_day))


def _of_success(before: Health, seen: Observed) -> tuple[State, Reason]:
    if silent(seen):
        return State.QUIET, Reason.SILENT
    poor = poorer(seen.articles, already=before.state is State.THIN)
    if poor is not None:
        return State.THIN, _OF_POORER[poor]
    return State.WORKING, Reason.SOME_FAIL if seen.some_fail else Reason.FINE


def _of_failure(seen: Observed) -> Reason:
    if seen.outcome is None:
        return Reason.NO_SOURCES
    return _OF_OUTCOME.get(seen.outcome, Reason.UNREADABLE)


def _unsettled(before: Health) -> tuple[State, Reason]:
    """A trouble goes on; what worked is given the benefit of the doubt."""
    if before.state in TROUBLES:
        return before.state, before.reason
    return State.WORKING, Reason.JUST_FAILED


def _lasts(after: Health, seen: Observed, patience: Patience, rules: Rules) -> bool:
    """Whether a failure has come to stay."""
    if not seen.worked_before or seen.outcome in _HOPELESS:
        patience = rules.hopeless
    elif seen.outcome is Outcome.THROTTLED:
        patience = rules.throttled
    since = after.failing_since or seen.at
    return after.failures >= patience.looks and seen.at - since >= patience.lasting
