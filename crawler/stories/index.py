"""The index by which copies find each other: fingerprints of the last two weeks, in SQLite.

Every method works on the connection that it was given and begins no transaction of its own. What is
too old goes a little with every article that comes, so that nothing ever waits for a sweep.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from core.clock import from_text, to_text
from crawler.stories.resemblance import COVERED, Piece, assign, reassign
from crawler.stories.shingles import Fingerprint, edge_paragraphs, fingerprint

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.stories.resemblance import Assignment

KEPT_FOR = timedelta(days=14)
MOST_POSTINGS = 64
"""A key that more articles have is furniture of the language, and finds nothing."""
FEWEST_KEYS = 2
MOST_CANDIDATES = 30
SEEN_ELSEWHERE = 3
"""A paragraph at the edge of so many other articles of its site is the site's, not the article's."""
FORGOTTEN_AT_ONCE = 2
PARAGRAPHS_LOOKED_THROUGH = 16

_COLUMNS = (
    "article_id, story, site, host, published_at, template, size, sketch, lead, numbers, dates, "
    "title, said, words"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An article as it comes to the index; `published_at` is None where nobody knows."""

    article: int
    site: str
    host: str
    title: str
    body: str
    published_at: datetime | None


class StoryIndex:
    """Finds the story of an article, and keeps what later articles are compared with."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, tuple(values))

    def place(self, text: Text, *, now: datetime) -> Assignment:
        """Decide which story a new article belongs to, and remember it.

        The decision is written to the index only: the archive is the caller's.
        """
        new = _piece(text, self.furniture(text))
        self._count_paragraphs(text, now)
        return self._keep(new, assign(new, self._found(new)), now, seen_at=now)

    def place_again(
        self, text: Text, *, story: int, seen_at: datetime, now: datetime
    ) -> Assignment:
        """Decide again about an article whose text changed.

        `story` is where it stands until now; `seen_at` is when it came first.
        """
        self.forget(text.article)
        new = _piece(text, self.furniture(text))
        return self._keep(new, reassign(new, story, self._found(new)), now, seen_at=seen_at)

    def _keep(
        self, new: Piece, decided: Assignment, now: datetime, *, seen_at: datetime
    ) -> Assignment:
        for story in decided.merged:
            self._execute(
                "UPDATE fingerprints SET story = ? WHERE story = ?", (decided.story, story)
            )
        # What its match covers finds nothing that the match does not find; eighty copies would make
        # every key of theirs one that too many articles have.
        found_otherwise = decided.story != new.article and decided.covered >= COVERED
        # As old as its number: the lowest numbers are looked at for what is to be forgotten.
        if not found_otherwise and seen_at >= now - KEPT_FOR:
            self._remember(replace(new, story=decided.story, template=decided.template), seen_at)
        self._forget_old(now)
        return decided

    def forget(self, article: int) -> None:
        """Take an article out of the index."""
        row = self._execute(
            "SELECT sketch, lead FROM fingerprints WHERE article_id = ?", (article,)
        ).fetchone()
        if row is not None:
            keys = Fingerprint(size=0, sketch=_hashes(row[0]), lead=_hashes(row[1])).keys
            self._connection.executemany(
                "DELETE FROM fingerprint_keys WHERE hash = ? AND article_id = ?",
                [(key, article) for key in keys],
            )
            self._execute("DELETE FROM fingerprints WHERE article_id = ?", (article,))

    # Finding --------------------------------------------------------------------------------------

    def _found(self, new: Piece) -> list[Piece]:
        """The pieces that share the most with a new one, and their stories' representatives."""
        return self._pieces(self._candidates(new.print.keys))

    def _candidates(self, keys: tuple[int, ...]) -> list[int]:
        """The articles that share the most keys."""
        shared: Counter[int] = Counter()
        for key in keys:
            articles = self._execute(
                "SELECT article_id FROM fingerprint_keys WHERE hash = ? LIMIT ?",
                (key, MOST_POSTINGS + 1),
            ).fetchall()
            if len(articles) <= MOST_POSTINGS:
                shared.update(article for (article,) in articles)
        fewest = min(FEWEST_KEYS, len(keys))
        nearest = sorted(shared.items(), key=lambda one: (-one[1], one[0]))[:MOST_CANDIDATES]
        return [article for article, count in nearest if count >= fewest]

    def _pieces(self, articles: list[int]) -> list[Piece]:
        if not articles:
            return []
        places = ", ".join("?" * len(articles))
        rows = self._execute(
            f"SELECT {_COLUMNS} FROM fingerprints WHERE article_id IN ({places}) OR article_id IN "
            f"(SELECT story FROM fingerprints WHERE article_id IN ({places})) ORDER BY article_id",
            (*articles, *articles),
        )
        return [_stored(row) for row in rows]

    # Keeping --------------------------------------------------------------------------------------

    def _remember(self, piece: Piece, seen_at: datetime) -> None:
        self._execute(
            f"INSERT INTO fingerprints ({_COLUMNS}, seen_at) VALUES ({', '.join('?' * 15)})",
            (*_row(piece), to_text(seen_at)),
        )
        self._connection.executemany(
            "INSERT INTO fingerprint_keys (hash, article_id) VALUES (?, ?)",
            [(key, piece.article) for key in piece.print.keys],
        )

    def furniture(self, text: Text) -> frozenset[str]:
        """The paragraphs at the text's edges that stand in other articles of its site too.

        None where they are most of the text: that is a page of its own kind, compared as it stands.
        """
        paragraphs = _edges(text)
        seen = self._execute(
            f"SELECT hash FROM site_paragraphs WHERE hash IN ({', '.join('?' * len(paragraphs))}) "
            "AND articles >= ?",
            (*paragraphs, SEEN_ELSEWHERE),
        )
        furniture = frozenset(paragraphs[one] for (one,) in seen)
        return furniture if sum(map(len, furniture)) * 2 < len(text.body) else frozenset()

    def _count_paragraphs(self, text: Text, now: datetime) -> None:
        paragraphs = _edges(text)
        self._connection.executemany(
            "INSERT INTO site_paragraphs (hash, articles, seen_on) VALUES (?, 1, ?) ON CONFLICT (hash) "
            "DO UPDATE SET articles = articles + 1, seen_on = excluded.seen_on",
            [(one, now.toordinal()) for one in paragraphs],
        )
        if paragraphs:
            self._forget_old_paragraphs(next(iter(paragraphs)), now)

    # Forgetting -----------------------------------------------------------------------------------

    def _forget_old(self, now: datetime) -> None:
        oldest = self._execute(
            "SELECT article_id, seen_at FROM fingerprints ORDER BY article_id LIMIT ?",
            (FORGOTTEN_AT_ONCE,),
        ).fetchall()
        for article, seen_at in oldest:
            if from_text(seen_at) < now - KEPT_FOR:
                self.forget(article)

    def _forget_old_paragraphs(self, beside: int, now: datetime) -> None:
        """Look through a few paragraphs that follow a hash, which is as good as anywhere."""
        self._execute(
            "DELETE FROM site_paragraphs WHERE seen_on < ? AND hash IN "
            "(SELECT hash FROM site_paragraphs WHERE hash > ? ORDER BY hash LIMIT ?)",
            ((now - KEPT_FOR).toordinal(), beside, PARAGRAPHS_LOOKED_THROUGH),
        )


