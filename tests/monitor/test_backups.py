"""Backups by the day: taken when due, rotated only after a good one, named when the database is damaged."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from core.errors import DatabaseError
from core.snapshots import damage
from monitor.backups import Backing, BackupConfig, Backups
from monitor.database import open_siaga_database

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2019, 1, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "siaga.db"
    with closing(open_siaga_database(path)):
        return path


def backups(database: Path, keep: int = 3) -> Backups:
    return Backups(database, BackupConfig(keep=keep))


def spoil(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 8192))


def test_a_backup_is_taken_a_day_and_no_more_are_kept_than_wanted(database: Path) -> None:
    kept = backups(database)
    assert [kept.take_when_due(now=NOON + n * DAY) for n in range(5)] == [Backing.TAKEN] * 5
    assert kept.take_when_due(now=NOON + 4.5 * DAY) is Backing.FRESH
    assert [one.at for one in kept.found()] == [NOON + n * DAY for n in (4, 3, 2)]
    assert {one.path.parent for one in kept.found()} == {database.parent / "backups"}
    assert all(damage(one.path) is None for one in kept.found())


def test_a_clock_that_was_set_back_does_not_stop_backups(database: Path) -> None:
    kept = backups(database, keep=1)
    kept.take_when_due(now=NOON + 300 * DAY)
    assert kept.take_when_due(now=NOON) is Backing.TAKEN
    assert [one.at for one in kept.found()] == [NOON]


def test_no_backup_is_taken_where_none_is_wanted(database: Path) -> None:
    assert backups(database, keep=0).take_when_due(now=NOON) is Backing.OFF
    assert not (database.parent / "backups").exists()


def test_a_damaged_database_pushes_no_good_backup_out(
    database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = backups(database, keep=1)
    kept.take_when_due(now=NOON)
    spoil(database)
    assert kept.take_when_due(now=NOON + DAY) is Backing.FAILED
    assert [one.at for one in kept.found()] == [NOON]
    assert "is damaged" in caplog.text


def test_a_damaged_database_is_refused_with_the_newest_whole_backup_named(database: Path) -> None:
    kept = backups(database)
    for n in range(2):
        kept.take_when_due(now=NOON + n * DAY)
    kept.check()
    spoil(database)
    newest, older = kept.found()
    with pytest.raises(DatabaseError, match=f"siaga restore .*{newest.path.name}"):
        kept.check()
    spoil(newest.path)
    with pytest.raises(DatabaseError, match=f"siaga restore .*{older.path.name}"):
        kept.check()


def test_a_damaged_database_without_a_backup_says_so(database: Path) -> None:
    spoil(database)
    with pytest.raises(DatabaseError, match="there is no backup in"):
        backups(database).check()


def test_files_that_are_no_backups_are_left_alone(database: Path) -> None:
    kept = backups(database, keep=1)
    kept.take_when_due(now=NOON)
    other = database.parent / "backups" / "siaga-lama.db"
    other.write_text("milik orang lain")
    kept.take_when_due(now=NOON + DAY)
    assert other.exists()
    assert len(kept.found()) == 1
