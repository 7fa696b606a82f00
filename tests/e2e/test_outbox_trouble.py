"""A disk that is full and a database that is locked: nothing is lost, and nothing is sent twice."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
from collections import Counter
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alerts import schema
from alerts.addressing import Addressed
from alerts.dispatch.disk import DiskRoom
from alerts.dispatch.dispatcher import Dispatcher
from alerts.outbox import ledger
from alerts.outbox.outbox import enqueue
from alerts.outbox.retry import RetryPolicy, State
from core.clock import SystemClock
from core.database import immediate, open_database
from tests.alerts.newsdesk import make_alert, make_configs, make_transport
from tests.servers.webhook import WebhookReceiver, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOCK = SystemClock()
MEGABYTE = 1024 * 1024
LOCKED_SECONDS = float(os.environ.get("SIAGA_SOAK_LOCKED", "3"))  # `make soak` asks for 35
COUNT = 60


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 8 MB of its own."""
    folder = Path(tempfile.mkdtemp(prefix="siaga-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        shutil.rmtree(folder)
        pytest.skip("a small disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


def put(path: Path, start: int, count: int) -> None:
    to = Addressed(channel="kait", recipient="", watchlists=("suriah",))
    with closing(open_database(path, migrations=[schema.MIGRATIONS])) as db:
        for number in range(start, start + count):
            with immediate(db) as connection:
                enqueue(connection, make_alert(number), [to], at=CLOCK.now())


@contextmanager
def delivering(
    path: Path, receiver: WebhookReceiver, room: DiskRoom | None = None
) -> Iterator[None]:
    channel = {"type": "webhook", "url": receiver.url("/accept"), "allow_private": True}
    dispatcher = Dispatcher(
        path,
        make_configs({"kait": channel}),
        zone="Asia/Makassar",
        clock=CLOCK,
        transport=make_transport(),
        retries=RetryPolicy(delays=(timedelta(milliseconds=50),)),
        poll=timedelta(milliseconds=30),
        room=room,
    )
    dispatcher.start()
    try:
        yield
    finally:
        dispatcher.stop(timedelta(seconds=20))


def counts(path: Path) -> dict[State, int]:
    with closing(open_database(path)) as db:
        return dict(ledger.backlog(db).counts)


def arrived(receiver: WebhookReceiver) -> Counter[str]:
    return Counter(one.headers["webhook-id"] for one in receiver.accepted)


def fill(folder: Path) -> Path:
    """Write until the disk is full; returns the file."""
    rubbish = folder / "sampah"
    with rubbish.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\x00" * 4096):
            pass
    return rubbish


def test_a_disk_that_runs_full_while_messages_go_loses_and_repeats_nothing(
    small_disk: Path,
) -> None:
    path = small_disk / "siaga.db"
    put(path, 0, COUNT)
    with WebhookReceiver() as receiver:
        room = DiskRoom(path, least_free=MEGABYTE, ballast=MEGABYTE)
        with delivering(path, receiver, room):
            assert wait_until(lambda: len(receiver.accepted) >= COUNT // 4)
            rubbish = fill(small_disk)
            assert wait_until(lambda: not room.enough)
            rubbish.unlink()
            assert wait_until(lambda: counts(path)[State.SENT] == COUNT, 60)
        told = arrived(receiver)
    assert len(told) == COUNT
    assert set(told.values()) == {1}


def test_a_database_that_is_locked_for_long_loses_and_repeats_nothing(tmp_path: Path) -> None:
    path = tmp_path / "siaga.db"
    put(path, 0, COUNT)
    with WebhookReceiver() as receiver, delivering(path, receiver):
        assert wait_until(lambda: len(receiver.accepted) >= COUNT // 4)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        threading.Event().wait(LOCKED_SECONDS)
        other.execute("ROLLBACK")
        other.close()
        assert wait_until(lambda: counts(path)[State.SENT] == COUNT, 60)
        told = arrived(receiver)
    assert len(told) == COUNT
    assert set(told.values()) == {1}