def _edges(text: Text) -> dict[int, str]:
    return {_paragraph_hash(text.site, one): one for one in edge_paragraphs(text.body)}


def _piece(text: Text, furniture: frozenset[str]) -> Piece:
    return Piece(
        article=text.article,
        story=text.article,
        site=text.site,
        host=text.host,
        at=text.published_at,
        print=fingerprint(text.title, text.body, without=furniture),
    )


def _paragraph_hash(site: str, paragraph: str) -> int:
    digest = blake2b(f"{site}\n{paragraph}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "little")


def _row(piece: Piece) -> tuple[Any, ...]:
    print_ = piece.print
    return (
        piece.article,
        piece.story,
        piece.site,
        piece.host,
        to_text(piece.at) if piece.at else None,
        piece.template,
        print_.size,
        array("I", print_.sketch).tobytes(),
        array("I", print_.lead).tobytes(),
        " ".join(sorted(print_.numbers)),
        " ".join(f"{month}-{day}" for month, day in sorted(print_.dates)),
        " ".join(sorted(print_.title)),
        " ".join(sorted(print_.said)),
        array("H", sorted(print_.words)).tobytes(),
    )


def _stored(row: tuple[Any, ...]) -> Piece:
    article, story, site, host, at, template, size, sketch, lead, numbers, dates = row[:11]
    title, said, words = row[11:]
    return Piece(
        article=article,
        story=story,
        site=site,
        host=host,
        at=from_text(at) if at else None,
        template=bool(template),
        print=Fingerprint(
            size=size,
            sketch=_hashes(sketch),
            lead=_hashes(lead),
            numbers=frozenset(numbers.split()),
            dates=frozenset(_month_and_day(one) for one in dates.split()),
            title=frozenset(title.split()),
            said=frozenset(said.split()),
            words=frozenset(array("H", words)),
        ),
    )


def _month_and_day(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    return int(month), int(day)


def _hashes(stored: bytes) -> tuple[int, ...]:
    hashes = array("I")
    hashes.frombytes(stored)
    return tuple(hashes)
