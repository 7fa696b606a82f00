"""What articles said before they were changed, and how they went and came back, as stored.

Every method works on the connection that it was given and begins no transaction of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from core.clock import from_text, to_text
from crawler.revisions.comparing import Change, Version
from crawler.revisions.relooks import Absence

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.archive import StoredArticle


class Event(StrEnum):
    """What became of a published article."""

    REVISED = "revised"
    GONE = "gone"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """An entry of the article log that says what became of an article that was known before.

    `before`, `after` and `change` are of a revision, whose number `revision` is; `absence` is how it went.
    """

    event: Event
    at: datetime
    revision: int | None = None
    before: Version | None = None
    after: Version | None = None
    change: Change | None = None
    absence: Absence | None = None


class RevisionArchive:
    """Earlier texts of articles, on one connection; no decision is taken here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, tuple(values))

    def keep(self, stored: StoredArticle, change: Change, *, at: datetime) -> None:
        """Keep what an article says until now, and what is about to be changed in it."""
        self._execute(
            "INSERT INTO revisions (article_id, revision, title, body, seen_at, replaced_at, change) "
            "VALUES (?1, ?2, ?3, ?4, coalesce((SELECT at FROM article_log WHERE article_id = ?1 "
            "AND change IN ('new', 'completed', 'revised') ORDER BY seq DESC LIMIT 1), ?5), ?5, ?6)",
            (
                stored.id,
                stored.revision,
                stored.article.title,
                stored.article.body,
                to_text(at),
                json.dumps(change.to_data()),
            ),
        )

    def logged(self, seqs: Iterable[int]) -> dict[int, Logged]:
        """Those of these entries of the log that say what became of a known article."""
        rows = self._execute(
            "SELECT seq, article_id, change, at, detail FROM article_log "
            "WHERE seq IN (SELECT value FROM json_each(?)) AND change IN ('revised', 'gone', 'back')",
            (json.dumps(list(seqs)),),
        ).fetchall()
        return {row[0]: self._logged(*row[1:]) for row in rows}

    def history(self, article: int) -> list[Logged]:
        """What became of an article, oldest first; its first text is the first one's `before`."""
        rows = self._execute(
            "SELECT change, at, detail FROM article_log WHERE article_id = ? "
            "AND change IN ('revised', 'gone', 'back') ORDER BY seq",
            (article,),
        ).fetchall()
        return [self._logged(article, *row) for row in rows]

    def _logged(self, article: int, event: str, at: str, detail: str | None) -> Logged:
        match Event(event):
            case Event.REVISED:
                return self._revised(article, from_text(at), int(detail or 0))
            case Event.GONE:
                absence = Absence(detail) if detail else None
                return Logged(event=Event.GONE, at=from_text(at), absence=absence)
            case Event.BACK:
                return Logged(event=Event.BACK, at=from_text(at))

    def _revised(self, article: int, at: datetime, revision: int) -> Logged:
        row = self._execute(
            "SELECT change FROM revisions WHERE article_id = ? AND revision = ?",
            (article, revision - 1),
        ).fetchone()
        return Logged(
            event=Event.REVISED,
            at=at,
            revision=revision,
            before=self._version(article, revision - 1),
            after=self._version(article, revision),
            change=Change.from_data(json.loads(row[0])) if row else None,
        )

    def _version(self, article: int, revision: int) -> Version | None:
        row = self._execute(
            "SELECT title, body FROM revisions WHERE article_id = ?1 AND revision = ?2 "
            "UNION ALL SELECT title, body FROM articles WHERE id = ?1 AND revision = ?2",
            (article, revision),
        ).fetchone()
        return Version(title=row[0], body=row[1]) if row else None
