"""The tables of health and of what was watched, read and written: no decision is taken here.

Every method works on the connection that it was given and begins no transaction of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.clock import from_text, to_text
from crawler.outcomes import Outcome
from monitor.health.news import Subject
from monitor.health.quality import Sample
from monitor.health.state import Health, Reason, State
from monitor.health.watch import Stretch

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

_COLUMNS = (
    "site, source, state, reason, detail, since_at, looked_at, failures, failing_since, outcome, "
    "changes, told, told_at, flapping_told_at"
)
_UPSERT = f"""
    INSERT INTO health ({_COLUMNS}) VALUES ({", ".join("?" * 14)})
    ON CONFLICT (site, source) DO UPDATE SET state = excluded.state, reason = excluded.reason,
        detail = excluded.detail, since_at = excluded.since_at, looked_at = excluded.looked_at,
        failures = excluded.failures, failing_since = excluded.failing_since,
        outcome = excluded.outcome, changes = excluded.changes, told = excluded.told,
        told_at = excluded.told_at, flapping_told_at = excluded.flapping_told_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """About how many articles went by unseen, and when that was last noticed."""

    lost: float
    at: datetime


class HealthRecords:
    """Health, watched stretches and losses, on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(sql, tuple(values))

    # Health ---------------------------------------------------------------------------------------

    def all(self) -> dict[Subject, Health]:
        return dict(map(_health, self._execute(f"SELECT {_COLUMNS} FROM health")))

    def to_tell_of(self, *, told_since: datetime) -> dict[Subject, Health]:
        """The health of all sites and the network, and of those sources alone of which there may be news.

        They are those whose state is not what people believe, and those of which people heard since then.
        """
        rows = self._execute(
            f"SELECT {_COLUMNS} FROM health WHERE source = '' OR state <> told OR told_at >= ?",
            (to_text(told_since),),
        )
        return dict(map(_health, rows))

    def of_site(self, site: str) -> dict[Subject, Health]:
        """The health of a site and of its sources."""
        rows = self._execute(f"SELECT {_COLUMNS} FROM health WHERE site = ?", (site,))
        return dict(map(_health, rows))

    def put(self, subject: Subject, health: Health) -> None:
        self._execute(
            _UPSERT,
            (
                subject.site,
                subject.source,
                health.state,
                health.reason,
                health.detail,
                _text(health.since),
                _text(health.looked_at),
                health.failures,
                _text(health.failing_since),
                health.outcome,
                json.dumps([to_text(at) for at in health.changes]),
                health.told,
                _text(health.told_at),
                _text(health.flapping_told_at),
            ),
        )

    def news_at(self, subject: Subject) -> datetime | None:
        """When a source last listed something new."""
        return self._instant(
            "SELECT news_at FROM health WHERE site = ? AND source = ?",
            (subject.site, subject.source),
        )

    def put_news(self, subject: Subject, at: datetime) -> None:
        self._execute(
            "UPDATE health SET news_at = ? WHERE site = ? AND source = ?",
            (to_text(at), subject.site, subject.source),
        )

    # What is known of a site ----------------------------------------------------------------------

    def last_article_at(self, site: str) -> datetime | None:
        """When a look last brought an article of a site."""
        return self._instant(
            "SELECT first_seen_at FROM articles WHERE site = ? "
            "AND origin IN ('crawl', 'baseline') ORDER BY first_seen_at DESC LIMIT 1",
            (site,),
        )

    def samples(self, site: str, limit: int) -> tuple[Sample, ...]:
        """What a site's newest articles came with, the newest first."""
        rows = self._execute(
            "SELECT thin, published_at IS NOT NULL OR published_on IS NOT NULL, length(body) "
            "FROM articles WHERE site = ? AND origin IN ('crawl', 'baseline') "
            "AND text_pruned_at IS NULL ORDER BY first_seen_at DESC, id DESC LIMIT ?",
            (site, limit),
        )
        return tuple(Sample(thin=bool(row[0]), dated=bool(row[1]), length=row[2]) for row in rows)

    def count_articles(self, site: str, *, since: datetime) -> int:
        """How many articles looks brought since then, without those that were there before the first."""
        row = self._execute(
            "SELECT count(*) FROM articles WHERE site = ? AND origin = 'crawl' AND first_seen_at >= ?",
            (site, to_text(since)),
        ).fetchone()
        return int(row[0])

    def arrivals(self, site: str, *, since: datetime) -> list[datetime]:
        """When the articles that `count_articles` counts were first seen."""
        rows = self._execute(
            "SELECT first_seen_at FROM articles WHERE site = ? AND origin = 'crawl' "
            "AND first_seen_at >= ? ORDER BY first_seen_at",
            (site, to_text(since)),
        )
        return [from_text(row[0]) for row in rows]

    def succeeded_at(self, site: str) -> datetime | None:
        """When any source of a site was last read."""
        return self._instant("SELECT max(succeeded_at) FROM sources WHERE site = ?", (site,))

    def worth_telling(self, site: str) -> frozenset[str]:
        """The sources whose end is news: those once read or in the config, but none that an index named.

        An index names and drops its parts as it likes.
        """
        rows = self._execute(
            "SELECT url FROM sources WHERE site = ? AND found_by NOT LIKE '%://%' "
            "AND (baseline_at IS NOT NULL OR found_by = 'config')",
            (site,),
        )
        return frozenset(row[0] for row in rows)

    def baselines(self, site: str) -> dict[str, datetime]:
        """The end of the first complete look at each source of a site."""
        rows = self._execute(
            "SELECT url, baseline_at FROM sources WHERE site = ? AND baseline_at IS NOT NULL",
            (site,),
        )
        return {row[0]: from_text(row[1]) for row in rows}

    # What was watched -----------------------------------------------------------------------------

    def last_stretch(self, site: str) -> Stretch | None:
        rows = self._execute(
            "SELECT since_at, until_at, gap FROM watched WHERE site = ? "
            "ORDER BY since_at DESC LIMIT 1",
            (site,),
        )
        return next(map(_stretch, rows), None)

    def stretches(self, site: str, *, since: datetime) -> list[Stretch]:
        """What was watched of a site since then, in the order of time."""
        rows = self._execute(
            "SELECT since_at, until_at, gap FROM watched WHERE site = ? AND until_at >= ? "
            "ORDER BY since_at",
            (site, to_text(since)),
        )
        return list(map(_stretch, rows))

    def put_stretch(self, site: str, stretch: Stretch) -> None:
        self._execute(
            "INSERT INTO watched (site, since_at, until_at, gap) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (site, since_at) DO UPDATE SET until_at = excluded.until_at",
            (site, to_text(stretch.since), to_text(stretch.until), stretch.gap),
        )

    def add_loss(self, site: str, lost: float, *, at: datetime) -> None:
        self._execute("INSERT OR REPLACE INTO losses VALUES (?, ?, ?)", (site, to_text(at), lost))

    def loss(self, site: str, *, since: datetime) -> Loss | None:
        """What went by unseen on a site since then."""
        lost, at = self._execute(
            "SELECT sum(lost), max(at) FROM losses WHERE site = ? AND at >= ?",
            (site, to_text(since)),
        ).fetchone()
        return Loss(lost=lost, at=from_text(at)) if at else None

    def purge(self, *, now: datetime, kept_for: timedelta) -> None:
        """Forget what was watched and lost long ago, and sources that have not been looked at for so long.

        A source stays whose end people were told of: when it is back they are told that, too.
        """
        before = to_text(now - kept_for)
        self._execute("DELETE FROM watched WHERE until_at < ?", (before,))
        self._execute("DELETE FROM losses WHERE at < ?", (before,))
        self._execute(
            "DELETE FROM health WHERE source <> '' AND looked_at < ? AND told = ?",
            (before, State.WORKING),
        )

    def _instant(self, sql: str, values: Sequence[Any]) -> datetime | None:
        row = self._execute(sql, values).fetchone()
        return from_text(row[0]) if row and row[0] else None


def _text(at: datetime | None) -> str | None:
    return to_text(at) if at else None


def _when(text: str | None) -> datetime | None:
    return from_text(text) if text else None


def _stretch(row: Sequence[Any]) -> Stretch:
    return Stretch(since=from_text(row[0]), until=from_text(row[1]), gap=row[2])


def _health(row: Sequence[Any]) -> tuple[Subject, Health]:
    health = Health(
        state=State(row[2]),
        reason=Reason(row[3]),
        detail=row[4],
        since=_when(row[5]),
        looked_at=_when(row[6]),
        failures=row[7],
        failing_since=_when(row[8]),
        outcome=Outcome(row[9]) if row[9] else None,
        changes=tuple(from_text(at) for at in json.loads(row[10])),
        told=State(row[11]),
        told_at=_when(row[12]),
        flapping_told_at=_when(row[13]),
    )
    return Subject(site=row[0], source=row[1]), health
