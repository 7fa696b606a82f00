"""Copies of the database that are whole: taken while others write, checked before they count, put back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import DatabaseError, SnapshotError
from core.interrupting import heed, interruptible, never

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_PART = ".part"
_SHARED = ("-wal", "-shm")  # what SQLite keeps beside a database
_STAMP = "%Y%m%d-%H%M%S"
_MARK = "article_log"  # a table that every Siaga database has and few others


def take_snapshot(database: Path, target: Path, *, stopping: Callable[[], bool] = never) -> int:
    """Copy the database to `target`, whole and checked, while others write; returns its size in bytes.

    `target` appears, or replaces an earlier snapshot, only when all is well. Raises SnapshotError when it
    cannot be written or is there and is no snapshot, DatabaseError when the database is damaged,
    StoppedError when `stopping` came before it was done.
    """
    if target.exists() and not is_snapshot(target):
        raise SnapshotError(target, f"{target} is there already and is no copy of Siaga's database")
    part = target.with_name(target.name + _PART)
    try:
        part.unlink(missing_ok=True)
        _copy(database, part, stopping)
        complaint = damage(part, stopping=stopping)
        if complaint is not None:
            raise DatabaseError(database, f"{database} is damaged: {complaint}")
        heed(stopping)
        _settle(part)
        part.replace(target)
        return target.stat().st_size
    except (OSError, sqlite3.OperationalError) as error:
        raise SnapshotError(target, f"{target} cannot be written: {error}") from error
    except sqlite3.DatabaseError as error:
        raise DatabaseError(database, f"{database} is damaged: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def put_back(snapshot: Path, database: Path, *, at: datetime) -> Path | None:
    """Make a snapshot the database; returns where the one that was there is kept, None for none.

    To be called under the database's exclusive lock. Raises SnapshotError, with nothing changed, when the
    snapshot is no whole copy of Siaga's database.
    """
    if not is_snapshot(snapshot):
        raise SnapshotError(snapshot, f"{snapshot} is no copy of Siaga's database")
    complaint = damage(snapshot)
    if complaint is not None:
        raise SnapshotError(snapshot, f"{snapshot} is damaged: {complaint}")
    part = database.with_name(database.name + _PART)
    try:
        part.unlink(missing_ok=True)
        _copy(snapshot, part)
        _settle(part)
        kept = _set_aside(database, at)
        part.replace(database)
    except (OSError, sqlite3.Error) as error:
        raise SnapshotError(snapshot, f"{snapshot} cannot be put back: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return kept


def damage(database: Path, *, stopping: Callable[[], bool] = never) -> str | None:
    """What `PRAGMA quick_check` says is wrong with a database file; None when nothing is.

    Raises StoppedError when `stopping` came before it was done.
    """
    try:
        with (
            closing(sqlite3.connect(_read_only(database), uri=True)) as connection,
            interruptible(connection, stopping),
        ):
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if said == "ok" else said


def size_of(database: Path) -> int:
    """How many bytes a database takes on the disk, with its write-ahead log."""
    files = (database, Path(f"{database}-wal"))
    return sum(one.stat().st_size for one in files if one.exists())


def is_snapshot(path: Path) -> bool:
    """Whether a file is a database of Siaga's; says nothing of its being whole."""
    try:
        with closing(sqlite3.connect(_read_only(path), uri=True)) as connection:
            found = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (_MARK,))
            return found.fetchone() is not None
    except sqlite3.DatabaseError:
        return False


def _set_aside(database: Path, at: datetime) -> Path | None:
    """Keep the database under another name too, so that at no instant there is none under its own.

    Its write-ahead log must be gone before another file bears its name: SQLite would apply it to that one.
    """
    if not database.exists():
        return None
    kept = database.with_name(f"{database.name}.before-{at:{_STAMP}}")
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a damaged one keeps its log
    for suffix in _SHARED:
        beside = Path(f"{database}{suffix}")
        if beside.exists():
            beside.rename(f"{kept}{suffix}")
    os.link(database, kept)
    return kept


def _copy(database: Path, part: Path, stopping: Callable[[], bool] = never) -> None:
    """Write a database anew, without gaps; the copy can give back the room of what goes later."""
    with (
        closing(sqlite3.connect(_read_only(database), uri=True)) as connection,
        interruptible(connection, stopping),
    ):
        if not connection.execute("PRAGMA auto_vacuum").fetchone()[0]:  # as of older Siagas
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("VACUUM INTO ?", (str(part),))


def _settle(path: Path) -> None:
    """Have the file on the disk before anything is renamed to depend on it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_only(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"
