"""What was pruned, as stored: enough to know an article again, and nothing of what it said.

Every method works on the connection that it was given and begins no transaction of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.clock import from_text, to_text
from crawler.duplicates import title_hash
from crawler.urls import fingerprint

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.archive import StoredArticle

_COLUMNS = "tombstones.article_id, site, content_hash, title_hash, first_seen_at, pruned_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """An article that was in the archive; `content_hash` is None of one that only its feed told of."""

    article: int
    site: str
    content_hash: str | None
    title_hash: str
    first_seen_at: datetime
    pruned_at: datetime


class Tombstones:
    """Tombstones and their addresses, on one connection; no decision is taken here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, tuple(values))

    def at(self, canonical_url: str) -> Tombstone | None:
        """What was pruned that had this canonical address."""
        return self._one(
            "JOIN tombstone_addresses AS address ON address.article_id = tombstones.article_id "
            "WHERE fingerprint = ?",
            (fingerprint(canonical_url),),
        )

    def with_content(self, site: str, content_hash: str) -> Tombstone | None:
        """What was pruned of a site that said just this."""
        return self._one("WHERE site = ? AND content_hash = ? LIMIT 1", (site, content_hash))

    def _one(self, where: str, values: tuple[Any, ...]) -> Tombstone | None:
        row = self._execute(f"SELECT {_COLUMNS} FROM tombstones {where}", values).fetchone()
        if row is None:
            return None
        return Tombstone(
            article=row[0],
            site=row[1],
            content_hash=row[2],
            title_hash=row[3],
            first_seen_at=from_text(row[4]),
            pruned_at=from_text(row[5]),
        )

    def put(self, stored: StoredArticle, canonical_urls: Iterable[str], *, at: datetime) -> None:
        """Set a tombstone for an article with all its addresses."""
        article = stored.article
        self._execute(
            "INSERT INTO tombstones (article_id, site, content_hash, title_hash, first_seen_at, "
            "pruned_at) VALUES (?, ?, ?, ?, ?, ?)",
            (
                stored.id,
                article.site or "",
                None if article.thin else stored.content_hash,
                title_hash(article.title),
                to_text(stored.first_seen_at),
                to_text(at),
            ),
        )
        self.add_addresses(stored.id, canonical_urls)

    def add_addresses(self, article: int, canonical_urls: Iterable[str]) -> None:
        """Note further addresses of what was pruned."""
        self._connection.executemany(
            "INSERT INTO tombstone_addresses (fingerprint, article_id) VALUES (?, ?) "
            "ON CONFLICT DO NOTHING",
            [(fingerprint(url), article) for url in canonical_urls],
        )
