"""Takes what is old out of the crawler's tables: texts, articles, and what was noted of visits.

What goes is decided elsewhere (monitor.retention.rules). Every method works on the connection that it was
given and begins no transaction of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.clock import from_text, to_text
from crawler.archive import Archive
from crawler.retention.tombstones import Tombstones
from crawler.stories.index import StoryIndex
from crawler.urls import canonical

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime

# An article that goes takes its relooks, revisions and kinship along (ON DELETE CASCADE).
_DEPENDENTS = ("aliases", "article_log")
_OCTETS = """
    SELECT length(CAST(title AS BLOB)) + length(CAST(body AS BLOB)) + (
        SELECT coalesce(sum(length(CAST(title AS BLOB)) + length(CAST(body AS BLOB))), 0)
        FROM revisions WHERE article_id = id)
    FROM articles WHERE id = ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldArticle:
    """An article in the order in which articles are looked through."""

    id: int
    story: int
    first_seen_at: datetime


class ArticlePruning:
    """Old articles, listed and taken out, on one connection; no decision is taken here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._archive = Archive(connection)
        self._tombstones = Tombstones(connection)
        self._index = StoryIndex(connection)

    def _execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, tuple(values))

    def seen_before(
        self, at: datetime, *, after: OldArticle | None, with_text: bool, limit: int
    ) -> list[OldArticle]:
        """The articles first seen before an instant, the oldest first, from behind `after` on.

        `with_text`: only those that were not pruned of it.
        """
        place = (to_text(after.first_seen_at), after.id) if after else ("", 0)
        wanted = "AND text_pruned_at IS NULL " if with_text else ""
        rows = self._execute(
            "SELECT id, story, first_seen_at FROM articles "
            f"WHERE first_seen_at < ? {wanted}AND (first_seen_at, id) > (?, ?) "
            "ORDER BY first_seen_at, id LIMIT ?",
            (to_text(at), *place, limit),
        )
        return [
            OldArticle(id=row[0], story=row[1], first_seen_at=from_text(row[2])) for row in rows
        ]

    def unread(self, articles: Sequence[int], read_to: int) -> frozenset[int]:
        """Those of these articles that have an entry in the article log behind this one."""
        places = ", ".join("?" * len(articles))
        rows = self._execute(
            f"SELECT DISTINCT article_id FROM article_log WHERE article_id IN ({places}) AND seq > ?",
            (*articles, read_to),
        )
        return frozenset(row[0] for row in rows)

    def octets(self, article: int) -> int:
        """How many bytes the words of an article are, those of its revisions included."""
        return int(self._execute(_OCTETS, (article,)).fetchone()[0])

    def take_text(self, article: int, *, at: datetime) -> None:
        """Leave of an article its title, address, date and people; it is not looked at again."""
        self._execute(
            "UPDATE articles SET body = '', dateline = NULL, text_pruned_at = ? WHERE id = ?",
            (to_text(at), article),
        )
        self._execute("UPDATE revisions SET body = '' WHERE article_id = ?", (article,))
        self._execute("DELETE FROM relooks WHERE article_id = ?", (article,))
        self._index.forget(article)

    def bury(self, article: int, *, at: datetime) -> None:
        """Leave of an article a tombstone; what other packages have of it must be gone by now."""
        stored = self._archive.article(article)
        if stored is None:
            return
        own = (stored.article.canonical_url, canonical(stored.article.url))
        others = self._execute("SELECT canonical_url FROM aliases WHERE article_id = ?", (article,))
        self._tombstones.put(stored, (*own, *(row[0] for row in others.fetchall())), at=at)
        self._index.forget(article)
        # What is listed to this day stays known; the others go with what was noted of visits.
        self._execute("UPDATE pages SET article_id = NULL WHERE article_id = ?", (article,))
        for table in _DEPENDENTS:
            self._execute(f"DELETE FROM {table} WHERE article_id = ?", (article,))
        self._execute("DELETE FROM articles WHERE id = ?", (article,))
        self._forget_story(stored.story)

    def _forget_story(self, story: int) -> None:
        """Forget which stories were found to be this one, once it has no article left."""
        self._execute(
            "DELETE FROM merged_stories WHERE into_story = ?1 "
            "AND NOT EXISTS (SELECT 1 FROM articles WHERE story = ?1)",
            (story,),
        )


# Pages that gave no article, or one that was pruned, and that nobody lists any more. One that was never
# asked for in all that time is of a site that is no longer visited.
_FORGOTTEN_PAGES = """
    pages WHERE (site, fingerprint) IN (SELECT site, fingerprint FROM pages
        WHERE article_id IS NULL AND last_listed_at < ?1 AND (next_try_at IS NULL OR tries = 0)
        LIMIT ?2)
"""
_NOTES = (
    _FORGOTTEN_PAGES,
    "source_changes WHERE id IN (SELECT id FROM source_changes WHERE at < ?1 LIMIT ?2)",
    "robots WHERE origin IN (SELECT origin FROM robots WHERE expires_at < ?1 LIMIT ?2)",
)


def count_notes(connection: sqlite3.Connection, before: datetime, *, most: int = -1) -> int:
    """How much of what was noted of visits is older than an instant, counted to `most` of a kind."""
    rows = (
        connection.execute(f"SELECT count(*) FROM {one}", (to_text(before), most)) for one in _NOTES
    )
    return sum(int(row.fetchone()[0]) for row in rows)


def forget_notes(connection: sqlite3.Connection, before: datetime, *, limit: int) -> int:
    """Forget some of what was noted of visits before an instant; returns how much, 0 when all is gone."""
    for one in _NOTES:
        gone = connection.execute(f"DELETE FROM {one}", (to_text(before), limit)).rowcount
        if gone:
            return gone
    return 0


def count_texts(connection: sqlite3.Connection, *, before: datetime | None = None) -> int:
    """How many articles, first seen before an instant, have their text."""
    row = connection.execute(
        "SELECT count(*) FROM articles WHERE text_pruned_at IS NULL AND first_seen_at < ?",
        (to_text(before) if before else "~",),  # behind every instant
    ).fetchone()
    return int(row[0])


def merge_words(connection: sqlite3.Connection, *, begin: bool, pages: int) -> bool:
    """Write a part of the index of words anew, without those of texts that went; False when it is done.

    SQLite only notes that they went, until it gets to merge the old parts of the index; `begin` has it
    do so now (https://www.sqlite.org/fts5.html#the_merge_command).
    """
    before = connection.total_changes
    connection.execute(
        "INSERT INTO articles_fts (articles_fts, rank) VALUES ('merge', ?)",
        (-pages if begin else pages,),
    )
    return connection.total_changes - before >= 2
