"""The dispatcher: a few threads for each configured channel, started, changed and stopped together."""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alerts import schema
from alerts.addressing import address_all
from alerts.channel import Editable, Threaded
from alerts.dispatch.clock_jumps import move_plans, set_back_since
from alerts.dispatch.disk import DiskRoom
from alerts.dispatch.keeper import Keeper
from alerts.dispatch.worker import Rest, Worker
from alerts.outbox import ledger
from alerts.outbox.lines import Line
from alerts.outbox.outbox import Outbox
from alerts.outbox.retry import RetryPolicy
from alerts.sandbox.templates import renderer_of
from alerts.transport.network import open_transport
from core.database import open_database
from core.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from alerts.addressing import Addressed
    from alerts.channel import Channel, ChannelConfig
    from alerts.outbox.lines import Claim
    from alerts.transport.roles import Transport
    from core.clock import Clock

WORKERS_A_CHANNEL = 4
POLL = timedelta(seconds=1)
LEASE = timedelta(minutes=5)
"""A send takes a bounded time, a minute or two at most: what takes longer hangs."""
_LOOK_SECONDS = 0.02
_log = logging.getLogger("siaga.alerts")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTries:
    """What became of everything that was due: deliveries accepted, not accepted, and without an answer yet.

    `failed` counts what waits for another try or is dead, `unfinished` what was still to be tried.
    """

    accepted: int
    failed: int
    unfinished: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Served:
    """A channel as it is configured, and the threads that send for it."""

    config: ChannelConfig
    line: Line
    channel: Channel
    rest: Rest
    workers: list[Worker]


