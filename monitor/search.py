"""The archive searched in the language of watchlists.

SQLite's full text index narrows the archive down where it can; the matcher decides. The index folds
case and accents only: a word that an article writes in ligatures, full-width or styled letters, or
with a new emoji right beside it, is not found through it. Queries that the index cannot answer (a
bare NOT, words beyond ASCII) read the whole archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.matching import Match, Matcher, Watchlist
from monitor.query.clitics import forms
from monitor.query.nodes import And, Near, Not, Or, Phrase
from monitor.query.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlite_utils import Database

    from monitor.query.nodes import Query

_NEWEST_FIRST = "ORDER BY first_seen_at DESC, id DESC"
_ALL = f"SELECT id FROM articles {_NEWEST_FIRST}"
_INDEXED = (
    "SELECT id FROM articles WHERE id IN "
    f"(SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?) {_NEWEST_FIRST}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article of the archive that meets a query, and the words that did."""

    article: int
    match: Match


def search(db: Database, text: str, *, limit: int) -> tuple[Found, ...]:
    """The `limit` articles first seen last whose title or body meet the query, newest first.

    Raises QueryError for a text that is no query.
    """
    query = parse(text)
    matcher = Matcher([Watchlist(name=text, query=query)])
    found: list[Found] = []
    for article, fields in _candidates(db, query):
        if len(found) >= limit:
            break
        found += [Found(article=article, match=match) for match in matcher.match(fields, None)]
    return tuple(found)


def _candidates(db: Database, query: Query) -> Iterator[tuple[int, dict[str, str]]]:
    """Every article that may meet the query, newest first."""
    expression = index_expression(query)
    narrowed = (_ALL, []) if expression is None else (_INDEXED, [expression])
    for (article,) in db.execute(*narrowed).fetchall():
        row = db.execute("SELECT title, body FROM articles WHERE id = ?", [article]).fetchone()
        if row is not None:
            yield article, {"title": row[0], "body": row[1]}


def index_expression(query: Query) -> str | None:
    """An FTS5 expression that every article meets that meets the query; None for the whole archive.

    Sentences, distances and NOT are left to the matcher.
    """
    match query:
        case Phrase():
            return _phrase_expression(query.words)
        case Not():
            return None
        case Or():
            parts = [index_expression(part) for part in query.parts]
            return _joined("OR", parts) if all(parts) else None
        case And():
            return _joined("AND", [index_expression(part) for part in query.parts])
        case Near():
            return _joined("AND", [index_expression(side) for side in (query.left, query.right)])


def _phrase_expression(words: Sequence[str]) -> str | None:
    """A phrase, its last word with any clitics; None when FTS5 may cut its words in another way."""
    if not all(word.isascii() and word.isalnum() for word in words):
        return None
    inner = " ".join(words[:-1])
    return _joined("OR", [f'"{inner} {form}"' for form in forms(words[-1])])


def _joined(operator: str, parts: Sequence[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    return f"({f' {operator} '.join(known)})" if known else None
