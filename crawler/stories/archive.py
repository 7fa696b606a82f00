"""The stories of the archive: which articles are copies of which, what was found, which stories are one.

Every method works on the connection that it was given and begins no transaction of its own.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from core.clock import from_text, to_text
from crawler.stories.authorship import Member, credit
from crawler.stories.index import StoryIndex, Text
from crawler.stories.resemblance import Verdict
from crawler.urls import host_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable

    from crawler.article import Article
    from crawler.stories.resemblance import Assignment

_NOON = time(12)


class StoryArchive:
    """Gives articles their stories, and tells what stories are made of."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._index = StoryIndex(connection)

    def _execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, tuple(values))

    # Placing --------------------------------------------------------------------------------------

    def place(
        self, article_id: int, article: Article, *, dated_at: datetime | None, at: datetime
    ) -> int:
        """Give a new article its story, and return it.

        `dated_at` stands in for a publication date that nobody knows; `at` is now.
        """
        text = _text(article_id, article, dated_at)
        return self._settle(text, self._index.place(text, now=at), at)

    def place_again(
        self, article_id: int, article: Article, *, dated_at: datetime | None, at: datetime
    ) -> int:
        """Look again for the story of an article whose text is another one now, and return it."""
        story, seen_at = self._execute(
            "SELECT story, first_seen_at FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        text = _text(article_id, article, dated_at)
        decided = self._index.place_again(text, story=story, seen_at=from_text(seen_at), now=at)
        return self._settle(text, decided, at)

    def _settle(self, text: Text, decided: Assignment, at: datetime) -> int:
        if decided.story != text.article:
            self._execute(
                "UPDATE articles SET story = ? WHERE id = ?", (decided.story, text.article)
            )
        for story in decided.merged:
            self._merge(story, decided.story, at)
        self._execute(
            "INSERT OR REPLACE INTO kinships (article_id, verdict, nearest, covered, credit) "
            "VALUES (?, ?, ?, ?, ?)",
            (
                text.article,
                decided.verdict,
                decided.nearest,
                decided.covered,
                credit(text.body, site=text.site, host=text.host),
            ),
        )
        return decided.story

    def _merge(self, story: int, into: int, at: datetime) -> None:
        """Let one story be another one from now on, for good."""
        self._execute("UPDATE articles SET story = ? WHERE story = ?", (into, story))
        self._execute(
            "UPDATE merged_stories SET into_story = ? WHERE into_story = ?", (into, story)
        )
        self._execute(
            "INSERT OR REPLACE INTO merged_stories (story, into_story, at) VALUES (?, ?, ?)",
            (story, into, to_text(at)),
        )

    def furniture(self, article_id: int, article: Article) -> frozenset[str]:
        """The paragraphs of a text that its site puts under other articles, too."""
        return self._index.furniture(_text(article_id, article, None))

    # Telling --------------------------------------------------------------------------------------

    def known_as(self, story: int) -> tuple[int, ...]:
        """A story and those that turned out to be the same: what was told of one was told of all."""
        merged = self._execute("SELECT story FROM merged_stories WHERE into_story = ?", (story,))
        return (story, *(row[0] for row in merged))

    def become(self, stories: Collection[int]) -> frozenset[int]:
        """These stories with those that some of them turned out to be."""
        rows = self._execute(
            "SELECT into_story FROM merged_stories WHERE story IN (SELECT value FROM json_each(?))",
            (json.dumps(list(stories)),),
        )
        return frozenset(stories).union(row[0] for row in rows)

    def members(self, story: int) -> list[Member]:
        """The articles of a story, in the order in which they came."""
        rows = self._execute(
            "SELECT id, site, published_at, published_on, first_seen_at, credit, verdict, covered "
            "FROM articles LEFT JOIN kinships ON article_id = id WHERE articles.story = ? ORDER BY id",
            (story,),
        )
        return [_member(row, story) for row in rows]

    def also_in(self, story: int, site: str) -> list[tuple[str, str]]:
        """(site, url) of the first article of every other site that carries a story."""
        rows = self._execute(
            "SELECT site, url, min(id) FROM articles WHERE story = ? AND site <> ? "
            "GROUP BY site ORDER BY min(id)",
            (story, site),
        )
        return [(row[0], row[1]) for row in rows]


def _text(article_id: int, article: Article, dated_at: datetime | None) -> Text:
    return Text(
        article=article_id,
        site=article.site or "",
        host=host_of(article.url),
        title=article.title,
        body=article.body,
        published_at=_published(article.published_at, article.published_on) or dated_at,
    )


def _published(at: datetime | None, on: date | None) -> datetime | None:
    """The instant of publication; the middle of the day where only that is known."""
    return at or (datetime.combine(on, _NOON, UTC) if on else None)


def _member(row: tuple[Any, ...], story: int) -> Member:
    article, site, at, on, first_seen_at, credited, verdict, covered = row
    published = _published(from_text(at) if at else None, date.fromisoformat(on) if on else None)
    joined = article != story and verdict is not None and Verdict(verdict).joins
    return Member(
        article=article,
        site=site,
        at=published or from_text(first_seen_at),
        credit=credited,
        covered=covered if joined else None,
    )
