"""How much of the watch for a watchlist was really kept, so that no hit can be told from no watch.

`judge_zero` decides, and is pure; `read_zero` gathers what it needs from the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from core.clock import from_text, to_text
from monitor.health.news import Subject
from monitor.health.records import HealthRecords
from monitor.health.state import SAID, TROUBLES, Health, Reason, State
from monitor.health.watch import Kept, kept, mean_share, percent
from monitor.records import MonitorRecords

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from monitor.matching.matcher import Watchlist

_ALL = 0.99  # of the hours: as good as all
_MOST = 0.9
_NOT_RUNNING = "siaga is not running"


class Verdict(StrEnum):
    """What a number of hits is worth."""

    HITS = "hits"  # there were some: whether there were more, the gaps say
    BELIEVE = "believe"
    MOSTLY = "mostly"
    DOUBT = "doubt"
    UNWATCHED = "unwatched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Zero:
    """The hits of a watchlist in a period, and how the watch was kept.

    `decisions` counts hits by what was decided; `health` is that of each site now. `started_at` is
    when the daemon last started.
    """

    watchlist: str
    since: datetime
    until: datetime
    loaded_at: datetime | None
    decisions: Mapping[str, int]
    kept: tuple[Kept, ...]
    health: Mapping[str, Health]
    running: bool
    started_at: datetime | None = None

    @property
    def matches(self) -> int:
        return sum(self.decisions.values())

    @property
    def share(self) -> float:
        """The share of the sites' hours that were watched."""
        return mean_share(self.kept)

    @property
    def watched(self) -> int:
        """How many sites were watched at all."""
        return sum(one.share > 0 for one in self.kept)

    def in_state(self, *states: State) -> list[str]:
        """The sites that are in one of these states now."""
        return [name for name, health in self.health.items() if health.state in states]

    def to_data(self) -> dict[str, Any]:
        """As JSON data; instants are ISO 8601, UTC."""
        return {
            "watchlist": self.watchlist,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "matches": self.matches,
            "alerts": self.decisions.get("alert", 0),
            "decisions": dict(self.decisions),
            "watched": round(self.share, 4),
            "sites": [self._site_data(one) for one in self.kept],
            "running": self.running,
            "verdict": judge_zero(self),
            "said": said(self),
        }

    def _site_data(self, one: Kept) -> dict[str, Any]:
        return {
            "site": one.site,
            "health": self.health[one.site].state,
            "watched": round(one.share, 4),
            "gaps": [
                {"since": gap.since.isoformat(), "until": gap.until.isoformat(), "why": gap.why}
                for gap in one.gaps
            ],
        }


def judge_zero(zero: Zero) -> Verdict:
    """Whether the number of hits can be believed."""
    if zero.matches:
        return Verdict.HITS
    if zero.loaded_at is None or zero.share <= 0:
        return Verdict.UNWATCHED
    if zero.share < _MOST or zero.watched < len(zero.kept):
        return Verdict.DOUBT
    whole = zero.share >= _ALL and not any(map(_doubtful, zero.health.values()))
    return Verdict.BELIEVE if whole else Verdict.MOSTLY


def _doubtful(health: Health) -> bool:
    """Whether a site may have published what no look showed."""
    return health.state in TROUBLES or health.reason is Reason.SOME_FAIL


def said(zero: Zero) -> str:
    """The verdict in a sentence or two."""
    share = percent(zero.share)
    match judge_zero(zero):
        case Verdict.UNWATCHED:
            sentence = "Nothing was watched for it in this time: the number says nothing."
        case Verdict.HITS:
            sentence = f"There were hits; {share} of the hours were watched for more."
        case Verdict.BELIEVE:
            sentence = f"This zero can be believed: {share} of the hours were watched."
        case Verdict.MOSTLY:
            sentence = f"This zero can mostly be believed: {share} of the hours were watched."
        case Verdict.DOUBT:
            sentence = f"Do not rely on this zero: only {share} of the hours were watched."
    return " ".join([sentence, *_reservations(zero)])


def _reservations(zero: Zero) -> list[str]:
    """What speaks against believing although the hours were kept."""
    notes: list[str] = []
    if not zero.running:
        notes.append("Siaga is not running now.")
    elif zero.started_at is not None and zero.started_at > zero.since:
        notes.append(
            "Siaga was started within this time: of what came before, the sites' listings still told, "
            "except where a gap is shown."
        )
    if thin := zero.in_state(State.THIN):
        notes.append(f"Articles of {_named(thin)} come incomplete: words in them may be missed.")
    if quiet := zero.in_state(State.QUIET):
        notes.append(f"Unusually quiet: {_named(quiet)}.")
    failing = [name for name, one in zero.health.items() if one.reason is Reason.SOME_FAIL]
    if failing:
        notes.append(f"Some sources cannot be read: {_named(failing)}.")
    return notes


def _named(sites: Sequence[str], most: int = 5) -> str:
    more = f" and {len(sites) - most} more" if len(sites) > most else ""
    return ", ".join(sites[:most]) + more


# Reading ------------------------------------------------------------------------------------------


def read_zero(
    connection: sqlite3.Connection,
    watchlist: Watchlist,
    sites: Collection[str],
    *,
    since: datetime,
    now: datetime,
    running: bool,
) -> Zero:
    """The hits of a watchlist since then, and how its sites (among these) were watched.

    A watchlist that came later counts from then on.
    """
    loaded_at = _loaded_at(connection, watchlist.name)
    since = min(max(since, loaded_at) if loaded_at else since, now)
    records = HealthRecords(connection)
    concerned = [site for site in sites if watchlist.covers(site)]
    health = {site: records.of_site(site).get(Subject(site=site), Health()) for site in concerned}
    return Zero(
        watchlist=watchlist.name,
        since=since,
        until=now,
        loaded_at=loaded_at,
        decisions=_decisions(connection, watchlist.name, since),
        kept=tuple(
            kept(
                site,
                records.stretches(site, since=since),
                since=since,
                until=now,
                why_not_now=_why_not_now(health[site], running=running),
            )
            for site in concerned
        ),
        health=health,
        running=running,
        started_at=_started_at(connection),
    )


def _started_at(connection: sqlite3.Connection) -> datetime | None:
    last = MonitorRecords(connection).daemon()
    return from_text(last["started_at"]) if last else None


def _why_not_now(health: Health, *, running: bool) -> str | None:
    failing = (health.detail or SAID[health.reason]) if health.failures else None
    return "; ".join(filter(None, (None if running else _NOT_RUNNING, failing))) or None


def _loaded_at(connection: sqlite3.Connection, watchlist: str) -> datetime | None:
    row = connection.execute(
        "SELECT first_loaded_at FROM watchlists WHERE name = ?", (watchlist,)
    ).fetchone()
    return from_text(row[0]) if row else None


def _decisions(connection: sqlite3.Connection, watchlist: str, since: datetime) -> dict[str, int]:
    rows = connection.execute(
        "SELECT decision, count(*) FROM matches WHERE watchlist = ? AND matched_at >= ? "
        "GROUP BY decision ORDER BY decision",
        (watchlist, to_text(since)),
    )
    return dict(rows.fetchall())
