"""The monitor's tables, read and written: no decision is taken here.

Every method works on the connection that it was given and begins no transaction of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from core.clock import from_text, to_text
from monitor.decisions import Decision
from monitor.rhythm.learning import dump, load
from monitor.rhythm.weighing import Yield

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from monitor.matching.matcher import Span
    from monitor.rhythm.learning import Rhythm
    from monitor.rhythm.pacing import Planned

_MATCHING = "matching"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistPlace:
    """Where a watchlist stands in the article log."""

    name: str
    version: int
    fingerprint: str
    start_seq: int
    read_seq: int | None
    gone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A watchlist that an article met, what was decided about it, and about which `revision` of the text."""

    watchlist: str
    decision: Decision
    revision: int

    @property
    def told(self) -> bool:
        return self.decision is Decision.ALERT


class MonitorRecords:
    """Watchlists' places, matches, progress and due looks, on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, tuple(values))

    # Watchlists -----------------------------------------------------------------------------------

    def places(self) -> dict[str, WatchlistPlace]:
        rows = self._execute(
            "SELECT name, version, fingerprint, start_seq, read_seq, gone_at FROM watchlists"
        )
        return {
            row[0]: WatchlistPlace(
                name=row[0],
                version=row[1],
                fingerprint=row[2],
                start_seq=row[3],
                read_seq=row[4],
                gone_at=from_text(row[5]) if row[5] else None,
            )
            for row in rows
        }

    def put_place(self, place: WatchlistPlace, *, at: datetime) -> None:
        gone_at = to_text(place.gone_at) if place.gone_at else None
        self._execute(
            "INSERT INTO watchlists "
            "(name, version, fingerprint, first_loaded_at, start_seq, read_seq, gone_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version, "
            "fingerprint = excluded.fingerprint, start_seq = excluded.start_seq, "
            "read_seq = excluded.read_seq, gone_at = excluded.gone_at",
            (
                place.name,
                place.version,
                place.fingerprint,
                to_text(at),
                place.start_seq,
                place.read_seq,
                gone_at,
            ),
        )

    def add_version(
        self, name: str, version: int, fingerprint: str, definition: object, *, at: datetime
    ) -> None:
        self._execute(
            "INSERT OR IGNORE INTO watchlist_versions VALUES (?, ?, ?, ?, ?)",
            (name, version, fingerprint, json.dumps(definition, ensure_ascii=False), to_text(at)),
        )

    def last_version(self, name: str) -> int:
        """The newest version that a watchlist of this name ever had, forgotten ones too; 0 for none."""
        row = self._execute(
            "SELECT max(version) FROM watchlist_versions WHERE name = ?", (name,)
        ).fetchone()
        return int(row[0] or 0)

    def forget_watchlist(self, name: str) -> None:
        """Forget a watchlist's place; its matches and versions stay as history."""
        self._execute("DELETE FROM watchlists WHERE name = ?", (name,))

    # Progress and matches -------------------------------------------------------------------------

    def read_to(self) -> int:
        """The last entry of the article log that every watchlist in step has read."""
        row = self._execute("SELECT seq FROM progress WHERE reader = ?", (_MATCHING,)).fetchone()
        return int(row[0])

    def set_read_to(self, seq: int) -> None:
        self._execute("UPDATE progress SET seq = ? WHERE reader = ?", (seq, _MATCHING))

    def told_of(self, story: Sequence[int], watchlist: str) -> list[tuple[str, str]]:
        """(site, title) of the pieces of a story, given under every number that it had, that alerted."""
        return self._execute(
            "SELECT articles.site, articles.title FROM matches "
            "JOIN articles ON articles.id = matches.article_id "
            f"WHERE matches.story IN ({', '.join('?' * len(story))}) "
            "AND watchlist = ? AND decision = 'alert'",
            (*story, watchlist),
        ).fetchall()

    def put_match(
        self,
        *,
        article_id: int,
        story: int,
        watchlist: str,
        version: int,
        spans: Sequence[Span],
        decision: Decision,
        at: datetime,
        revision: int = 1,
    ) -> None:
        """Record a match; where the article met the watchlist before, an alert stays an alert.

        `revision` is that of the article; of one that alerted, the revision that did stays.
        """
        self._execute(
            "INSERT INTO matches "
            "(article_id, story, watchlist, version, spans, decision, matched_at, revision) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (article_id, watchlist) DO UPDATE SET "
            "spans = excluded.spans, version = excluded.version, "
            "revision = CASE WHEN decision = 'alert' THEN revision ELSE excluded.revision END, "
            "decision = CASE WHEN decision = 'alert' THEN decision ELSE excluded.decision END",
            (
                article_id,
                story,
                watchlist,
                version,
                json.dumps([[s.field, s.start, s.end, s.text] for s in spans], ensure_ascii=False),
                decision,
                to_text(at),
                revision,
            ),
        )

    def met_by(self, article_id: int) -> list[Met]:
        """The watchlists that an article met so far."""
        rows = self._execute(
            "SELECT watchlist, decision, revision FROM matches WHERE article_id = ? ORDER BY id",
            (article_id,),
        )
        return [Met(watchlist=row[0], decision=Decision(row[1]), revision=row[2]) for row in rows]

    def read_by_all(self) -> int:
        """The last entry of the article log that every watchlist has read, those that are gone included."""
        row = self._execute("SELECT min(read_seq) FROM watchlists").fetchone()
        return min(self.read_to(), row[0] if row[0] is not None else self.read_to())

    def last_met(self, articles: Sequence[int]) -> dict[int, datetime]:
        """When those of these articles that met a watchlist last did so."""
        rows = self._execute(
            "SELECT article_id, max(matched_at) FROM matches "
            f"WHERE article_id IN ({', '.join('?' * len(articles))}) GROUP BY article_id",
            articles,
        )
        return {row[0]: from_text(row[1]) for row in rows}

    def forget_article(self, article: int) -> None:
        """Forget what an article met, and what was decided about it."""
        self._execute("DELETE FROM matches WHERE article_id = ?", (article,))
        self._execute("DELETE FROM changes WHERE article_id = ?", (article,))

    def put_change(
        self,
        *,
        article_id: int,
        seq: int,
        watchlist: str,
        decision: Decision,
        lines: object,
        at: datetime,
    ) -> None:
        """Record what was decided about a change; `lines` is what its readers would hear, as JSON data."""
        self._execute(
            "INSERT OR REPLACE INTO changes (article_id, seq, watchlist, decision, lines, decided_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                article_id,
                seq,
                watchlist,
                decision,
                json.dumps(lines, ensure_ascii=False),
                to_text(at),
            ),
        )

    def match_counts(self) -> dict[str, dict[str, int]]:
        """How many matches each watchlist has, by decision."""
        counts: dict[str, dict[str, int]] = {}
        for watchlist, decision, count in self._execute(
            "SELECT watchlist, decision, count(*) FROM matches GROUP BY watchlist, decision"
        ):
            counts.setdefault(watchlist, {})[decision] = count
        return counts

    # Looks and the daemon -------------------------------------------------------------------------

    def due_looks(self) -> dict[str, datetime]:
        return {
            row[0]: from_text(row[1]) for row in self._execute("SELECT site, due_at FROM looks")
        }

    def put_look(self, site: str, planned: Planned) -> None:
        values = (site, to_text(planned.at), planned.reason)
        self._execute(
            "INSERT OR REPLACE INTO looks (site, due_at, reason) VALUES (?, ?, ?)", values
        )

    def forget_looks(self, *, but: Iterable[str]) -> None:
        """Forget what was planned for all sites but these; what was learned of them stays."""
        names = json.dumps(list(but))
        self._execute(
            "DELETE FROM looks WHERE site NOT IN (SELECT value FROM json_each(?))", (names,)
        )

    def yields(self, *, since: datetime) -> dict[str, Yield]:
        """What each site brought since then."""
        rows = self._execute(
            "SELECT site, count(*), count(matched.article_id) FROM articles LEFT JOIN "
            "(SELECT DISTINCT article_id FROM matches) AS matched ON matched.article_id = articles.id "
            "WHERE first_seen_at >= ? GROUP BY site",
            (to_text(since),),
        )
        return {row[0]: Yield(articles=row[1], matching=row[2]) for row in rows}

    def rhythms(self) -> dict[str, Rhythm]:
        """What was learned of each site; without what another version wrote."""
        rows = self._execute("SELECT site, data FROM rhythms")
        loaded = ((row[0], load(json.loads(row[1]))) for row in rows)
        return {site: rhythm for site, rhythm in loaded if rhythm is not None}

    def rhythm(self, site: str) -> Rhythm | None:
        """What was learned of one site, as in `rhythms`."""
        row = self._execute("SELECT data FROM rhythms WHERE site = ?", (site,)).fetchone()
        return load(json.loads(row[0])) if row else None

    def put_rhythm(self, site: str, rhythm: Rhythm) -> None:
        data = json.dumps(dump(rhythm), separators=(",", ":"))
        self._execute("INSERT OR REPLACE INTO rhythms VALUES (?, ?)", (site, data))

    def put_size(self, octets: int, *, at: datetime, kept_for: timedelta) -> None:
        """Note how large the database is today."""
        self._execute(
            "INSERT OR REPLACE INTO sizes (day, octets) VALUES (?, ?)",
            (at.date().isoformat(), octets),
        )
        self._execute("DELETE FROM sizes WHERE day < ?", ((at - kept_for).date().isoformat(),))

    def sizes(self) -> dict[date, int]:
        """How large the database was, by day (UTC), the oldest first."""
        rows = self._execute("SELECT day, octets FROM sizes ORDER BY day")
        return {date.fromisoformat(row[0]): row[1] for row in rows}

    def put_daemon(self, pid: int, *, at: datetime) -> None:
        self._execute(
            "INSERT OR REPLACE INTO daemon VALUES (1, ?, ?, ?, NULL)",
            (pid, to_text(at), to_text(at)),
        )

    def put_config(self, *, at: datetime | None, problem: str | None) -> None:
        """A config was applied at an instant, or (None) was refused because of a problem."""
        self._execute(
            "UPDATE daemon SET config_applied_at = coalesce(?, config_applied_at), config_problem = ?",
            (to_text(at) if at else None, problem),
        )

    def daemon(self) -> dict[str, Any] | None:
        """{"pid", "started_at", "config_applied_at", "config_problem"} of the last daemon, or None."""
        row = self._execute(
            "SELECT pid, started_at, config_applied_at, config_problem FROM daemon"
        ).fetchone()
        names = ("pid", "started_at", "config_applied_at", "config_problem")
        return dict(zip(names, row, strict=True)) if row else None
