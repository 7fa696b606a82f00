"""The archive: articles, their other addresses, and the log that says in which order they came.

Every method works on the connection that it was given and begins no transaction of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from core.clock import from_text, to_text
from crawler.article import Article

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from datetime import datetime


_ARTICLE_COLUMNS = (
    "url, canonical_url, site, title, body, dateline, published_at, published_on, modified_at, authors, "
    "editors, tags, section, language, image_url, evidence, thin"
)
_STORED_COLUMNS = (
    "id, first_seen_at, revision, story, origin, content_hash, text_pruned_at, " + _ARTICLE_COLUMNS
)
_PLACES = ", ".join("?" * len(_ARTICLE_COLUMNS.split(",")))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article of the archive; `origin` (crawler.intake.Origin) says how it came in.

    Of one whose text was pruned, `text_pruned_at` says when; its body is then empty.
    """

    id: int
    first_seen_at: datetime
    revision: int
    story: int
    origin: str
    content_hash: str
    article: Article
    text_pruned_at: datetime | None = None

    def to_data(self) -> dict[str, Any]:
        """As CONTRACT's JSON; of one whose text was pruned with null for it, and `text_pruned_at`."""
        data = {"id": self.id, **self.article.to_data()}
        data["first_seen_at"] = self.first_seen_at.isoformat()
        data["revision"] = self.revision
        data["story"] = self.story
        if self.text_pruned_at is not None:
            data |= {"body": None, "text_pruned_at": self.text_pruned_at.isoformat()}
        return data


class Archive:
    """Articles, aliases and the article log, on one connection; no decision is taken here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, tuple(values))

    def article(self, article_id: int) -> StoredArticle | None:
        return self._one("WHERE id = ?", (article_id,))

    def find(self, canonical_url: str) -> StoredArticle | None:
        """The article at a canonical address, which may be an alias of its."""
        return self._one(
            "WHERE canonical_url = ? OR id = (SELECT article_id FROM aliases WHERE canonical_url = ?)",
            (canonical_url, canonical_url),
        )

    def find_by_content(self, site: str, content_hash: str) -> StoredArticle | None:
        return self._one(
            "WHERE site = ? AND content_hash = ? AND NOT thin ORDER BY id LIMIT 1",
            (site, content_hash),
        )

    def _one(self, where: str, values: tuple[Any, ...]) -> StoredArticle | None:
        row = self._execute(f"SELECT {_STORED_COLUMNS} FROM articles {where}", values).fetchone()
        return _stored(row) if row else None

    def articles(
        self, *, site: str | None = None, since: datetime | None = None, newest_first: bool = True
    ) -> Iterator[StoredArticle]:
        """Articles by when they were first seen."""
        order = "DESC" if newest_first else "ASC"
        cursor = self._execute(
            f"SELECT {_STORED_COLUMNS} FROM articles WHERE (? IS NULL OR site = ?) "
            f"AND first_seen_at >= ? ORDER BY first_seen_at {order}, id {order}",
            (site, site, to_text(since) if since else ""),
        )
        return map(_stored, cursor)

    def add(self, article: Article, *, content_hash: str, origin: str, at: datetime) -> int:
        """Store a new article; its story is its own. Returns its id."""
        cursor = self._execute(
            f"INSERT INTO articles ({_ARTICLE_COLUMNS}, first_seen_at, story, content_hash, origin) "
            f"VALUES ({_PLACES}, ?, 0, ?, ?)",
            (*_row(article), to_text(at), content_hash, origin),
        )
        article_id = cursor.lastrowid or 0
        self._execute("UPDATE articles SET story = id WHERE id = ?", (article_id,))
        self._log(article_id, "new", at)
        return article_id

    def complete(
        self, article_id: int, article: Article, *, content_hash: str, at: datetime
    ) -> None:
        """Give a thin article what its page says; its address, first sight and story stay."""
        self._rewrite(article_id, article, content_hash)
        self._log(article_id, "completed", at)

    def revise(
        self, article_id: int, article: Article, *, content_hash: str, revision: int, at: datetime
    ) -> None:
        """Give an article the text that it was changed to, which is its revision of this number."""
        self._rewrite(article_id, article, content_hash)
        self._log(article_id, "revised", at, detail=str(revision))

    def put_gone(self, article_id: int, how: str, *, at: datetime) -> None:
        """An article is there no more; what it said stays."""
        self._execute(
            "UPDATE articles SET gone_at = ?, gone_how = ? WHERE id = ?",
            (to_text(at), how, article_id),
        )
        self._log(article_id, "gone", at, detail=how)

    def put_back(self, article_id: int, *, at: datetime) -> None:
        """An article that was gone is there again."""
        self._execute(
            "UPDATE articles SET gone_at = NULL, gone_how = NULL WHERE id = ?", (article_id,)
        )
        self._log(article_id, "back", at)

    def is_gone(self, article_id: int) -> bool:
        row = self._execute("SELECT gone_at FROM articles WHERE id = ?", (article_id,)).fetchone()
        return bool(row and row[0])

    def _rewrite(self, article_id: int, article: Article, content_hash: str) -> None:
        names = _ARTICLE_COLUMNS.replace(" ", "").split(",")
        values = dict(zip(names, _row(article), strict=True))
        for name in ("url", "canonical_url", "site"):
            values.pop(name)
        settings = ", ".join(f"{name} = ?" for name in values)
        self._execute(
            f"UPDATE articles SET {settings}, content_hash = ?, revision = revision + 1, "
            "text_pruned_at = NULL WHERE id = ?",
            (*values.values(), content_hash, article_id),
        )

    def _log(
        self, article_id: int, change: str, at: datetime, *, detail: str | None = None
    ) -> None:
        self._execute(
            "INSERT INTO article_log (article_id, change, at, detail) VALUES (?, ?, ?, ?)",
            (article_id, change, to_text(at), detail),
        )

    def log_after(self, seq: int, limit: int) -> list[tuple[int, StoredArticle]]:
        """The next entries of the article log, each with its article as it is now."""
        rows = self._execute(
            f"SELECT log.seq, {', '.join(f'articles.{name.strip()}' for name in _STORED_COLUMNS.split(','))} "
            "FROM article_log AS log JOIN articles ON articles.id = log.article_id "
            "WHERE log.seq > ? ORDER BY log.seq LIMIT ?",
            (seq, limit),
        )
        return [(row[0], _stored(row[1:])) for row in rows]

    def log_head(self) -> int:
        """The number of the newest entry of the article log, 0 when there is none."""
        return int(self._execute("SELECT coalesce(max(seq), 0) FROM article_log").fetchone()[0])

    def add_alias(
        self, canonical_url: str, url: str, article_id: int, reason: str, at: datetime
    ) -> None:
        """Note another address of an article, unless it leads to one already."""
        self._execute(
            "INSERT INTO aliases (canonical_url, url, article_id, reason, first_seen_at) "
            "SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM articles WHERE canonical_url = ?) "
            "ON CONFLICT DO NOTHING",
            (canonical_url, url, article_id, reason, to_text(at), canonical_url),
        )

    def stories(self, since: datetime | None) -> Iterator[tuple[int, int, str, str, str | None]]:
        """(story, article, url, site, alias or None), by story, article and alias.

        `since`: of stories with an article first seen since then, the whole.
        """
        return iter(
            self._execute(
                "SELECT a.story, a.id, a.url, a.site, aliases.url FROM articles AS a "
                "LEFT JOIN aliases ON aliases.article_id = a.id "
                "WHERE ?1 IS NULL OR a.story IN (SELECT story FROM articles WHERE first_seen_at >= ?1) "
                "ORDER BY a.story, a.id, aliases.url",
                (to_text(since) if since else None,),
            )
        )

    def evidence_of_dates(self, site: str, limit: int) -> list[str]:
        """Where the dates of a site's newest articles came from, as their evidence says."""
        rows = self._execute(
            "SELECT json_extract(evidence, '$.published_at') FROM articles WHERE site = ? "
            "ORDER BY first_seen_at DESC LIMIT ?",
            (site, limit),
        )
        return [row[0] for row in rows if row[0]]


