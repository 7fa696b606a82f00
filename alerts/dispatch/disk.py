"""Room on the disk: what could not be recorded is not sent, and ballast is there to recover with."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LEAST_FREE = 64 * 1024 * 1024
BALLAST = 16 * 1024 * 1024  # less is gone before what waits is recorded
_log = logging.getLogger("siaga.alerts")


class DiskRoom:
    """Watches the file system of a database; `check` may be called from any thread, one at a time.

    The ballast is a file beside the database that is thrown off when the disk is almost full, so that
    what was sent can be recorded, and taken on again when there is room.
    """

    def __init__(
        self, database: Path, *, least_free: int = LEAST_FREE, ballast: int = BALLAST
    ) -> None:
        self._folder = database.parent
        self._path = database.with_name(database.name + ".ballast")
        self._least_free = least_free
        self._ballast = ballast
        self._enough = threading.Event()
        self._enough.set()

    @property
    def enough(self) -> bool:
        """Whether there was room to claim at the last check."""
        return self._enough.is_set()

    def check(self) -> None:
        """Look at the disk; says in the log once when it is too full, and once when it is not any more."""
        free = self._free()
        if free < self._least_free:
            self._throw_off(free)
        elif not self.enough and free >= self._least_free + self._ballast:
            _log.warning("there is room on the disk again: messages are sent")
            self._enough.set()
        if self.enough and free >= self._least_free + 2 * self._ballast:
            self._take_on()

    def _free(self) -> int:
        try:
            return shutil.disk_usage(self._folder).free
        except OSError:  # the folder is gone or cannot be read: the database will say so itself
            return self._least_free + self._ballast

    def _throw_off(self, free: int) -> None:
        if self.enough:
            _log.error(
                "only %d MB are free beside the database: nothing more is sent until there are %d MB",
                *(free // 1_000_000, (self._least_free + self._ballast) // 1_000_000),
            )
            self._enough.clear()
        if free < self._least_free - self._ballast // 2 or free < self._ballast:
            self._let_go()

    def _let_go(self) -> None:
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:  # a disk that is only read by now: the database will say so itself
            _log.debug("the ballast stays: %s", error)

    def _take_on(self) -> None:
        if self._ballast == 0 or self._path.exists():
            return
        try:
            descriptor = os.open(
                self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600
            )
        except OSError as error:
            _log.debug("no ballast: %s", error)
            return
        try:
            os.posix_fallocate(descriptor, 0, self._ballast)
        except OSError as error:
            _log.debug("no ballast: %s", error)
            self._path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)
