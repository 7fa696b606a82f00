"""A process that is killed: it puts alerts into the outbox as a feed announces them, and delivers.

It forks at every "fork" on its standard input, so that each round begins at once, and answers with
the child's process id; "wait" reaps a child that was killed. "fork STEP N" makes a child that kills itself
when it comes to a step of the delivery for the Nth time. Its argument is a Plan as JSON.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sqlite3
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts import schema
from alerts.addressing import Addressed, address
from alerts.dispatch.dispatcher import Dispatcher
from alerts.outbox.outbox import enqueue
from alerts.outbox.retry import RetryPolicy
from alerts.trial import try_channel
from core.clock import SystemClock
from core.database import DatabaseLock, immediate, open_database
from tests.alerts.newsdesk import make_alert, make_configs, make_transport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlite_utils import Database

    from alerts.alert import Alert
    from alerts.channel import ChannelConfig
    from alerts.transport.roles import Failure, Poster, Reply

ZONE = "Asia/Makassar"
CALL_SECONDS = 0.25
_connect: Any = sqlite3.connect
RETRIES = RetryPolicy(delays=(timedelta(milliseconds=20), timedelta(milliseconds=80)))
POLL = timedelta(milliseconds=20)


class Step(StrEnum):
    """The steps of one delivery at which a process may die."""

    CLAIMING = "claiming"  # the claim is written, not committed
    CLAIMED = "claimed"
    SENT = "sent"  # the peer has answered
    RECORDING = "recording"  # the outcome is written, not committed
    RECORDED = "recorded"


_WRITES = {
    "INSERT INTO attempts": (Step.CLAIMING, Step.CLAIMED),
    "UPDATE attempts SET finished_at = ?, outcome = ?, detail": (Step.RECORDING, Step.RECORDED),
}


class Death:
    """Kills the process when one of its delivering threads comes to a step for the `count`th time."""

    def __init__(self, step: Step, count: int) -> None:
        self._step = step
        self._left = count
        self._turn = threading.Lock()

    def comes_to(self, step: Step) -> None:
        with self._turn:
            self._left -= step is self._step
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def connect(self, path: Path, **settings: Any) -> Any:
        if not threading.current_thread().name.startswith("alerts-"):
            return _connect(path, **settings)
        return _connect(path, factory=partial(_Watched, self), **settings)

    def around(self, http: Poster) -> Poster:
        return _WatchedPoster(self, http)


class _Watched(sqlite3.Connection):
    """A connection that knows to which step its statements belong."""

    def __init__(self, death: Death, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._death = death
        self._steps: tuple[Step, Step] | None = None

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        self._steps = next(
            (two for start, two in _WRITES.items() if sql.startswith(start)), self._steps
        )
        if sql != "COMMIT" or self._steps is None:
            return super().execute(sql, *values)
        (before, after), self._steps = self._steps, None
        self._death.comes_to(before)
        done = super().execute(sql, *values)
        self._death.comes_to(after)
        return done


@dataclass(frozen=True, slots=True)
class _WatchedPoster:
    death: Death
    http: Poster

    def post(self, *args: Any, **settings: Any) -> Reply | Failure:
        answer = self.http.post(*args, **settings)
        self.death.comes_to(Step.SENT)
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`feed` is a file that says how many alerts there are; without the outbox each is sent once."""

    database: str
    feed: str
    channels: Mapping[str, Any]
    with_outbox: bool


def numbered_alert(number: int) -> Alert:
    """Three of them make a story."""
    return make_alert(number, title=f"Kabar Suriah nomor {number}", story=number // 3)


def addresses_of(alert: Alert, configs: Mapping[str, ChannelConfig]) -> tuple[Addressed, ...]:
    return address(alert, {name: list(configs) for name in alert.watchlists}, configs)


def main() -> None:
    logging.disable(logging.WARNING)  # failures are what the receivers are there for
    plan = Plan(**json.loads(sys.argv[1]))
    make_configs(plan.channels)  # loads every module once, not after each fork
    open_database(Path(plan.database), migrations=[schema.MIGRATIONS]).close()
    for start, command in enumerate(sys.stdin):
        if command == "wait\n":
            os.wait()
            _answer("dead")
        elif (child := os.fork()) == 0:
            _, *words = command.split()
            death = Death(Step(words[0]), int(words[1])) if words else None
            deliver(plan, start, death) if plan.with_outbox else send_and_forget(plan)
        else:
            _answer(str(child))


def _answer(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def announced(plan: Plan) -> int:
    return int(Path(plan.feed).read_text(encoding="ascii"))


def deliver(plan: Plan, start: int, death: Death | None) -> None:
    # A limit that nobody reaches, another one at every start: an edited config, under which a channel that
    # was paused or switched off sends again.
    channels = {name: {**one, "max_per_hour": 10**6 + start} for name, one in plan.channels.items()}
    configs = make_configs(channels)
    clock = SystemClock()
    transport = make_transport(seconds=CALL_SECONDS)
    if death is not None:
        # The driver's own door, so that nothing in Siaga needs to know of this.
        setattr(sqlite3, "connect", death.connect)  # noqa: B010  # mypy knows only its own overloads
        transport = replace(transport, http=death.around(transport.http))
    path = Path(plan.database)
    with DatabaseLock(path), closing(open_database(path, migrations=[schema.MIGRATIONS])) as db:
        dispatcher = Dispatcher(
            path,
            configs,
            zone=ZONE,
            clock=clock,
            transport=transport,
            retries=RETRIES,
            poll=POLL,
        )
        dispatcher.start()
        while True:
            for number in range(_count(db, "alerts WHERE kind = 'alert'") + 1, announced(plan) + 1):
                alert = numbered_alert(number)
                with immediate(db) as connection:
                    enqueue(connection, alert, addresses_of(alert, configs), at=clock.now())
                dispatcher.wake()
            time.sleep(0.005)


def send_and_forget(plan: Plan) -> None:
    """As one would without an outbox: remember the alert, then send it."""
    configs = make_configs(plan.channels)
    transport = make_transport(seconds=CALL_SECONDS)
    with closing(open_database(Path(plan.database))) as db:
        db.execute("CREATE TABLE IF NOT EXISTS seen (number INTEGER PRIMARY KEY)")
        while True:
            for number in range(_count(db, "seen") + 1, announced(plan) + 1):
                db.execute("INSERT INTO seen VALUES (?)", (number,))
                for config in configs.values():
                    try_channel(config, numbered_alert(number), zone=ZONE, transport=transport)
            time.sleep(0.005)


def _count(db: Database, table: str) -> int:
    ((count,),) = db.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(count)


if __name__ == "__main__":
    main()
