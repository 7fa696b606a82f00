"""Keeps the database of a running daemon whole and small: backups, checks, pruning, its size, day by day."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.notice import Notice
from core.errors import StoppedError
from core.snapshots import size_of
from monitor.backups import Backups
from monitor.retention.rules import horizons

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from core.clock import Clock
    from monitor.config import Config
    from monitor.retention.pruner import Pruned
    from monitor.writer import Writer

EVERY = timedelta(days=1)
SIZES_KEPT_FOR = timedelta(days=60)

logger = logging.getLogger("siaga.monitor")


class Housekeeping:
    """Used from the daemon's event loop; `on_alert` is called when something was put into the outbox.

    Once `stopping`, which other threads ask as well, what is under way is left undone within an instant.
    """

    def __init__(
        self,
        writer: Writer,
        database: Path,
        *,
        clock: Clock,
        on_alert: Callable[[], None],
        stopping: Callable[[], bool],
    ) -> None:
        self._writer = writer
        self._database = database
        self._clock = clock
        self._on_alert = on_alert
        self._stopping = stopping
        self._checked_at: datetime | None = None
        self._pruned_at: datetime | None = None

    async def begin(self, config: Config) -> None:
        """Check the database before it is used. Raises DatabaseError, which names the newest whole backup."""
        with suppress(StoppedError):  # nothing was found until then
            await asyncio.to_thread(self._backups(config).check)
            self._checked_at = self._clock.now()

    async def turn(self, config: Config) -> None:
        """Do what is due; called every few minutes, never twice at once."""
        with suppress(StoppedError):  # it is due again at the next start
            await self._do_what_is_due(config)

    async def _do_what_is_due(self, config: Config) -> None:
        now = self._clock.now()
        if self._is_due(self._checked_at, now):
            self._checked_at = now
            await self._check(config)
        await asyncio.to_thread(self._backups(config).take_when_due, now=now)
        if self._is_due(self._pruned_at, now) and not self._stopping():
            self._pruned_at = now
            await self._prune(config, now)
            await self._measure(now)

    def _backups(self, config: Config) -> Backups:
        return Backups(self._database, config.backup, stopping=self._stopping)

    def _is_due(self, last: datetime | None, now: datetime) -> bool:
        """Whether a day is over; a clock that was set back makes it due, too."""
        return last is None or not last <= now < last + EVERY

    async def _check(self, config: Config) -> None:
        """Look for damage; it is logged, and told on the channels of `health:` while anything can be."""
        complaint = await asyncio.to_thread(self._backups(config).complaint)
        if complaint is None:
            return
        logger.error("%s", complaint)
        channels = {name: config.channels[name] for name in config.health}
        try:
            await self._writer.tell(_about_damage(complaint), channels)
        except sqlite3.Error as error:
            logger.error("nobody can be told of it: %s", error)  # noqa: TRY400  # its words say it all
        self._on_alert()

    async def _prune(self, config: Config, now: datetime) -> None:
        pruned = await self._writer.prune(horizons(config.keep, now), stopping=self._stopping)
        if pruned.gone.total():
            logger.info("pruned: %s", _in_short(pruned), extra=dict(pruned.gone))

    async def _measure(self, now: datetime) -> None:
        octets = size_of(self._database)
        await self._writer.record(
            lambda records: records.put_size(octets, at=now, kept_for=SIZES_KEPT_FOR)
        )


def _in_short(pruned: Pruned) -> str:
    counted = ", ".join(f"{number} {kind}" for kind, number in pruned.gone.items() if number)
    return f"{counted}; {pruned.given_back / 2**20:.1f} MB given back to the disk"


def _about_damage(complaint: str) -> Notice:
    return Notice(
        title="Basis data Siaga rusak",
        text=f"Hentikan Siaga, lalu pulihkan dari cadangan. Keterangan: {complaint}",
    )
