"""The drill on a real database: it is judged by its own day, and what became of it is told once."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.addressing import address
from alerts.outbox.outbox import enqueue
from alerts.trial import sample_alert
from core.database import immediate
from monitor.config import read_config
from monitor.database import open_siaga_database
from monitor.service.canary import Canary
from monitor.service.drill import MARK, marked
from monitor.writer import Writer
from tests.clocks import HandClock

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.config import Config

DAY = date(2019, 1, 2)
AT = datetime(2019, 1, 2, 15, 50, tzinfo=UTC)  # ten minutes to midnight in Makassar
CONFIG = """
sites: []
timezone: Asia/Makassar
canary: daily at 23:50
channels:
  a: {type: console}
  b: {type: console}
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG)
    return read_config(path, environment={})


def publish(config: Config) -> None:
    """Send out the day's drill; it has arrived on one channel alone."""
    drill = marked(sample_alert(AT, MARK), DAY)
    addressed = address(drill, {MARK: tuple(config.channels)}, config.channels, urgent=(MARK,))
    with closing(open_siaga_database(config.database)) as db, immediate(db) as connection:
        enqueue(connection, drill, addressed, at=AT)
        connection.execute("UPDATE deliveries SET state = 'sent' WHERE channel = 'a'")


def turn(config: Config, after: timedelta, *, times: int = 1) -> list[str]:
    """Start, take some turns so long after the drill's time and end; the titles of all notices so far."""

    async def test() -> list[str]:
        clock = HandClock(at=AT + after)
        writer = Writer(config.database, clock=clock)
        await writer.open(config, heed_baseline=True)
        try:
            canary = Canary(writer, clock=clock, on_alert=lambda: None)
            for _ in range(times):
                await canary.turn(config)
            return await writer.transact(
                lambda rows: [
                    row[0]
                    for row in rows.execute(
                        "SELECT data ->> '$.title' FROM alerts WHERE kind = 'notice' ORDER BY id"
                    )
                ]
            )
        finally:
            await writer.close()

    return asyncio.run(test())


MISSING = ["LATIHAN hari ini tidak sampai lewat b"]


def test_a_drill_held_before_midnight_is_judged_after_it(config: Config) -> None:
    publish(config)
    assert turn(config, timedelta(minutes=14)) == []
    assert turn(config, timedelta(minutes=15), times=2) == MISSING


def test_a_drill_is_judged_once_whatever_arrives_and_starts_again_after(config: Config) -> None:
    publish(config)
    assert turn(config, timedelta(minutes=15)) == MISSING
    with closing(open_siaga_database(config.database)) as db, immediate(db) as connection:
        connection.execute("UPDATE deliveries SET state = 'dead' WHERE kind = 'alert'")
    assert turn(config, timedelta(minutes=30)) == MISSING


def test_a_drill_that_cannot_even_be_held_is_told_as_failed_once(
    config: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not-there"))
    assert turn(config, timedelta(), times=2) == ["LATIHAN hari ini gagal"]
    assert turn(config, timedelta(minutes=1)) == ["LATIHAN hari ini gagal"]
