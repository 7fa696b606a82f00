"""Copies of the database: whole while others write, refused when damaged, put back without a gap."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest

from core.database import immediate, open_database
from core.errors import DatabaseError, SnapshotError, StoppedError
from core.snapshots import damage, put_back, take_snapshot

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2019, 1, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "siaga.db"
    fill(path, 300)
    return path


def fill(path: Path, rows: int) -> None:
    """A database that looks like Siaga's from outside, with so many pages of data."""
    with closing(open_database(path)) as db, immediate(db) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS article_log (seq INTEGER PRIMARY KEY, text)")
        connection.executemany(
            "INSERT INTO article_log (text) VALUES (?)", [("kabar " * 600,)] * rows
        )


def rows_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM article_log").fetchone()[0])


def spoil(path: Path) -> None:
    """Overwrite the middle of a file."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 20_000)


def test_a_copy_taken_while_another_writes_is_whole(database: Path, tmp_path: Path) -> None:
    ends, began = threading.Event(), threading.Event()

    def write() -> None:
        with closing(open_database(database)) as db:
            while not ends.is_set():
                with immediate(db) as connection:
                    for _ in range(2):
                        connection.execute("INSERT INTO article_log (text) VALUES ('berpasangan')")
                began.set()

    writer = threading.Thread(target=write)
    writer.start()
    began.wait(10)
    try:
        for number in range(5):
            copy = tmp_path / f"salinan-{number}.db"
            assert take_snapshot(database, copy) == copy.stat().st_size
            assert damage(copy) is None
            assert rows_in(copy) % 2 == 0
    finally:
        ends.set()
        writer.join()


def test_a_copy_replaces_an_earlier_one_and_nothing_else(database: Path, tmp_path: Path) -> None:
    copy, letter = tmp_path / "salinan.db", tmp_path / "surat.txt"
    take_snapshot(database, copy)
    fill(database, 1)
    take_snapshot(database, copy)
    assert rows_in(copy) == 301
    letter.write_text("jangan ditimpa")
    with pytest.raises(SnapshotError, match="is there already"):
        take_snapshot(database, letter)
    assert letter.read_text() == "jangan ditimpa"


def test_a_damaged_database_gives_no_copy_and_leaves_the_last_good_one(
    database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "salinan.db"
    take_snapshot(database, copy)
    spoil(database)
    with pytest.raises(DatabaseError, match="is damaged"):
        take_snapshot(database, copy)
    assert rows_in(copy) == 300
    assert sorted(path.name for path in tmp_path.iterdir() if "part" in path.name) == []


def test_a_copy_that_cannot_be_written_says_so(database: Path, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="cannot be written"):
        take_snapshot(database, tmp_path / "tidak-ada" / "salinan.db")


def test_putting_back_keeps_what_was_there(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "salinan.db"
    take_snapshot(database, copy)
    fill(database, 5)
    kept = put_back(copy, database, at=NOON)
    assert kept is not None
    assert (rows_in(database), rows_in(kept)) == (300, 305)
    assert kept.name == "siaga.db.before-20190102-040000"


def test_a_log_that_was_never_closed_is_not_applied_to_what_is_put_back(
    database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "salinan.db"
    take_snapshot(database, copy)
    with closing(open_database(database)) as left_open:
        with immediate(left_open) as connection:
            connection.execute("INSERT INTO article_log (text) VALUES ('sesudahnya')")
        put_back(copy, database, at=NOON)
    assert rows_in(database) == 300
    assert damage(database) is None


def test_a_damaged_copy_or_another_file_is_not_put_back(database: Path, tmp_path: Path) -> None:
    copy, letter = tmp_path / "salinan.db", tmp_path / "surat.txt"
    take_snapshot(database, copy)
    spoil(copy)
    letter.write_text("bukan basis data")
    with pytest.raises(SnapshotError, match="is damaged"):
        put_back(copy, database, at=NOON)
    with pytest.raises(SnapshotError, match="is no copy of Siaga"):
        put_back(letter, database, at=NOON)
    assert rows_in(database) == 300


def test_a_copy_is_put_back_where_there_is_no_database(database: Path, tmp_path: Path) -> None:
    copy, elsewhere = tmp_path / "salinan.db", tmp_path / "baru.db"
    take_snapshot(database, copy)
    assert put_back(copy, elsewhere, at=NOON) is None
    assert rows_in(elsewhere) == 300


def test_a_copy_that_the_end_cuts_short_leaves_nothing_and_the_last_one_stays(
    database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "salinan.db"
    take_snapshot(database, copy)
    fill(database, 1)
    for steps in range(3):  # before it is copied, checked and put in its place
        ends = chain(repeat(False, steps), repeat(True))
        with pytest.raises(StoppedError):
            take_snapshot(database, copy, stopping=partial(next, ends))
        assert rows_in(copy) == 300
        assert not copy.with_name("salinan.db.part").exists()
