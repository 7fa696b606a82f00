"""What the daemon does for its database each day: checks it, prunes it, notes its size."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from alerts.outbox.ledger import list_deliveries
from core.errors import DatabaseError
from monitor.config import read_config
from monitor.housekeeping import Housekeeping
from monitor.records import MonitorRecords
from monitor.writer import Writer
from tests.monitor.desk import Desk, page

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from monitor.config import Config

DAY = timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(directory=tmp_path, watchlists="[]", health="[kait]") as desk:
        desk.visit(*(page(f"/{n}", f"Kabar {n}", f"Isi panjang {n}. " * 300) for n in range(20)))
        yield desk


def keep_house(
    desk: Desk,
    play: Callable[[Housekeeping, Config], Awaitable[None]],
    *,
    keep: str = "2y",
    stopping: bool = False,
) -> None:
    """Play what a daemon does with its housekeeping on the desk's database."""
    path = desk.directory / "config.yaml"
    whole, _, _ = path.read_text().partition("keep:")
    path.write_text(f"{whole}keep: {keep}\nbackup: {{keep: 1}}\n")
    config = read_config(path, environment={})

    async def work() -> None:
        writer = Writer(config.database, clock=desk.clock)
        await writer.open(config, heed_baseline=True)
        house = Housekeeping(
            writer,
            config.database,
            clock=desk.clock,
            on_alert=lambda: None,
            stopping=lambda: stopping,
        )
        try:
            await play(house, config)
        finally:
            await writer.close()

    asyncio.run(work())


def spoil(path: Path) -> None:
    """Overwrite the inner pages of a database that nobody has written to since its last checkpoint."""
    with path.open("r+b") as file:
        file.seek(40 * 4096)
        file.write(b"\xff" * 4096 * 4)


def test_each_day_what_is_too_old_goes_and_the_size_is_noted(desk: Desk) -> None:
    async def play(house: Housekeeping, config: Config) -> None:
        await house.begin(config)
        await house.turn(config)
        desk.clock.move(800 * DAY)
        await house.turn(config)

    keep_house(desk, play)
    assert desk.counts()["articles"] == 0
    sizes = MonitorRecords(desk.db.conn).sizes()
    assert list(sizes) == [desk.clock.now().date()]  # the first is forgotten by now
    assert min(sizes.values()) > 0


def test_damage_is_told_with_the_newest_whole_backup_and_no_backup_is_taken_of_it(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    database = desk.directory / "siaga.db"

    async def play(house: Housekeeping, config: Config) -> None:
        await house.begin(config)
        await house.turn(config)
        desk.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        spoil(database)
        desk.clock.move(DAY)
        await house.turn(config)

    keep_house(desk, play, keep="forever")
    (backup,) = (desk.directory / "backups").iterdir()
    assert f"`siaga restore {backup}` puts the newest whole backup back" in caplog.text
    (told,) = [one for one in list_deliveries(desk.db) if one.kind == "notice"]
    assert (told.channel, told.title) == ("kait", "Basis data Siaga rusak")


def test_a_damaged_database_is_not_begun_with(desk: Desk) -> None:
    async def play(house: Housekeeping, config: Config) -> None:
        desk.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        spoil(desk.directory / "siaga.db")
        with pytest.raises(DatabaseError, match="damaged"):
            await house.begin(config)

    keep_house(desk, play)


def test_a_check_that_finds_nothing_tells_nobody(desk: Desk) -> None:
    async def play(house: Housekeeping, config: Config) -> None:
        await house.begin(config)
        desk.clock.move(DAY)
        await house.turn(config)

    keep_house(desk, play)
    told: list[Any] = [one for one in list_deliveries(desk.db) if one.kind == "notice"]
    assert told == []


def test_a_daemon_that_ends_leaves_the_days_work_for_its_next_start(desk: Desk) -> None:
    async def play(house: Housekeeping, config: Config) -> None:
        await house.begin(config)
        await house.turn(config)

    keep_house(desk, play, stopping=True)
    assert not list((desk.directory / "backups").glob("*"))
    assert not MonitorRecords(desk.db.conn).sizes()
    keep_house(desk, play)
    assert len(list((desk.directory / "backups").iterdir())) == 1
