"""The SQLite file that lies between the stages: opening, transactions, migrations, the daemon's lock."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from sqlite_utils import Database

from core.errors import DatabaseError, DatabaseHeldError, MigrationError, SchemaError
from core.snapshots import take_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlite_utils.migrations import Migrations

BUSY_TIMEOUT_MS = 30_000
BACKUPS_KEPT = 2
"""Backups from before migrations that stay beside a database."""
_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA auto_vacuum = INCREMENTAL",  # of a new file; an old one gets it with `siaga restore`
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)

logger = logging.getLogger("siaga")


def open_database(path: Path, *, migrations: Iterable[Migrations] = ()) -> Database:
    """Open (and create) the database, bring its tables up to date, and return a connection.

    Where older tables are to change, a checked copy of the file is put beside it first. A connection
    belongs to the thread that opened it. Statements outside `immediate` commit by themselves. Raises
    DatabaseError when the file is no database, cannot be written or cannot be brought up to date,
    SnapshotError when the copy cannot be taken; the file is then as it was.
    """
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        db = Database(connection)
        _migrate(db, path, list(migrations))
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.Error):
            message = f"{path} cannot be used as Siaga's database: {error}"
            raise DatabaseError(path, message) from error
        raise
    return db


@contextmanager
def immediate(db: Database) -> Iterator[sqlite3.Connection]:
    """One write transaction, begun with the lock already held, committed at the end or rolled back whole.

    A deferred BEGIN that reads and then writes fails with "database is locked" no matter how long the
    timeout; this waits its turn instead.
    """
    connection = db.conn
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")  # it can fail too, and then leaves the transaction open
    except BaseException:
        if connection.in_transaction:  # SQLite rolls back by itself when the disk is full
            connection.execute("ROLLBACK")
        raise


def _migrate(db: Database, path: Path, migrations: list[Migrations]) -> None:
    for one in migrations:
        known = {migration.name for migration in one._migrations}  # noqa: SLF001  # no public list
        newer = [done.name for done in one.applied(db) if done.name not in known]
        if newer:
            raise SchemaError(
                path,
                f"{path} was written by a newer Siaga ({newer[-1]}): update Siaga, or use --db",
            )
    if any(one.pending(db) for one in migrations):
        with immediate(db):  # nobody writes between the copy and what is done to the tables
            _bring_up_to_date(db, path, migrations)


def _bring_up_to_date(db: Database, path: Path, migrations: list[Migrations]) -> None:
    """Apply what is pending. Raises MigrationError where that fails and a copy from before is there."""
    older = [one.pending(db)[0].name for one in migrations if one.applied(db) and one.pending(db)]
    backup = _back_up(path, older[0]) if older else None
    try:
        for one in migrations:
            one.apply(db)
    except Exception as error:
        if backup is None:
            raise
        raise MigrationError(path, backup, str(error)) from error


def _back_up(path: Path, migration: str) -> Path:
    """Copy a database as it is before a migration; only the newest such copies stay."""
    backup = path.with_name(f"{path.name}.before-{migration}")
    logger.info(
        "%s is of an older Siaga: it is copied to %s, then brought up to date", path, backup
    )
    take_snapshot(path, backup)
    copies = path.parent.glob(f"{path.name}.before-m[0-9]*")
    for old in sorted(copies, key=lambda one: one.stat().st_mtime_ns, reverse=True)[BACKUPS_KEPT:]:
        old.unlink()
    return backup


class DatabaseLock:
    """The exclusive right to read reports in, match and deliver: one Siaga a database.

    An advisory lock on a file beside the database; the kernel lets go of it when the process ends,
    however it ends.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = database.with_name(database.name + ".lock")
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock; raises DatabaseHeldError at once when another process has it.

        Raises DatabaseError when the file beside the database cannot be written.
        """
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            message = f"{self._path} cannot be written: {error.strerror}"
            raise DatabaseError(self._database, message) from error
        if not _locked(descriptor):
            pid = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise DatabaseHeldError(self._database, int(pid) if pid.isdigit() else None)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def holder(self) -> int | None:
        """The process that holds the lock, or None; takes nothing."""
        try:
            with DatabaseLock(self._database):
                return None
        except DatabaseHeldError as error:
            return error.pid or 0

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _locked(descriptor: int) -> bool:
    """Lock a file, with a little patience: `siaga status` holds the lock for an instant to look at it."""
    for _ in range(5):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
        else:
            return True
    return False
