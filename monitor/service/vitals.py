"""The daemon's vital signs, written by its event loop and its writer, read by whoever asks how it does."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.service.pulse import Phase, Signs, stalls

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from core.clock import Clock
    from monitor.service.pulse import Stall
    from monitor.visiting import Look


class LookOutcome(StrEnum):
    """What came of a look, in one word."""

    NEWS = "news"
    NOTHING = "nothing"
    PROBLEM = "problem"  # of the site
    FAILED = "failed"  # our own


class Vitals:
    """When each part of the daemon last moved, and what it counted since it started.

    Written in the event loop only. Any thread may read: each value is replaced whole, and one that is a
    second old does no harm.
    """

    def __init__(self, clock: Clock, *, delivery: Callable[[], float | None]) -> None:
        self._clock = clock
        self._delivery = delivery
        self._looks_under_way = 0
        self._looks_fail = False
        self._turned_at = self._matched_at = self._crawled_at = clock.monotonic()
        self.started_at: datetime = clock.now()
        self.phase = Phase.STARTING
        self.config_version = 0
        self.looks: Counter[LookOutcome] = Counter()

    def turned(self) -> None:
        """The event loop has turned."""
        self._turned_at = self._clock.monotonic()

    def matched(self) -> None:
        """The article log has been looked at, in the writer's thread."""
        self._matched_at = self._clock.monotonic()

    def crawled(self) -> None:
        """A look has brought something."""
        self._crawled_at = self._clock.monotonic()

    def look_began(self) -> None:
        if not self._looks_under_way and not self._looks_fail:
            self.crawled()
        self._looks_under_way += 1

    def look_ended(self, look: Look | None) -> None:
        """A look came to an end, None when it broke off; one that failed on our own side moves nothing."""
        outcome = outcome_of(look)
        self._looks_under_way -= 1
        self._looks_fail = outcome is LookOutcome.FAILED
        if not self._looks_fail:
            self.crawled()
        self.looks[outcome] += 1

    def signs(self) -> Signs:
        return Signs(
            loop=self._turned_at,
            crawl=self._crawled_at if self._looks_under_way or self._looks_fail else None,
            matching=self._matched_at,
            delivery=self._delivery(),
        )

    def stalls(self) -> tuple[Stall, ...]:
        """What does not move at this moment."""
        return stalls(self.signs(), self._clock.monotonic())


def outcome_of(look: Look | None) -> LookOutcome:
    if look is None or look.failed:
        return LookOutcome.FAILED
    if look.problem is not None:
        return LookOutcome.PROBLEM
    return LookOutcome.NEWS if look.taken.new or look.taken.completed else LookOutcome.NOTHING
