"""The database file: transactions, migrations, and the lock of the daemon."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlite_utils.migrations import Migrations

from core.database import BACKUPS_KEPT, DatabaseLock, immediate, open_database
from core.errors import DatabaseError, DatabaseHeldError, MigrationError, SchemaError, SnapshotError
from core.snapshots import damage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database


def press(*, newer: bool = False) -> Migrations:
    migrations = Migrations("press")

    @migrations()
    def m001_pages(db: Database) -> None:
        db.conn.execute("CREATE TABLE pages (id INTEGER PRIMARY KEY, url TEXT UNIQUE)")

    if newer:

        @migrations()
        def m002_titles(db: Database) -> None:
            db.conn.execute("ALTER TABLE pages ADD COLUMN title TEXT")

    return migrations


def later(count: int) -> Migrations:
    """As the tables are after so many more migrations."""
    migrations = press()
    for number in range(2, count + 2):

        def widen(db: Database, number: int = number) -> None:
            db.conn.execute(f"ALTER TABLE pages ADD COLUMN column_{number} TEXT")

        migrations(name=f"m{number:03}_column")(widen)
    return migrations


def failing() -> Migrations:
    migrations = later(1)

    @migrations()
    def m003_half_done(db: Database) -> None:
        db.conn.execute("DELETE FROM pages")
        raise RuntimeError("mati listrik")

    return migrations


def broken() -> Migrations:
    migrations = Migrations("press")

    @migrations()
    def m001_pages(db: Database) -> None:
        db.conn.execute("CREATE TABLE pages (id INTEGER PRIMARY KEY)")
        raise RuntimeError("mati listrik")

    return migrations


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "siaga.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    database = open_database(path, migrations=[press()])
    yield database
    database.close()


def urls(db: Database) -> list[str]:
    return [url for (url,) in db.conn.execute("SELECT url FROM pages ORDER BY url")]


def test_a_new_database_is_safe_against_a_power_cut_and_checks_its_references(db: Database) -> None:
    pragmas = {
        name: db.conn.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_a_database_opened_again_keeps_what_it_held_and_gains_what_is_new(path: Path) -> None:
    first = open_database(path, migrations=[press()])
    first.conn.execute("INSERT INTO pages (url) VALUES ('a')")
    first.close()
    second = open_database(path, migrations=[press(newer=True)])
    assert second.conn.execute("SELECT url, title FROM pages").fetchall() == [("a", None)]
    second.close()


def test_a_database_of_a_newer_siaga_is_refused(path: Path) -> None:
    open_database(path, migrations=[press(newer=True)]).close()
    with pytest.raises(SchemaError, match="newer Siaga") as caught:
        open_database(path, migrations=[press()])
    assert caught.value.path == path


def test_a_migration_that_fails_leaves_no_trace(path: Path) -> None:
    with pytest.raises(RuntimeError, match="mati listrik"):
        open_database(path, migrations=[broken()])
    db = open_database(path, migrations=[press()])
    assert urls(db) == []
    db.close()


def store_one(path: Path) -> None:
    db = open_database(path, migrations=[press()])
    db.conn.execute("INSERT INTO pages (url) VALUES ('a')")
    db.conn.execute("CREATE TABLE article_log (seq INTEGER PRIMARY KEY)")  # as Siaga's own have
    db.close()


def columns(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[1] for row in connection.execute("PRAGMA table_info(pages)")]


def test_an_older_database_is_copied_before_its_tables_change(path: Path) -> None:
    store_one(path)
    open_database(path, migrations=[later(1)]).close()
    backup = path.with_name("siaga.db.before-m002_column")
    assert (columns(backup), columns(path)) == (["id", "url"], ["id", "url", "column_2"])
    assert damage(backup) is None


def test_only_the_newest_copies_from_before_migrations_stay(path: Path) -> None:
    store_one(path)
    for count in range(1, BACKUPS_KEPT + 3):
        open_database(path, migrations=[later(count)]).close()
    kept = sorted(one.name for one in path.parent.glob("*.before-*"))
    assert kept == ["siaga.db.before-m004_column", "siaga.db.before-m005_column"]


def test_a_new_set_of_tables_beside_old_ones_needs_no_copy(path: Path) -> None:
    store_one(path)
    other = Migrations("lain")
    other(name="m001_more")(lambda db: db.conn.execute("CREATE TABLE more (x)"))
    open_database(path, migrations=[press(), other]).close()
    assert list(path.parent.glob("*.before-*")) == []


def test_a_failed_migration_leaves_the_old_file_and_names_the_copy(path: Path) -> None:
    store_one(path)
    with pytest.raises(MigrationError, match="mati listrik") as caught:
        open_database(path, migrations=[failing()])
    assert caught.value.backup == path.with_name("siaga.db.before-m002_column")
    assert str(caught.value.backup) in str(caught.value)
    db = open_database(path, migrations=[press()])  # the program that wrote it goes on with it
    assert urls(db) == ["a"]
    db.close()


def test_a_database_that_cannot_be_copied_is_not_changed(path: Path) -> None:
    store_one(path)
    path.with_name("siaga.db.before-m002_column").write_text("milik orang lain")
    with pytest.raises(SnapshotError, match="no copy of Siaga"):
        open_database(path, migrations=[later(1)])
    assert columns(path) == ["id", "url"]


def test_two_who_open_an_older_database_at_once_bring_it_up_to_date_once(path: Path) -> None:
    store_one(path)

    def open_it() -> None:
        open_database(path, migrations=[later(3)]).close()

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert columns(path) == ["id", "url", "column_2", "column_3", "column_4"]
    assert columns(path.with_name("siaga.db.before-m002_column")) == ["id", "url"]


@pytest.mark.parametrize("place", ["tiada/siaga.db", "."])
def test_a_place_where_no_database_can_be_is_named(tmp_path: Path, place: str) -> None:
    with pytest.raises(DatabaseError, match="cannot be used") as caught:
        open_database(tmp_path / place)
    assert caught.value.path == tmp_path / place


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.write_text("catatan redaksi, bukan basis data\n" * 100)
    with pytest.raises(DatabaseError, match="not a database"):
        open_database(path, migrations=[press()])
    assert path.read_text().startswith("catatan redaksi")


def test_a_transaction_is_committed_whole(db: Database) -> None:
    with immediate(db) as connection:
        connection.execute("INSERT INTO pages (url) VALUES ('a')")
        connection.execute("INSERT INTO pages (url) VALUES ('b')")
    assert not db.conn.in_transaction
    assert urls(db) == ["a", "b"]


def insert_and_fail(db: Database) -> None:
    with immediate(db) as connection:
        connection.execute("INSERT INTO pages (url) VALUES ('a')")
        connection.execute("INSERT INTO pages (url) VALUES ('a')")


def test_a_transaction_that_fails_is_rolled_back_whole_and_the_next_one_works(db: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        insert_and_fail(db)
    assert urls(db) == []
    with immediate(db) as connection:
        connection.execute("INSERT INTO pages (url) VALUES ('b')")
    assert urls(db) == ["b"]


def refer_to_nothing(db: Database) -> None:
    with immediate(db) as connection:
        connection.execute("INSERT INTO notes (page) VALUES (99)")


def test_a_commit_that_fails_is_rolled_back_and_the_next_transaction_works(db: Database) -> None:
    db.conn.execute(
        "CREATE TABLE notes (page INTEGER REFERENCES pages (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    with pytest.raises(sqlite3.IntegrityError):
        refer_to_nothing(db)
    assert not db.conn.in_transaction
    with immediate(db) as connection:
        connection.execute("INSERT INTO pages (url) VALUES ('a')")
    assert urls(db) == ["a"]


def test_writers_that_read_first_wait_for_each_other(path: Path) -> None:
    open_database(path, migrations=[press()]).close()
    failures: list[BaseException] = []

    def write() -> None:
        db = open_database(path, migrations=[press()])
        try:
            for _ in range(20):
                with immediate(db) as connection:
                    (count,) = connection.execute("SELECT count(*) FROM pages").fetchone()
                    connection.execute("INSERT INTO pages (url) VALUES (?)", (f"{count:04}",))
        except sqlite3.Error as error:
            failures.append(error)
        finally:
            db.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db = open_database(path)
    assert failures == []
    assert urls(db) == [f"{number:04}" for number in range(80)]
    db.close()


def test_many_that_open_a_new_database_at_once_make_its_tables_once(path: Path) -> None:
    failures: list[BaseException] = []

    def open_it() -> None:
        try:
            open_database(path, migrations=[press()]).close()
        except DatabaseError as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


HOLD = """
import sys
from pathlib import Path
from core.database import DatabaseLock
with DatabaseLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_siaga_on_one_database_is_told_who_holds_it(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(DatabaseHeldError, match=f"process {holder.pid}") as caught:
            DatabaseLock(path).acquire()
        assert (caught.value.pid, caught.value.path) == (holder.pid, path)
        assert DatabaseLock(path).holder() == holder.pid
        holder.kill()
    assert DatabaseLock(path).holder() is None
    with DatabaseLock(path):
        assert DatabaseLock(path).holder() is not None


def test_a_lock_let_go_can_be_taken_again(path: Path) -> None:
    lock = DatabaseLock(path)
    lock.acquire()
    lock.release()
    lock.release()
    with lock:
        assert lock.holder() is not None
