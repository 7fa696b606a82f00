"""A process that is killed: it puts alerts into the outbox as a feed announces them, and delivers.

It forks at every "fork" on its standard input, so that each round begins at once, and answers with
the child's process id; "wait" reaps a child that was killed. Its argument is a Plan as JSON.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts import schema
from alerts.addressing import Addressed, address
from alerts.dispatcher import Dispatcher
from alerts.outbox import enqueue
from alerts.retry import RetryPolicy
from alerts.trial import try_channel
from core.clock import SystemClock
from core.database import DatabaseLock, immediate, open_database
from tests.alerts.newsdesk import make_alert, make_configs, make_transport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlite_utils import Database

    from alerts.alert import Alert
    from alerts.channel import ChannelConfig

ZONE = "Asia/Makassar"
CALL_SECONDS = 0.25
RETRIES = RetryPolicy(delays=(timedelta(milliseconds=20), timedelta(milliseconds=80)))
POLL = timedelta(milliseconds=20)


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
    for command in sys.stdin:
        if command == "wait\n":
            os.wait()
            _answer("dead")
        elif (child := os.fork()) == 0:
            (deliver if plan.with_outbox else send_and_forget)(plan)
        else:
            _answer(str(child))


def _answer(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def announced(plan: Plan) -> int:
    return int(Path(plan.feed).read_text(encoding="ascii"))


def deliver(plan: Plan) -> None:
    configs = make_configs(plan.channels)
    clock = SystemClock()
    path = Path(plan.database)
    with DatabaseLock(path), closing(open_database(path, migrations=[schema.MIGRATIONS])) as db:
        dispatcher = Dispatcher(
            path,
            configs,
            zone=ZONE,
            clock=clock,
            transport=make_transport(seconds=CALL_SECONDS),
            retries=RETRIES,
            poll=POLL,
        )
        dispatcher.start()
        while True:
            for number in range(_count(db, "alerts") + 1, announced(plan) + 1):
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
