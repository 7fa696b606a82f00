"""Lets one request at a time through to each registered domain, and none too soon.

One turnstile serves every visit of a worker, so that two sites of one publisher, and one visit after
another, wait for each other.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.errors import SiagaError
from crawler.politeness.pace import Pace, pause

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

REMEMBERED = 2_000
FORGOTTEN_AFTER = 3_600.0
"""Seconds. No pause is nearly as long."""


class NoTurnError(SiagaError):
    """A request could not begin in its visit's time: others wait for the same domain."""

    def __init__(self, house: str) -> None:
        self.house = house
        super().__init__(f"{house} could not be asked in time: other requests to it went first")


@dataclass(slots=True, kw_only=True)
class _Gate:
    """One domain. Instants are monotonic seconds."""

    ended_at: float
    delay: float = 0.0  # what was asked for with the last request
    pace: Pace = field(default_factory=Pace)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def opens_at(self, delay: float) -> float:
        # What the last request asked for holds as well: its robots.txt may be the stricter one.
        return self.ended_at + pause(self.pace, asked=max(delay, self.delay))


@dataclass(slots=True)
class Turn:
    """A request that was let through."""

    well: bool = False

    def answered(self, status: int) -> None:
        """Say how it ended; a turn of which nothing is said went badly."""
        self.well = status < 400


class Turnstile:
    """Used from one event loop. Waiting is first come, first served.

    A pause runs from the end of one request to the start of the next: whatever the network does to both,
    the server's own log never shows less. A turnstile that just opened knows nothing of what was asked
    before it, and takes every domain as asked at that moment: a worker that is killed and started anew
    is no quicker than one that lives. Beyond `remembered` domains, those that nobody has asked for
    `forgotten_after` seconds are forgotten.
    """

    def __init__(
        self, *, remembered: int = REMEMBERED, forgotten_after: float = FORGOTTEN_AFTER
    ) -> None:
        self._remembered = remembered
        self._forgotten_after = forgotten_after
        self._opened_at = time.monotonic()
        self._gates: dict[str, _Gate] = {}

    @asynccontextmanager
    async def turn(self, house: str, *, delay: float, until: float) -> AsyncIterator[Turn]:
        """Wait for a turn and hold it inside the block; `delay` is in seconds.

        Raises NoTurnError at once when it cannot begin before `until`, and then at the latest.
        """
        gate = self._gate(house)
        await _acquire(gate.lock, house, until)
        try:
            await _wait_until(gate.opens_at(delay), house, until)
            turn, started = Turn(), time.monotonic()
            try:
                yield turn
            finally:
                gate.ended_at, gate.delay = time.monotonic(), delay
                gate.pace = gate.pace.heard(gate.ended_at - started, well=turn.well)
        finally:
            gate.lock.release()

    def _gate(self, house: str) -> _Gate:
        if house not in self._gates:
            self._forget()
            self._gates[house] = _Gate(ended_at=self._opened_at)
        return self._gates[house]

    def _forget(self) -> None:
        if len(self._gates) < self._remembered:
            return
        since = time.monotonic() - self._forgotten_after
        used = self._gates.items()
        self._gates = {
            house: gate for house, gate in used if gate.ended_at > since or gate.lock.locked()
        }


async def _acquire(lock: asyncio.Lock, house: str, until: float) -> None:
    try:
        async with asyncio.timeout_at(_loop_time(until)):
            await lock.acquire()
    except TimeoutError:
        raise NoTurnError(house) from None


async def _wait_until(opens_at: float, house: str, until: float) -> None:
    if opens_at > until:
        raise NoTurnError(house)
    while (left := opens_at - time.monotonic()) > 0:  # noqa: ASYNC110  # a timer may fire a little early
        await asyncio.sleep(left)


def _loop_time(at: float) -> float:
    """A monotonic instant by the event loop's own clock."""
    return asyncio.get_running_loop().time() + (at - time.monotonic())
