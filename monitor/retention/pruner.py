"""Prunes the database by what monitor.retention.rules decides, in short transactions that hold nobody up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.database import immediate
from crawler.retention.pruning import count_notes, count_texts, forget_notes, merge_words
from monitor.retention.rules import HELD, Fate
from monitor.retention.shelves import ArticleShelf, MessageShelf

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from monitor.retention.rules import Horizons
    from monitor.retention.shelves import Shelf

NOTES = 500
"""Notes of one transaction."""
PAGES = 256
"""Pages given back to the disk, or written anew, in one transaction: a megabyte."""
_MANY_TEXTS = 0.02
"""The share of all texts from which on it pays to write the index of words anew."""
_INCREMENTAL = 2  # PRAGMA auto_vacuum


@dataclass(slots=True, kw_only=True)
class Pruned:
    """What a round of pruning took out, or would: by the kind of thing, and why old ones stayed.

    `octets` is about how much text and payload goes. Of the file so many bytes were `given_back` to the
    disk, and so many are `free` in it for what comes.
    """

    gone: Counter[str] = field(default_factory=Counter)  # texts, articles, messages, notes
    held: Counter[Fate] = field(default_factory=Counter)
    octets: int = 0
    given_back: int = 0
    free: int = 0


class Pruner:
    """One round over a database, or (`dry`) what it would do.

    Between two steps anything may happen to the database: whether something waits to be matched or told
    is looked at anew in the transaction that would take it out.
    """

    def __init__(self, db: Database, old: Horizons, *, now: datetime, dry: bool = False) -> None:
        self._db = db
        self._old = old
        self._now = now
        self._dry = dry
        self.pruned = Pruned()

    def steps(self) -> Iterator[None]:
        """Prune, a short transaction a step."""
        for shelf in self._shelves():
            yield from self._look_through(shelf)
        if self._old.log is not None:
            yield from self._forget_notes(self._old.log)
        if not self._dry:
            yield from self._merge_words()
            yield from self._give_back()
        self.pruned.free = self._pragma("freelist_count") * self._pragma("page_size")

    def _shelves(self) -> tuple[Shelf[Any], ...]:
        old = self._old
        return (
            ArticleShelf(old, now=self._now, texts=False),
            ArticleShelf(old, now=self._now, texts=True),
            MessageShelf(("alert", "follow-up"), old.matches),
            MessageShelf(("digest",), old.matches),  # once what was told within them has gone
            MessageShelf(("notice",), old.log),
        )

    def _look_through(self, shelf: Shelf[Any]) -> Iterator[None]:
        connection = self._db.conn
        last = None
        while found := shelf.old(connection, last):
            judged = shelf.judge(connection, found)
            going = [one for one, becomes in judged if becomes is Fate.GOES]
            self.pruned.held.update(becomes for _, becomes in judged if becomes in HELD)
            if self._dry:
                self._count(shelf, connection, going)
            elif going:
                self._take_out(shelf, going)
            last = found[-1]
            yield

    def _take_out(self, shelf: Shelf[Any], going: Sequence[Any]) -> None:
        with immediate(self._db) as connection:
            still = [one for one, becomes in shelf.judge(connection, going) if becomes is Fate.GOES]
            self._count(shelf, connection, still)
            for one in still:
                shelf.take_out(connection, one)

    def _count(
        self, shelf: Shelf[Any], connection: sqlite3.Connection, going: Sequence[Any]
    ) -> None:
        self.pruned.gone[shelf.name] += len(going)
        self.pruned.octets += sum(shelf.octets(connection, one) for one in going)

    def _forget_notes(self, before: datetime) -> Iterator[None]:
        if self._dry:
            self.pruned.gone["notes"] = count_notes(self._db.conn, before)
            return
        while count_notes(self._db.conn, before, most=1):
            with immediate(self._db) as connection:
                self.pruned.gone["notes"] += forget_notes(connection, before, limit=NOTES)
            yield

    def _merge_words(self) -> Iterator[None]:
        """Let the index of words lose what it still has of texts that went, where these are many."""
        went = self.pruned.gone["texts"] + self.pruned.gone["articles"]
        if went <= _MANY_TEXTS * count_texts(self._db.conn):
            return
        more = begin = True
        while more:
            with immediate(self._db) as connection:
                more = merge_words(connection, begin=begin, pages=PAGES)
            begin = False
            yield

    def _give_back(self) -> Iterator[None]:
        """Give the room that is free in the file back to the disk; a file of an older Siaga keeps it."""
        if self._pragma("auto_vacuum") != _INCREMENTAL:
            return
        while free := self._pragma("freelist_count"):
            self._db.conn.execute(f"PRAGMA incremental_vacuum({PAGES})").fetchall()
            given = free - self._pragma("freelist_count")
            self.pruned.given_back += max(given, 0) * self._pragma("page_size")
            yield

    def _pragma(self, name: str) -> int:
        return int(self._db.conn.execute(f"PRAGMA {name}").fetchone()[0])
