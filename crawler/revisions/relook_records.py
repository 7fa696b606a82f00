"""Which articles are to be looked at again, as stored.

Every method works on the connection that it was given and begins no transaction of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.clock import from_text, to_text
from crawler.job import Relook
from crawler.revisions.relooks import Finding, RelookMode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.job import PageRead
    from crawler.revisions.relooks import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What is known of an article's looks; `finding` is the last one's."""

    due_at: datetime | None
    tries: int
    finding: Finding | None


class RelookRecords:
    """The plan of looks, on one connection; no decision is taken here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, tuple(values))

    def begin(self, article: int, site: str, page: PageRead, due_at: datetime | None) -> None:
        """Enter an article whose page was just read; it keeps its place when it has one."""
        self._execute(
            "INSERT INTO relooks (article_id, site, due_at, etag, last_modified) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            (article, site, _text(due_at), page.etag, page.last_modified),
        )

    def want(self, article: int, due_at: datetime | None) -> None:
        """Let an article go first from now on; `due_at` is when, for one that was not due at all."""
        self._execute(
            "UPDATE relooks SET wanted = 1, due_at = coalesce(due_at, ?) "
            "WHERE article_id = ? AND NOT wanted",
            (_text(due_at), article),
        )

    def due(self, site: str, *, now: datetime, mode: RelookMode, limit: int) -> tuple[Relook, ...]:
        """The articles of a site that are due, wanted ones first, then the longest waiting."""
        if mode is RelookMode.NONE:
            return ()
        rows = self._execute(
            "SELECT article_id, url, etag, last_modified FROM relooks "
            "JOIN articles ON articles.id = article_id "
            "WHERE relooks.site = ? AND due_at <= ? AND (wanted OR ?) "
            "ORDER BY wanted DESC, due_at LIMIT ?",
            (site, to_text(now), mode is RelookMode.ALL, limit),
        )
        return tuple(
            Relook(article=row[0], url=row[1], etag=row[2], last_modified=row[3]) for row in rows
        )

    def planned(self, article: int) -> Planned | None:
        row = self._execute(
            "SELECT due_at, tries, finding FROM relooks WHERE article_id = ?", (article,)
        ).fetchone()
        if row is None:
            return None
        return Planned(
            due_at=from_text(row[0]) if row[0] else None,
            tries=row[1],
            finding=Finding(row[2]) if row[2] else None,
        )

    def put_look(self, article: int, page: PageRead, finding: Finding, plan: Plan) -> None:
        """Record a look and when the next one is; validators only with a text that is now known."""
        self._execute(
            "UPDATE relooks SET looked_at = ?, finding = ?, due_at = ?, tries = ? WHERE article_id = ?",
            (to_text(page.fetch.at), finding, _text(plan.due_at), plan.tries, article),
        )

    def put_validators(self, article: int, page: PageRead) -> None:
        """Ask conditionally from now on: what this page says is known."""
        self._execute(
            "UPDATE relooks SET etag = ?, last_modified = ? WHERE article_id = ?",
            (page.etag, page.last_modified, article),
        )


def _text(at: datetime | None) -> str | None:
    return to_text(at) if at else None
