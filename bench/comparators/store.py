"""Where comparators without a store of their own keep articles: SQLite, no address and no text twice."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TABLE = (
    "CREATE TABLE IF NOT EXISTS articles"
    " (url TEXT PRIMARY KEY, title TEXT, body TEXT, published TEXT, hash TEXT UNIQUE)"
)


class Store:
    """Commits each article by itself, so that nothing that was fetched is lost."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(_TABLE)

    def known(self) -> set[str]:
        return {url for (url,) in self._db.execute("SELECT url FROM articles")}

    def add(self, url: str, title: str | None, body: str | None, published: object) -> None:
        """What has no text is not kept."""
        if not body:
            return
        digest = hashlib.sha256(body.encode()).hexdigest()
        self._db.execute(
            "INSERT OR IGNORE INTO articles VALUES (?, ?, ?, ?, ?)",
            (url, title, body, str(published or ""), digest),
        )