class Dispatcher:
    """Delivers what the outbox holds, for as long as it runs.

    Its owner holds the database's exclusive lock. Every method may be called from any thread, `start` and
    `apply` one at a time. A channel that fails, hangs or is set up wrongly holds up no other. Rows that
    another process writes are found within `poll`. What a thread sends for longer than its `lease` is given
    back, and the thread replaced. Unless it is `patient`, it waits for no company (group_wait).
    """

    def __init__(
        self,
        database: Path,
        channels: Mapping[str, ChannelConfig],
        *,
        zone: str,
        clock: Clock,
        transport: Transport | None = None,
        retries: RetryPolicy | None = None,
        poll: timedelta = POLL,
        rng: random.Random | None = None,
        lease: timedelta = LEASE,
        room: DiskRoom | None = None,
        patient: bool = True,
    ) -> None:
        self._database = database
        self._channels = dict(channels)
        self._zone = ZoneInfo(zone)
        self._clock = clock
        self._transport = transport or open_transport(clock)
        self._retries = retries
        self._poll = poll
        self._rng = rng or random.Random()  # noqa: S311  # it spreads retries, it keeps no secret
        self._room = room or DiskRoom(database, ballast=0)
        self._patient = patient
        self._keeper = Keeper(database, self, clock=clock, lease=lease, room=self._room)
        self._served: dict[str, _Served] = {}
        self._leaving: list[Worker] = []
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._started_at: datetime | None = None

    def start(self) -> None:
        """Bring the tables up to date, give back what a dead process was sending, and begin."""
        self._started_at = self._clock.now()
        with closing(open_database(self._database, migrations=[schema.MIGRATIONS])) as db:
            Outbox(db).recover(self._started_at)
            if jump := set_back_since(db, self._started_at):
                move_plans(db, jump, now=self._started_at)
        self._room.check()
        self.apply(self._channels)
        self._keeper.start()

    def wake(self) -> None:
        """Look for work now; to be called after each commit that may have filled the outbox."""
        with self._lock:
            for served in self._served.values():
                _wake(served.workers)

    def apply(self, channels: Mapping[str, ChannelConfig], *, zone: str | None = None) -> None:
        """Deliver to these channels from now on; those that stay as they were go on undisturbed.

        It waits for whoever holds the database, half a minute for each channel that is new or changed;
        every other method may be called meanwhile, `stop` too: then no channel is begun any more.
        """
        with self._lock:
            new_zone = ZoneInfo(zone) if zone is not None else self._zone
            zone_changed, self._zone = new_zone != self._zone, new_zone
            self._channels = dict(channels)
            for name, served in list(self._served.items()):
                if zone_changed or channels.get(name) != served.config:
                    self._retire(self._served.pop(name))
            missing = [name for name in channels if name not in self._served]
        for name in missing:
            self._begin(name, channels[name])

    def stop(self, timeout: timedelta) -> bool:
        """Claim nothing more, and wait for what is being sent; returns whether all of it was recorded.

        What takes longer than `timeout` is left behind, and sent again by the next start.
        """
        self._keeper.stop()
        with self._lock:
            self._ending.set()
            for served in self._served.values():
                self._retire(served)
            self._served = {}
            leaving = list(self._leaving)
        ends = time.monotonic() + timeout.total_seconds()
        for worker in leaving:
            worker.join(max(0.0, ends - time.monotonic()))
        return not any(worker.is_alive() for worker in leaving)

    def moved_at(self) -> float | None:
        """When the thread that has moved least lately did, in monotonic seconds; None without channels.

        A thread that has ended without being asked to moves no more: minus infinity.
        """
        with self._lock:
            workers = [worker for served in self._served.values() for worker in served.workers]
        moved = (worker.moved_at if worker.is_alive() else float("-inf") for worker in workers)
        return min(moved, default=None)

    def wait_first_tries(self, timeout: timedelta) -> FirstTries:
        """Wait until everything that is due at this moment has been tried once, `timeout` at most.

        What waits for another time, behind an earlier message of its story, or for a channel that is
        paused, switched off or not configured, is not waited for.
        """
        self.wake()
        due_at = self._clock.now()
        ends = time.monotonic() + timeout.total_seconds()
        with closing(open_database(self._database)) as db:
            while (unfinished := self._untried(Outbox(db), due_at)) and time.monotonic() < ends:
                time.sleep(_LOOK_SECONDS)
            accepted, failed = ledger.outcomes_since(db, self._started_at or due_at)
        return FirstTries(accepted=accepted, failed=failed, unfinished=unfinished)

    def _untried(self, outbox: Outbox, due_at: datetime) -> int:
        with self._lock:
            lines = [served.line for served in self._served.values()]
        return sum(outbox.count_untried(line, due_at) for line in lines)

    def hung(self, lease_seconds: float) -> list[tuple[Line, Claim]]:
        """What threads have been sending for longer than their lease; each of them is replaced."""
        given_up: list[tuple[Line, Claim]] = []
        with self._lock:
            for served in self._served.values():
                for index, worker in enumerate(served.workers):
                    claim = worker.overdue(lease_seconds)
                    if claim is not None and self._replace(index, served):
                        given_up.append((served.line, claim))
        return given_up

    def _replace(self, index: int, served: _Served) -> bool:
        """Put a thread in the place of one that hangs; False where the system gives no other now."""
        try:
            another = self._worker(served)
        except RuntimeError as error:
            _log.error(
                "%s: a thread that hangs cannot be replaced yet: %s", served.line.name, error
            )
            return False
        served.workers[index].stop()
        served.workers[index] = another
        return True

    def _begin(self, name: str, config: ChannelConfig) -> None:
        channel = config.channel(self._transport)
        line = self._line(name, config, channel)
        self._take_up(line)
        served = _Served(config=config, line=line, channel=channel, rest=Rest(), workers=[])
        with self._lock:
            if not self._ending.is_set():
                served.workers.extend(self._worker(served) for _ in range(WORKERS_A_CHANNEL))
                self._served[name] = served

    def _take_up(self, line: Line) -> None:
        """Judge again what is held; where the database fails, it waits for the time that was planned."""
        if self._ending.is_set():
            return
        try:
            with closing(open_database(self._database)) as db:
                Outbox(db).take_up(line, self._clock.now())
        except (sqlite3.Error, DatabaseError) as error:
            _log.warning("%s: what is held is not judged again: %s", line.name, error)

    def _line(self, name: str, config: ChannelConfig, channel: Channel) -> Line:
        settings = config.settings
        return Line(
            name=name,
            format=config.type,
            fingerprint=config.fingerprint(),
            recipients=config.recipients,
            renderer=renderer_of(config, channel),
            zone=self._zone,
            policy=self._retries or replace(RetryPolicy(), give_up_after=config.give_up_after),
            settings=settings if self._patient else replace(settings, group_wait=timedelta()),
            text_room=config.text_room,
            can_edit=isinstance(channel, Editable),
            can_reply=isinstance(channel, Threaded),
            empty_digest=config.empty_digest,
            others=lambda: self._all_but(name),
        )

    def _all_but(self, name: str) -> tuple[Addressed, ...]:
        channels = self._channels  # replaced as a whole by apply, never changed
        return address_all({one: config for one, config in channels.items() if one != name})

    def _worker(self, served: _Served) -> Worker:
        worker = Worker(
            self._database,
            served.line,
            served.config,
            served.channel,
            rest=served.rest,
            clock=self._clock,
            jitter=self._jitter,
            poll=self._poll,
            room=self._room,
            ending=self._ending,
        )
        worker.start()
        return worker

    def _retire(self, served: _Served) -> None:
        for worker in served.workers:
            worker.stop()
        self._leaving = [worker for worker in self._leaving if worker.is_alive()]
        self._leaving += served.workers

    def _jitter(self) -> float:
        return self._rng.uniform(0.5, 1.0)


def _wake(workers: Iterable[Worker]) -> None:
    for worker in workers:
        worker.wake()
