"""The archive searched in the language of watchlists.

SQLite's full text index narrows the archive down where it can; the matcher decides. The index folds
case and accents only: a word that an article writes in ligatures, full-width or styled letters, or
with a new emoji right beside it, is not found through it. Queries that the index cannot answer (a
bare NOT, a regular expression, tags, words beyond ASCII) read the whole archive.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from core.models import suggest
from core.text import folded_words
from monitor.matching.matcher import DEFAULT_FIELDS, Match, Matcher, Watchlist
from monitor.matching.subject import fields
from monitor.query.affixes import forms as forms_of_root
from monitor.query.clitics import forms
from monitor.query.errors import QueryError
from monitor.query.nodes import And, Count, Exact, Near, Or, Phrase, Prefix, Within
from monitor.query.parser import parse
from monitor.query.references import references, resolved
from monitor.watchlists.aliases import shipped_aliases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlite_utils import Database

    from monitor.query.nodes import Query, Word
    from monitor.watchlists.aliases import Aliases

MAX_DEPTH = 30
"""How deeply an expression may be nested: FTS5 gives up at about 35."""

_COLUMNS = (
    "title, body, tags, authors, editors, section, url, site, language, "
    "coalesce(published_at, published_on, first_seen_at)"
)
_NEWEST_FIRST = "ORDER BY first_seen_at DESC, id DESC"
_ALL = f"SELECT id FROM articles {_NEWEST_FIRST}"
_INDEXED = (
    "SELECT id FROM articles WHERE id IN "
    f"(SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?) {_NEWEST_FIRST}"
)
_IN_INDEX = frozenset({*DEFAULT_FIELDS, "lead"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article of the archive that meets a query, and the words that did."""

    article: int
    match: Match


def search(
    db: Database,
    text: str,
    *,
    limit: int,
    watchlists: Iterable[Watchlist] = (),
    aliases: Aliases | None = None,
) -> tuple[Found, ...]:
    """The `limit` articles first seen last whose title or body meet the query, newest first.

    `watchlists` are those that the query may name; `aliases`, the other names that things have, as
    shipped when left out. Raises QueryError for a text that is no query.
    """
    query = meaning(text, watchlists, shipped_aliases() if aliases is None else aliases)
    matcher = Matcher([Watchlist(name=text, query=query)])
    found: list[Found] = []
    for article in _candidates(db, query):
        if len(found) >= limit:
            break
        found += [Found(article=article, match=match) for match in _matches(db, matcher, article)]
    return tuple(found)


def articles_having(db: Database, word: str) -> int:
    """How many articles have a folded word of ASCII letters, as it stands, in title or body."""
    row = db.execute(
        "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", [f'"{word}"']
    ).fetchone()
    return int(row[0])


def meaning(text: str, watchlists: Iterable[Watchlist], aliases: Aliases) -> Query:
    """A query with the watchlists that it names and all names of things. Raises QueryError."""
    query = parse(text)
    meanings: dict[str, Query] = {one.name: Within(one.fields, one.query) for one in watchlists}
    for name in references(query):
        if name not in meanings:
            column = text.find(f"@{name}") + 1
            hint = suggest(name, meanings)
            raise QueryError(text, column, f"there is no watchlist {name!r}{hint}")
    return resolved(aliases.expanded(query), meanings)


def _candidates(db: Database, query: Query) -> Iterator[int]:
    """Every article that may meet the query, newest first."""
    expression = index_expression(query)
    narrowed = (_ALL, []) if expression is None else (_INDEXED, [expression])
    return (article for (article,) in db.execute(*narrowed).fetchall())


def _matches(db: Database, matcher: Matcher, article: int) -> tuple[Match, ...]:
    row = db.execute(f"SELECT {_COLUMNS} FROM articles WHERE id = ?", [article]).fetchone()
    if row is None:
        return ()
    title, body, tags, authors, editors, section, url, site, language, at = row
    read = fields(
        title=title,
        body=body,
        tags=json.loads(tags),
        authors=json.loads(authors),
        editors=json.loads(editors),
        section=section,
        url=url,
    )
    return matcher.match(read, site, on=date.fromisoformat(at[:10]), language=language)


def index_expression(query: Query) -> str | None:
    """An FTS5 expression that every article meets that meets the query; None for the whole archive.

    Sentences, distances, counts, case and NOT are left to the matcher.
    """
    expression = _expression(query)
    return None if expression is None or _depth(expression) > MAX_DEPTH else expression


def _expression(query: Query) -> str | None:
    match query:
        case Phrase():
            return _phrase_expression(query.words)
        case Exact():
            return _phrase_expression(folded_words(" ".join(query.words)))
        case Count():
            return _expression(query.part)
        case Within():
            return _expression(query.part) if _IN_INDEX.issuperset(query.fields) else None
        case Or():
            parts = [_expression(part) for part in query.parts]
            return _joined("OR", parts) if all(parts) else None
        case And():
            return _joined("AND", [_expression(part) for part in query.parts])
        case Near():
            return _joined("AND", [_expression(side) for side in (query.left, query.right)])
        case _:
            return None


def _phrase_expression(words: Sequence[Word]) -> str | None:
    """A phrase, its last word with any clitics; None when FTS5 may cut its words in another way.

    Of words among which a root or the beginning of a word stands, each is asked for by itself.
    """
    plain = [word for word in words if isinstance(word, str)]
    if not all(word.isascii() and word.isalnum() for word in plain):
        return None
    if len(plain) < len(words):
        return _joined("AND", [_word_expression(word) for word in words])
    inner = " ".join(plain[:-1])
    return _joined("OR", [f'"{inner} {form}"' for form in forms(plain[-1])])


def _word_expression(word: Word) -> str | None:
    if isinstance(word, str):
        return _joined("OR", [f'"{form}"' for form in forms(word)])
    if isinstance(word, Prefix):
        return (
            f'("{word.letters}" *)' if word.letters.isascii() and word.letters.isalnum() else None
        )
    return _joined("OR", [f'"{start}" *' for start in _shortest(forms_of_root(word.root))])


def _shortest(words: Iterable[str]) -> list[str]:
    """The words that begin with no other one of them."""
    kept: list[str] = []
    for word in sorted(words):
        if not (kept and word.startswith(kept[-1])):
            kept.append(word)
    return kept


def _joined(operator: str, parts: Sequence[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    return f"({f' {operator} '.join(known)})" if known else None


def _depth(expression: str) -> int:
    """How deeply the brackets of an expression are nested."""
    deepest = depth = 0
    for character in expression:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest
