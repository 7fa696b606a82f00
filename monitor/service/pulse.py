"""Whether the event loop, crawls, matching and delivery move, judged by when each last did. Pure.

Alive is not the same as busy: a night without news, looks or deliveries is life as usual. What counts
is whether each part still takes its turns, and whether the work that it has begun gets on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What must move."""

    LOOP = "loop"
    CRAWL = "crawl"
    MATCHING = "matching"
    DELIVERY = "delivery"


class Phase(StrEnum):
    """How far the daemon has come."""

    STARTING = "starting"
    WATCHING = "watching"  # the database is open, the config loaded, the looks are planned
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """When each part last moved, in monotonic seconds; None for one that has nothing to move.

    `crawl` is None while no look is under way, unless the last one failed on our own side; `delivery` is
    that of the sending thread that moved least lately, and minus infinity when one has ended.
    """

    loop: float
    crawl: float | None
    matching: float
    delivery: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """A part that no longer moves, and for how many seconds."""

    part: Part
    seconds: float

    def __str__(self) -> str:
        return f"{self.part}: {_SAID[self.part]} {_for(self.seconds)}"


LIMITS = {
    Part.LOOP: 30.0,
    Part.CRAWL: 900.0,  # a visit has ten minutes at most, and hands over each page as it is read
    Part.MATCHING: 300.0,  # the writer may wait half a minute for the database, or be backing it up
    Part.DELIVERY: 300.0,  # a message takes two minutes at most
}
"""The longest time, in seconds, for which a part may show no sign of life."""

_SAID = {
    Part.LOOP: "the event loop has not turned",
    Part.CRAWL: "nothing has come of any look",
    Part.MATCHING: "the article log has not been looked at",
    Part.DELIVERY: "a thread that sends has not moved",
}


def stalls(signs: Signs, now: float) -> tuple[Stall, ...]:
    """The parts that have not moved for longer than they may, in the order of their work."""
    moved = {
        Part.LOOP: signs.loop,
        Part.CRAWL: signs.crawl,
        Part.MATCHING: signs.matching,
        Part.DELIVERY: signs.delivery,
    }
    return tuple(
        Stall(part=part, seconds=now - at)
        for part, at in moved.items()
        if at is not None and now - at > LIMITS[part]
    )


def _for(seconds: float) -> str:
    return "any more" if seconds == float("inf") else f"for {seconds:.0f} s"
