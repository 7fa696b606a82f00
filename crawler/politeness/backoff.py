"""How long a source that fails is left alone: longer and longer, up to a day, and never for good. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.outcomes import Outcome

if TYPE_CHECKING:
    from datetime import datetime

LONGEST = timedelta(days=1)
GENTLE = frozenset(
    {
        Outcome.NO_SUCH_HOST,
        Outcome.CONNECTION_ERROR,
        Outcome.TIMEOUT,
        Outcome.ROBOTS_UNKNOWN,
        Outcome.THROTTLED,
    }
)
"""What our own network may be to blame for, or what passes by itself: not waited out for long at first."""
GENTLE_LONGEST = timedelta(minutes=30)
GENTLE_FOR = timedelta(days=1)
AFTER_A_BREAKDOWN = timedelta(hours=1)
"""The wait after a source that hung or broke the worker, and did so again when it was asked once more."""
_DOUBLINGS = 20  # more would not fit into a timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Failures in a row, from the first (`since`) to the last (`at`), and how that one failed."""

    outcome: Outcome
    failures: int
    since: datetime
    at: datetime


def not_before(trouble: Trouble, *, every: timedelta) -> datetime:
    """Until when to leave alone what is otherwise looked at at this interval.

    The wait begins with the interval and doubles with every failure, up to a day, or the interval where
    that is longer. A source that the worker was reading when it ended is asked once more before it is left
    alone for long: the machine may have been out of memory, or somebody killed the worker.
    """
    first, failures = every, max(trouble.failures, 1)
    if trouble.outcome is Outcome.QUARANTINED and failures > 1:
        first, failures = max(every, AFTER_A_BREAKDOWN), failures - 1
    doubled: timedelta = first * 2 ** min(failures - 1, _DOUBLINGS)
    return trouble.at + max(every, min(doubled, _longest(trouble)))


def _longest(trouble: Trouble) -> timedelta:
    if trouble.outcome in GENTLE and trouble.at - trouble.since < GENTLE_FOR:
        return GENTLE_LONGEST
    return LONGEST