def _row(article: Article) -> tuple[Any, ...]:
    return (
        article.url,
        article.canonical_url,
        article.site,
        article.title,
        article.body,
        article.dateline,
        to_text(article.published_at) if article.published_at else None,
        article.published_on.isoformat() if article.published_on else None,
        to_text(article.modified_at) if article.modified_at else None,
        _json(article.authors),
        _json(article.editors),
        _json(article.tags),
        article.section,
        article.language,
        article.image_url,
        json.dumps(dict(article.evidence), ensure_ascii=False),
        article.thin,
    )


def _json(values: tuple[str, ...]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _stored(row: tuple[Any, ...]) -> StoredArticle:
    article_id, first_seen_at, revision, story, origin, content_hash, text_pruned_at = row[:7]
    names = _ARTICLE_COLUMNS.replace(" ", "").split(",")
    values: dict[str, Any] = dict(zip(names, row[7:], strict=True))
    for name in ("published_at", "modified_at"):
        values[name] = from_text(values[name]) if values[name] else None
    on = values["published_on"]
    values["published_on"] = date.fromisoformat(on) if on else None
    for name in ("authors", "editors", "tags"):
        values[name] = tuple(json.loads(values[name]))
    values["evidence"] = json.loads(values["evidence"])
    values["thin"] = bool(values["thin"])
    return StoredArticle(
        id=article_id,
        first_seen_at=from_text(first_seen_at),
        revision=revision,
        story=story,
        origin=origin,
        content_hash=content_hash,
        article=Article(**values),
        text_pruned_at=from_text(text_pruned_at) if text_pruned_at else None,
    )
