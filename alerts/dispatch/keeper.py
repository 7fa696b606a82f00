"""The keeper: a thread that looks after the dispatcher's leases, the clock and the room on the disk."""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from alerts.channel import describe_bug
from alerts.dispatch.clock_jumps import ClockWatch, move_plans
from alerts.outbox.outbox import Outbox
from core.database import open_database
from core.errors import DatabaseError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

    from alerts.dispatch.disk import DiskRoom
    from alerts.outbox.lines import Claim, Line
    from core.clock import Clock

_LOOK_SECONDS = 1.0
_log = logging.getLogger("siaga.alerts")


class Leased(Protocol):
    """Those whose threads have leases."""

    def hung(self, lease_seconds: float) -> list[tuple[Line, Claim]]:
        """What threads have been sending for longer than their lease; each of them is replaced."""
        ...


class Keeper(threading.Thread):
    """Looks once a second, over a connection of its own, until it is stopped, whatever fails meanwhile."""

    def __init__(
        self, database: Path, leased: Leased, *, clock: Clock, lease: timedelta, room: DiskRoom
    ) -> None:
        super().__init__(name="alerts-keeper", daemon=True)
        self._database = database
        self._leased = leased
        self._clock = clock
        self._lease_seconds = lease.total_seconds()
        self._room = room
        self._watch = ClockWatch(clock)
        self._stopping = threading.Event()
        self._given_up: list[tuple[Line, Claim]] = []
        self._jump = timedelta()  # of the clock, as far as the plans have not followed it

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        look_seconds = min(_LOOK_SECONDS, self._lease_seconds / 4)
        while not self._stopping.wait(look_seconds):
            try:
                self._look()
            except (sqlite3.Error, DatabaseError) as error:
                _log.warning("the outbox cannot be used: %s", error)
            except Exception as error:  # noqa: BLE001  # without this thread nobody looks after anything
                _log.error("the keeper: unexpected: %s", describe_bug(error))

    def _look(self) -> None:
        self._jump += self._watch.jump()
        self._given_up += self._leased.hung(self._lease_seconds)
        self._room.check()
        if not self._given_up and not self._jump:
            return
        with closing(open_database(self._database)) as db:
            self._follow_clock(db)
            self._give_back(Outbox(db))

    def _follow_clock(self, db: Database) -> None:
        """Plan anew after a jump; where the database fails, at the next look."""
        if self._jump:
            move_plans(db, self._jump, now=self._clock.now())
            _log.warning("the clock was set by %s: what waits is planned anew", self._jump)
            self._jump = timedelta()

    def _give_back(self, outbox: Outbox) -> None:
        """Give back what hangs; where the database fails, what is left is given back at the next look."""
        while self._given_up:
            line, claim = self._given_up[-1]
            if outbox.give_back(claim, line, at=self._clock.now()):
                _log.error(
                    "%s: %s hangs, and is tried again by another thread",
                    *(line.name, claim.envelope.message_id),
                )
            self._given_up.pop()
