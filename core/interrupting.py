"""Ends what SQLite is doing when its program is asked to end; a thread cannot be cancelled from outside."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.errors import StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOOK_SECONDS = 0.1


def never() -> bool:
    """A `stopping` for those who are not asked to end."""
    return False


def heed(stopping: Callable[[], bool]) -> None:
    """Raise StoppedError when the program is ending; to be called between two steps of long work."""
    if stopping():
        raise StoppedError("the work was left undone because Siaga ends")


@contextmanager
def interruptible(connection: sqlite3.Connection, stopping: Callable[[], bool]) -> Iterator[None]:
    """Interrupt what the block has the connection do as soon as `stopping`, which another thread asks.

    Raises StoppedError then. Whatever SQLite said of it is not to be believed: an interrupted check may call
    pages damaged that it did not come to. (A progress handler will not do: before SQLite 3.41 none is
    called while the pages of a database are checked.)
    """
    heed(stopping)
    over, interrupted = threading.Event(), threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK_SECONDS):
            if stopping():
                interrupted.set()
                connection.interrupt()  # again and again: it says nothing to a statement not yet begun

    watcher = threading.Thread(target=watch, name="interrupting", daemon=True)
    watcher.start()
    try:
        yield
    except sqlite3.Error:
        if not interrupted.is_set():
            raise
    finally:
        over.set()
        watcher.join()  # the connection may be closed next
    if interrupted.is_set():
        heed(stopping)
