"""The journey of one article toward one watchlist, stage by stage, and the first that stopped it. Pure.

What the tables tell is collected as Facts (monitor.why.tracing) and told as stages (monitor.why.stages).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from alerts.outbox.history import AlertJourney
    from crawler.archive import StoredArticle
    from crawler.provenance import (
        AnnouncedPage,
        Kinship,
        LogEntry,
        OtherAddress,
        SourceStanding,
    )
    from crawler.retention.tombstones import Tombstone
    from crawler.stories.authorship import Role
    from monitor.matching.matcher import Watchlist
    from monitor.records import WatchlistPlace
    from monitor.why.explaining import Clause
    from monitor.why.match_history import RecordedMatch, WatchlistVersion


class Verdict(StrEnum):
    """How an article fared at a stage."""

    PASSED = "passed"
    STOPPED = "stopped"
    UNKNOWN = "unknown"  # it did not come so far, it waits, or nobody remembers


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the journey; `lines` say what is known of it, the first in short."""

    name: str
    verdict: Verdict
    lines: tuple[str, ...] = ()
    clause: Clause | None = None

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        data: dict[str, Any] = {
            "stage": self.name,
            "verdict": self.verdict,
            "lines": list(self.lines),
        }
        if self.clause is not None:
            data["query"] = self.clause.to_data()
        return data


def passed(name: str, *lines: str, clause: Clause | None = None) -> Stage:
    """A stage that the article passed."""
    return Stage(name=name, verdict=Verdict.PASSED, lines=lines, clause=clause)


def stopped(name: str, *lines: str, clause: Clause | None = None) -> Stage:
    """The stage that it did not pass."""
    return Stage(name=name, verdict=Verdict.STOPPED, lines=lines, clause=clause)


def unknown(name: str, *lines: str) -> Stage:
    """A stage that nothing is known of (yet)."""
    return Stage(name=name, verdict=Verdict.UNKNOWN, lines=lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What an article is to its story; `pieces` and `independent` count all that belong to it."""

    story: int
    role: Role
    original_url: str
    pieces: int
    independent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """A site of config.yaml to which an address belongs, and how its sources stand."""

    name: str
    sources: tuple[SourceStanding, ...]
    problem: str | None
    robots_allow: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that is known of one address and one watchlist.

    `read_to` is how far the watchlist has read the article log; `clause` the query as it is written
    now, held against the article as it is now; `alerts` those that told the watchlist of the story.
    `tombstone` is what is left of an article that was pruned.
    """

    url: str
    watchlist: Watchlist
    zone: str
    max_age: timedelta
    sites: tuple[SiteFacts, ...] = ()
    near: tuple[str, ...] = ()
    pages: tuple[AnnouncedPage, ...] = ()
    stored: StoredArticle | None = None
    tombstone: Tombstone | None = None
    others: tuple[OtherAddress, ...] = ()
    log: tuple[LogEntry, ...] = ()
    kinship: Kinship | None = None
    membership: Membership | None = None
    place: WatchlistPlace | None = None
    versions: tuple[WatchlistVersion, ...] = ()
    read_to: int = 0
    clause: Clause | None = None
    match: RecordedMatch | None = None
    alerts: tuple[AlertJourney, ...] = ()

    def at(self, instant: datetime) -> str:
        """An instant as the reader's clock shows it."""
        return instant.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """All stages in order."""

    url: str
    watchlist: str
    stages: tuple[Stage, ...]

    @property
    def stopped_by(self) -> Stage | None:
        """The first stage that stopped the article; None when none did (so far)."""
        return next((one for one in self.stages if one.verdict is Verdict.STOPPED), None)

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        stopped = self.stopped_by
        return {
            "url": self.url,
            "watchlist": self.watchlist,
            "stopped_by": stopped.name if stopped else None,
            "stages": [stage.to_data() for stage in self.stages],
        }
