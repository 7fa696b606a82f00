"""Daily backups: when one is due, which are too many, and which is the newest to put back."""

from __future__ import annotations

import logging
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from core.errors import DatabaseError, SnapshotError
from core.interrupting import never
from core.models import Model, validate
from core.snapshots import damage, take_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from core.errors import Problem
    from core.located_yaml import Document

EVERY = timedelta(days=1)
_NAME = re.compile(r"siaga-(\d{8}-\d{6})\.db")
_STAMP = "%Y%m%d-%H%M%S"
_ROOM = 2.0  # times the database's size that must be free: a backup must never fill the disk

logger = logging.getLogger("siaga.monitor")


class BackupConfig(Model):
    """`backup`: where the daemon puts a copy of the database each day, and how many it keeps; 0 for none."""

    directory: str = Field(default="backups", min_length=1)
    keep: Annotated[int, Field(ge=0, le=1000)] = 3


def read_backup(document: Document) -> tuple[BackupConfig, list[Problem]]:
    """The section `backup` of a config file, and every problem found, each with its place."""
    if document.data.get("backup") is None:
        return BackupConfig(), []
    section, problems = validate(BackupConfig, document, ("backup",))
    return section or BackupConfig(), problems


class Backing(StrEnum):
    """What a round of the backups came to."""

    OFF = "no backups are wanted"
    FRESH = "the newest is not a day old"
    TAKEN = "a new one was taken"
    NO_ROOM = "the disk has no room for one"
    FAILED = "it could not be taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup, as its name tells it."""

    path: Path
    at: datetime


class Backups:
    """The backups of one database in one directory."""

    def __init__(
        self, database: Path, config: BackupConfig, *, stopping: Callable[[], bool] = never
    ) -> None:
        """A relative directory is one beside the database: a service may not write where config.yaml lies.

        What reads or copies the database raises StoppedError once `stopping`, in whatever thread it is.
        """
        self._stopping = stopping
        self._database = database
        self._directory = database.parent / config.directory
        self._keep = config.keep

    def found(self) -> Sequence[Backup]:
        """The backups that are there, the newest first."""
        names = ((path, _NAME.fullmatch(path.name)) for path in self._directory.glob("siaga-*.db"))
        dated = (
            Backup(path=path, at=datetime.strptime(name[1], _STAMP).replace(tzinfo=UTC))
            for path, name in names
            if name is not None
        )
        return sorted(dated, key=lambda one: one.at, reverse=True)

    def take_when_due(self, *, now: datetime) -> Backing:
        """Take a backup where the newest is a day old, and remove those beyond the number to keep.

        Only what was just copied whole pushes an older one out. Says in the log what went wrong.
        """
        if not self._keep:
            return Backing.OFF
        newest = next(iter(self.found()), None)
        if newest is not None and newest.at <= now < newest.at + EVERY:
            return Backing.FRESH
        if not self._has_room():
            logger.warning("no backup was taken: %s has no room for one", self._directory)
            return Backing.NO_ROOM
        try:
            self._take(now)
        except (SnapshotError, DatabaseError, OSError) as error:
            logger.error("no backup was taken: %s", error)  # noqa: TRY400  # its words say it all
            return Backing.FAILED
        # One from the future, of a clock that was wrong, is no newer than the one just taken.
        by_age = sorted(self.found(), key=lambda one: (one.at <= now, one.at), reverse=True)
        for old in by_age[self._keep :]:
            old.path.unlink(missing_ok=True)
        return Backing.TAKEN

    def check(self) -> None:
        """Raise DatabaseError for a damaged database, with the newest backup that could be put back."""
        complaint = self.complaint()
        if complaint is not None:
            raise DatabaseError(self._database, complaint)

    def complaint(self) -> str | None:
        """What is wrong with the database, and which backup could be put back; None where it is whole.

        Reads all of it, over a connection of its own: nobody waits.
        """
        if not self._database.exists():
            return None
        found = damage(self._database, stopping=self._stopping)
        if found is None:
            return None
        newest = next((one.path for one in self.found() if self._is_whole(one)), None)
        advice = f"`siaga restore {newest}` puts the newest whole backup back" if newest else ""
        said = advice or f"there is no backup in {self._directory}"
        return f"{self._database} is damaged ({found}): {said}"

    def _is_whole(self, backup: Backup) -> bool:
        return damage(backup.path, stopping=self._stopping) is None

    def _take(self, now: datetime) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._directory / f"siaga-{now:{_STAMP}}.db"
        size = take_snapshot(self._database, path, stopping=self._stopping)
        logger.info("backup %s taken, %.1f MB", path, size / 2**20)

    def _has_room(self) -> bool:
        near = next(one for one in (self._directory, *self._directory.parents) if one.exists())
        return shutil.disk_usage(near).free > _ROOM * self._database.stat().st_size
