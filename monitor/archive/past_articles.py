"""Stored articles read for matching, chunk by chunk, with the watchlists that each was recorded to meet."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from core.clock import from_text, to_text
from monitor.archive.backtest import Subject
from monitor.matching.subject import fields

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import datetime, tzinfo

CHUNK = 500

# The newest first, from a place in the order on: no read lasts long, and none holds up a checkpoint.
_ARTICLES = """
    SELECT id, url, site, title, body, tags, authors, editors, section, language,
        coalesce(published_at, published_on, first_seen_at), first_seen_at
    FROM articles WHERE text_pruned_at IS NULL AND first_seen_at >= :since
        AND (first_seen_at, id) < (:at, :id)
    ORDER BY first_seen_at DESC, id DESC LIMIT :limit
"""
_MET = """
    SELECT article_id, watchlist FROM matches
    WHERE article_id IN (SELECT value FROM json_each(?))
"""
_NO_NAMES = "[]"


class PastArticles:
    """The articles first seen since an instant (None: all), on one connection; changes nothing.

    Those whose text was pruned are left out: what they would match, nobody can say.
    """

    def __init__(
        self, connection: sqlite3.Connection, *, since: datetime | None, zone: tzinfo
    ) -> None:
        self._connection = connection
        self._since = to_text(since) if since else ""
        self._zone = zone

    def __len__(self) -> int:
        row = self._connection.execute(
            "SELECT count(*) FROM articles WHERE text_pruned_at IS NULL AND first_seen_at >= ?",
            (self._since,),
        ).fetchone()
        return int(row[0])

    def chunks(self) -> Iterator[list[tuple[Subject, frozenset[str]]]]:
        """Articles, the newest first, each with the names of the watchlists that it met."""
        at, last = "~", 0  # behind every instant
        while True:
            rows = self._connection.execute(
                _ARTICLES, {"since": self._since, "at": at, "id": last, "limit": CHUNK}
            ).fetchall()
            if not rows:
                return
            met = self._met([row[0] for row in rows])
            yield [(self._subject(row), met.get(row[0], frozenset())) for row in rows]
            at, last = rows[-1][-1], rows[-1][0]

    def _met(self, articles: list[int]) -> dict[int, frozenset[str]]:
        met: dict[int, frozenset[str]] = {}
        for article, watchlist in self._connection.execute(_MET, (json.dumps(articles),)):
            met[article] = met.get(article, frozenset()) | {watchlist}
        return met

    def _subject(self, row: tuple[Any, ...]) -> Subject:
        article, url, site, title, body, tags, authors, editors, section, language, on, seen = row
        return Subject(
            id=article,
            url=url,
            site=site,
            fields=fields(
                title=title,
                body=body,
                tags=_names(tags),
                authors=_names(authors),
                editors=_names(editors),
                section=section,
                url=url,
            ),
            on=date.fromisoformat(on[:10]),
            language=language,
            seen_on=from_text(seen).astimezone(self._zone).date(),
        )


def _names(text: str) -> list[str]:
    if text == _NO_NAMES:
        return []
    names: list[str] = json.loads(text)
    return names
