"""How an address came into the archive, or why it did not, as far as the tables remember.

Every method works on the connection that it was given and changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from protego import Protego

from core.clock import from_text
from crawler.stories.resemblance import Verdict
from crawler.urls import canonical, fingerprint, host_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

MOST_NEAR = 3
_COMPARED = 5_000
"""Addresses of a host, the newest first, among which one that looks alike is sought."""
_ALIKE = 0.7
"""The share of their paths' letters that two such addresses have in common (difflib's ratio)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedPage:
    """An address that a site announced, and what became of it.

    `status` is that of the last request for it, None when that is forgotten or got no answer.
    """

    site: str
    url: str
    announced_by: tuple[str, ...]
    baseline: bool
    first_listed_at: datetime
    last_listed_at: datetime
    outcome: str
    status: int | None
    detail: str | None
    tries: int
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStanding:
    """A source of a site, and how the last look at it went."""

    url: str
    kind: str | None
    looked_at: datetime | None
    outcome: str | None
    detail: str | None
    baseline_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAddress:
    """Another address of an article: why it is the same, and since when it is known."""

    url: str
    reason: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinship:
    """What an article was found to be when it was compared with others.

    `covered` is the share of it that stands in `nearest`.
    """

    verdict: Verdict
    nearest: int | None
    covered: float
    credit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One entry of the article log: the article came ("new") or changed."""

    seq: int
    change: str
    at: datetime


class Provenance:
    """What the crawler's tables tell of one address or one article."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, tuple(values))

    def pages(self, url: str, article_id: int | None = None) -> tuple[AnnouncedPage, ...]:
        """What sites announced under this address or gave as this article, the earliest first.

        Raises ValueError for what is no http address.
        """
        rows = self._execute(
            "SELECT site, url, announced_by, baseline, first_listed_at, last_listed_at, outcome, "
            "(SELECT status FROM fetches WHERE fetches.site = pages.site AND fetches.url = pages.url "
            "AND kind = 'page' ORDER BY at DESC LIMIT 1), detail, tries, next_try_at "
            "FROM pages WHERE fingerprint = ? OR article_id = ? ORDER BY first_listed_at, site",
            (fingerprint(canonical(url)), article_id),
        )
        return tuple(map(_page, rows))

    def sources(self, site: str) -> tuple[SourceStanding, ...]:
        """The sources of a site, in the order in which they were found."""
        rows = self._execute(
            "SELECT url, kind, looked_at, outcome, detail, baseline_at FROM sources "
            "WHERE site = ? ORDER BY id",
            (site,),
        )
        return tuple(
            SourceStanding(
                url=row[0],
                kind=row[1],
                looked_at=_instant(row[2]),
                outcome=row[3],
                detail=row[4],
                baseline_at=_instant(row[5]),
            )
            for row in rows
        )

    def last_problem(self, site: str) -> str | None:
        """What was wrong with the last visit to a site."""
        row = self._execute("SELECT last_problem FROM sites WHERE name = ?", (site,)).fetchone()
        return row[0] if row else None

    def robots_allow(self, url: str, agent: str) -> bool | None:
        """Whether the robots.txt that was read last lets us have an address; None where none is kept."""
        parts = urlsplit(url)
        row = self._execute(
            "SELECT body FROM robots WHERE origin = ?", (f"{parts.scheme}://{parts.netloc}",)
        ).fetchone()
        if row is None or row[0] is None:
            return None
        return bool(Protego.parse(row[0]).can_fetch(url, agent))

    def other_addresses(self, article_id: int) -> tuple[OtherAddress, ...]:
        """The addresses of an article besides its own."""
        rows = self._execute(
            "SELECT url, reason, first_seen_at FROM aliases WHERE article_id = ? "
            "ORDER BY first_seen_at, url",
            (article_id,),
        )
        return tuple(
            OtherAddress(url=row[0], reason=row[1], first_seen_at=from_text(row[2])) for row in rows
        )

    def kinship(self, article_id: int) -> Kinship | None:
        """What an article was found to be; None where nothing was compared."""
        row = self._execute(
            "SELECT verdict, nearest, covered, credit FROM kinships WHERE article_id = ?",
            (article_id,),
        ).fetchone()
        if row is None:
            return None
        return Kinship(verdict=Verdict(row[0]), nearest=row[1], covered=row[2], credit=row[3])

    def log(self, article_id: int) -> tuple[LogEntry, ...]:
        """The entries of an article in the article log, in order."""
        rows = self._execute(
            "SELECT seq, change, at FROM article_log WHERE article_id = ? ORDER BY seq",
            (article_id,),
        )
        return tuple(LogEntry(seq=row[0], change=row[1], at=from_text(row[2])) for row in rows)

    def near(self, url: str) -> tuple[str, ...]:
        """Addresses on the same host that are known and look like this one, the likest first."""
        host = host_of(url)
        rows = self._execute(
            "SELECT url FROM (SELECT url, first_seen_at AS at FROM articles UNION ALL "
            "SELECT url, last_listed_at FROM pages) WHERE url LIKE ? ORDER BY at DESC LIMIT ?",
            (f"%//{host}%", _COMPARED),
        )
        known = {_path(row[0]): row[0] for row in rows if host_of(row[0]) == host and row[0] != url}
        alike = get_close_matches(_path(url), sorted(known), n=MOST_NEAR, cutoff=_ALIKE)
        return tuple(known[path] for path in alike)


def _path(url: str) -> str:
    """What tells pages of one host apart."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _page(row: tuple[Any, ...]) -> AnnouncedPage:
    return AnnouncedPage(
        site=row[0],
        url=row[1],
        announced_by=tuple(json.loads(row[2] or "[]")),
        baseline=bool(row[3]),
        first_listed_at=from_text(row[4]),
        last_listed_at=from_text(row[5]),
        outcome=row[6],
        status=row[7],
        detail=row[8],
        tries=row[9],
        next_try_at=_instant(row[10]),
    )


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None
