"""What the crawler remembers of each source: how it answered, where it moved, whether it is needed.

Every method works on the connection that it was given and begins no transaction of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.clock import from_text, to_text
from crawler.discovery.announcement import SourceKind
from crawler.discovery.sources import Reason
from crawler.outcomes import Outcome
from crawler.politeness.backoff import Trouble
from crawler.politeness.validators import Trust, heard
from crawler.visits.known_source import KnownSource

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.job import SourceLook

_COLUMNS = (
    "url, kind, found_by, etag, last_modified, body_hash, moved_to, standing, looked_at, outcome, detail, "
    "failures, failing_since, not_modified, checks, whole_at, lied_at"
)


class SourceRecords:
    """The sources of sites, on one connection; no decision is taken here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, tuple(values))

    def of_site(self, site: str, *, newest_children: int) -> tuple[KnownSource, ...]:
        """A site's sources, and of each index the children that it named last, at most so many."""
        rows = self._execute(
            f"SELECT {_COLUMNS} FROM (SELECT *, row_number() OVER "
            "(PARTITION BY found_by ORDER BY id DESC) AS newest FROM sources WHERE site = ?) "
            "WHERE found_by NOT LIKE '%://%' OR newest <= ? ORDER BY id",
            (site, newest_children),
        )
        return tuple(_source(row) for row in rows)

    def one(self, site: str, url: str) -> KnownSource | None:
        row = self._execute(
            f"SELECT {_COLUMNS} FROM sources WHERE site = ? AND url = ?", (site, url)
        ).fetchone()
        return _source(row) if row is not None else None

    def baselined(self, site: str) -> frozenset[str]:
        """The sources of a site whose first complete look lies behind them."""
        rows = self._execute(
            "SELECT url FROM sources WHERE site = ? AND baseline_at IS NOT NULL", (site,)
        )
        return frozenset(row[0] for row in rows)

    def covered_until(self, site: str) -> datetime | None:
        """When a source that is past its baseline was last read whole; None where there is none."""
        row = self._execute(
            "SELECT max(succeeded_at) FROM sources WHERE site = ? AND baseline_at IS NOT NULL",
            (site,),
        ).fetchone()
        return _instant(row[0])

    def put_look(self, site: str, look: SourceLook, *, succeeded: bool, complete: bool) -> None:
        """Record a look at a source; its validators and the end of its baseline only when complete."""
        at, state = to_text(look.fetch.at), look.state
        self._execute(
            "INSERT INTO sources (site, url, found_by) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (site, state.url, look.found_by),
        )
        self._execute(
            "UPDATE sources SET looked_at = ?, outcome = ?, detail = ?, moved_to = ?, "
            "failures = CASE WHEN ? THEN 0 ELSE failures + 1 END, "
            "failing_since = CASE WHEN ? THEN NULL ELSE coalesce(failing_since, ?) END "
            "WHERE site = ? AND url = ?",
            (
                at,
                look.fetch.outcome,
                look.fetch.detail or look.note,
                state.moved_to,
                succeeded,
                succeeded,
                at,
                site,
                state.url,
            ),
        )
        if succeeded:
            self._put_trust(site, look)
        if succeeded and complete:
            self._put_state(site, look, at)

    def _put_trust(self, site: str, look: SourceLook) -> None:
        known = self.one(site, look.state.url)
        trust = heard(
            known.trust if known else Trust(),
            asked=look.state.asking,
            status=look.fetch.status,
            lied=look.lied,
            at=look.fetch.at,
        )
        self._execute(
            "UPDATE sources SET not_modified = ?, checks = ?, whole_at = ?, lied_at = ? "
            "WHERE site = ? AND url = ?",
            (
                trust.not_modified,
                trust.checks,
                _text(trust.whole_at),
                _text(trust.lied_at),
                site,
                look.state.url,
            ),
        )

    def _put_state(self, site: str, look: SourceLook, at: str) -> None:
        state = look.state
        self._execute(
            "UPDATE sources SET kind = ?, etag = ?, last_modified = ?, body_hash = ?, "
            "succeeded_at = ?, baseline_at = coalesce(baseline_at, ?), "
            "listed = CASE WHEN ? = 'unchanged' THEN listed ELSE ? END WHERE site = ? AND url = ?",
            (
                state.kind,
                state.etag,
                state.last_modified,
                state.body_hash,
                at,
                at,
                look.fetch.outcome,
                look.listed,
                site,
                state.url,
            ),
        )

    def put_standing(self, site: str, url: str, reason: Reason, *, at: datetime) -> None:
        """Why a source is looked at or kept in reserve from now on; a change of it is kept for good."""
        known = self.one(site, url)
        if known is None or known.standing is reason:
            return
        self._execute(
            "UPDATE sources SET standing = ? WHERE site = ? AND url = ?", (reason, site, url)
        )
        self._execute(
            "INSERT INTO source_changes (site, url, at, was, became) VALUES (?, ?, ?, ?, ?)",
            (site, url, to_text(at), known.standing, reason),
        )


def _source(row: tuple[Any, ...]) -> KnownSource:
    return KnownSource(
        url=row[0],
        kind=SourceKind(row[1]) if row[1] else None,
        found_by=row[2],
        etag=row[3],
        last_modified=row[4],
        body_hash=row[5],
        moved_to=row[6],
        standing=Reason(row[7]) if row[7] else None,
        trouble=_trouble(looked_at=row[8], outcome=row[9], failures=row[11], since=row[12]),
        detail=row[10],
        trust=Trust(
            not_modified=row[13],
            checks=row[14],
            whole_at=_instant(row[15]),
            lied_at=_instant(row[16]),
        ),
        looked_at=_instant(row[8]),
    )


def _trouble(
    *, looked_at: str | None, outcome: str | None, failures: int, since: str | None
) -> Trouble | None:
    if not failures or looked_at is None or outcome is None:
        return None
    return Trouble(
        outcome=Outcome(outcome),
        failures=failures,
        since=from_text(since or looked_at),
        at=from_text(looked_at),
    )


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None


def _text(at: datetime | None) -> str | None:
    return to_text(at) if at is not None else None
