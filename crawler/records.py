"""What the crawler remembers of sites: announced pages, fetches, visits, robots.txt.

Every method works on the connection that it was given and begins no transaction of its own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from core.clock import from_text, to_text
from crawler.job import Robots
from crawler.outcomes import ANNOUNCED, Outcome
from crawler.politeness.backoff import Trouble
from crawler.visits.known_page import KnownPage

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.job import Fetch


class CrawlRecords:
    """Pages, fetches and sites, on one connection; no decision is taken here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, tuple(values))

    # Pages and fetches ----------------------------------------------------------------------------

    def page(self, site: str, fingerprint: str) -> KnownPage | None:
        row = self._execute(
            "SELECT fingerprint, site, baseline, tries, first_listed_at, announcement, announced_by, "
            "article_id FROM pages WHERE site = ? AND fingerprint = ?",
            (site, fingerprint),
        ).fetchone()
        if row is None:
            return None
        return KnownPage(
            fingerprint=row[0],
            site=row[1],
            baseline=bool(row[2]),
            tries=row[3],
            first_listed_at=row[4],
            announcement=row[5],
            announced_by=row[6],
            article_id=row[7],
        )

    def put_page(self, page: KnownPage, fetch: Fetch, *, next_try_at: datetime | None) -> None:
        """What became of an announced address, as of this fetch."""
        at = to_text(fetch.at)
        self._execute(
            "INSERT OR REPLACE INTO pages (fingerprint, site, url, announcement, announced_by, baseline, "
            "first_listed_at, last_listed_at, outcome, detail, tries, next_try_at, article_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                page.fingerprint,
                page.site,
                fetch.url,
                page.announcement if next_try_at else None,
                page.announced_by,
                page.baseline,
                page.first_listed_at,
                at,
                fetch.outcome,
                fetch.detail,
                page.tries,
                to_text(next_try_at) if next_try_at else None,
                page.article_id,
            ),
        )

    def put_announced(self, page: KnownPage, url: str, *, at: datetime) -> None:
        """A page that is still to be read, as it was listed then: it is due from the first time on."""
        self._execute(
            "INSERT INTO pages (fingerprint, site, url, announcement, announced_by, baseline, "
            "first_listed_at, last_listed_at, outcome, tries, next_try_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (site, fingerprint) DO UPDATE SET "
            "announcement = excluded.announcement, announced_by = excluded.announced_by, "
            "baseline = excluded.baseline, last_listed_at = max(last_listed_at, excluded.last_listed_at)",
            (
                page.fingerprint,
                page.site,
                url,
                page.announcement,
                page.announced_by,
                page.baseline,
                page.first_listed_at,
                to_text(at),
                ANNOUNCED,
                page.first_listed_at,
            ),
        )

    def listed_again(self, site: str, fingerprints: Iterable[str], at: datetime) -> None:
        self._connection.executemany(
            "UPDATE pages SET last_listed_at = ? WHERE site = ? AND fingerprint = ?",
            [(to_text(at), site, fingerprint) for fingerprint in fingerprints],
        )

    def known_pages(self, site: str, *, since: datetime, now: datetime) -> frozenset[str]:
        """Fingerprints of addresses listed since then that are not to be read now."""
        rows = self._execute(
            "SELECT fingerprint FROM pages WHERE site = ? AND last_listed_at >= ? "
            "AND tries > 0 AND (next_try_at IS NULL OR next_try_at > ?)",
            (site, to_text(since), to_text(now)),
        )
        return frozenset(row[0] for row in rows)

    def due_pages(self, site: str, *, now: datetime, limit: int) -> list[str]:
        """Announcements (JSON) of pages whose next try is due, the longest waiting first."""
        rows = self._execute(
            "SELECT announcement FROM pages WHERE site = ? AND next_try_at <= ? AND tries > 0 "
            "AND announcement IS NOT NULL ORDER BY next_try_at LIMIT ?",
            (site, to_text(now), limit),
        )
        return [row[0] for row in rows]

    def unread_pages(self, site: str, *, limit: int) -> list[str]:
        """Announcements (JSON) of pages that were never asked for, the longest waiting first.

        They are due whatever the clock says: it may have been put back since they were announced.
        """
        rows = self._execute(
            "SELECT announcement FROM pages WHERE site = ? AND next_try_at IS NOT NULL "
            "AND tries = 0 ORDER BY next_try_at LIMIT ?",
            (site, limit),
        )
        return [row[0] for row in rows]

    def add_fetch(self, site: str, fetch: Fetch) -> bool:
        """Record a fetch; False when it stands there already, because its report came twice."""
        cursor = self._execute(
            "INSERT INTO fetches (site, kind, url, at, outcome, status, detail, size, seconds) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                site,
                fetch.kind,
                fetch.url,
                to_text(fetch.at),
                fetch.outcome,
                fetch.status,
                fetch.detail,
                fetch.size,
                fetch.seconds,
            ),
        )
        return cursor.rowcount == 1

    # Sites ----------------------------------------------------------------------------------------

    def discovered_at(self, site: str) -> datetime | None:
        return self._site_time(site, "discovered_at")

    def not_before(self, site: str) -> datetime | None:
        return self._site_time(site, "not_before")

    def _site_time(self, site: str, column: str) -> datetime | None:
        row = self._execute(f"SELECT {column} FROM sites WHERE name = ?", (site,)).fetchone()
        return from_text(row[0]) if row and row[0] else None

    def put_visit(
        self,
        site: str,
        *,
        at: datetime,
        discovered: bool,
        not_before: datetime | None,
        problem: str | None,
        failed: Outcome | None = None,
        again: bool = False,
    ) -> None:
        """Record a visit; `failed` says how, where no source of it could be read.

        One that is recorded `again`, because its report came twice, is not counted twice.
        """
        self._execute(
            "INSERT INTO sites (name) VALUES (?) ON CONFLICT DO NOTHING",
            (site,),
        )
        self._execute(
            "UPDATE sites SET visited_at = ?, not_before = ?, last_problem = ?, outcome = ?, "
            "failures = CASE WHEN ? THEN failures + ? ELSE 0 END, "
            "failing_since = CASE WHEN ? THEN coalesce(failing_since, ?) END, "
            "discovered_at = CASE WHEN ? THEN ? ELSE discovered_at END WHERE name = ?",
            (
                to_text(at),
                to_text(not_before) if not_before else None,
                problem,
                failed,
                failed is not None,
                not again,
                failed is not None,
                to_text(at),
                discovered,
                to_text(at),
                site,
            ),
        )

    def trouble(self, site: str) -> Trouble | None:
        """How a site fails of which nothing could be read at the last visit; None for any other."""
        row = self._execute(
            "SELECT outcome, failures, failing_since, visited_at FROM sites "
            "WHERE name = ? AND failures > 0",
            (site,),
        ).fetchone()
        if row is None:
            return None
        return Trouble(
            outcome=Outcome(row[0]),
            failures=row[1],
            since=from_text(row[2]),
            at=from_text(row[3]),
        )

    def home(self, site: str, url: str) -> str | None:
        """Where the home page that config.yaml puts at `url` has moved for good; None where it has not."""
        row = self._execute(
            "SELECT home_moved_to FROM sites WHERE name = ? AND home_url = ?", (site, url)
        ).fetchone()
        return str(row[0]) if row and row[0] else None

    def put_home(self, site: str, url: str, moved_to: str | None) -> None:
        self._execute(
            "UPDATE sites SET home_url = ?, home_moved_to = ? WHERE name = ?", (url, moved_to, site)
        )

    def robots(self, site: str, now: datetime, *, at: Iterable[str] = ()) -> tuple[Robots, ...]:
        """What a site's visits have read, and what any site's have read where these addresses stand."""
        places = map(urlsplit, at)
        rows = self._execute(
            "SELECT origin, body, expires_at FROM robots WHERE expires_at > ?"
            " AND (site = ? OR origin IN (SELECT value FROM json_each(?)))",
            (to_text(now), site, json.dumps([f"{one.scheme}://{one.netloc}" for one in places])),
        )
        return tuple(
            Robots(origin=row[0], body=row[1], expires_at=from_text(row[2])) for row in rows
        )

    def put_robots(self, site: str, robots: Robots) -> None:
        self._execute(
            "INSERT OR REPLACE INTO robots (origin, site, body, expires_at) VALUES (?, ?, ?, ?)",
            (robots.origin, site, robots.body, to_text(robots.expires_at)),
        )

    def purge_fetches(self, before: datetime) -> None:
        self._execute("DELETE FROM fetches WHERE at < ?", (to_text(before),))
