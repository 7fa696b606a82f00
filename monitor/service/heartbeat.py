"""Calls an address each minute while everything moves: a service outside can tell when the calls end."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from alerts.transport.roles import Failure

if TYPE_CHECKING:
    from alerts.transport.roles import Poster
    from core.clock import Clock
    from monitor.service.pulse import Stall
    from monitor.service.sections import HeartbeatConfig

EVERY_SECONDS = 60.0

logger = logging.getLogger("siaga")


class Heartbeat:
    """One call at a time, in a thread; used from one event loop."""

    def __init__(self, poster: Poster, *, clock: Clock) -> None:
        self._poster = poster
        self._clock = clock
        self._due_at = float("-inf")
        self._calling: asyncio.Task[None] | None = None
        self._problem: str | None = None

    def beat(self, config: HeartbeatConfig | None, stalled: tuple[Stall, ...]) -> None:
        """Call if it is time and everything moves. Returns at once."""
        now = self._clock.monotonic()
        busy = self._calling is not None and not self._calling.done()
        if config is None or stalled or busy or now < self._due_at:
            return
        self._due_at = now + EVERY_SECONDS
        self._calling = asyncio.create_task(self._call(config))

    async def close(self) -> None:
        """Wait for no call that is under way."""
        if self._calling is not None:
            self._calling.cancel()

    async def _call(self, config: HeartbeatConfig) -> None:
        url = config.url.get_secret_value()
        answer = await asyncio.to_thread(
            self._poster.post,
            url,
            b"",
            {"User-Agent": "Siaga"},
            policy=config.policy,
            method="GET",
        )
        if isinstance(answer, Failure):
            self._tell(answer.detail)
        else:
            fine = 200 <= answer.status < 300
            self._tell(None if fine else f"{urlsplit(url).hostname}: HTTP {answer.status}")

    def _tell(self, problem: str | None) -> None:
        """Log a failure once, when it begins, and its end."""
        if problem is not None and self._problem is None:
            logger.warning("the heartbeat did not arrive: %s", problem)
        elif problem is None and self._problem is not None:
            logger.info("the heartbeat arrives again")
        self._problem = problem
