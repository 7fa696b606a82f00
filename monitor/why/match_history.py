"""What was decided about articles that met a watchlist, and when a watchlist was what. Reads only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.clock import from_text
from monitor.matching.matcher import Span

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedMatch:
    """A match as it was recorded; `decision` is a monitor.decisions.Decision, or of a newer Siaga."""

    version: int
    spans: tuple[Span, ...]
    decision: str
    matched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchlistVersion:
    """What a watchlist looked for from an instant on, as a query canonically written."""

    version: int
    query: str
    loaded_at: datetime


def recorded_match(
    connection: sqlite3.Connection, article_id: int, watchlist: str
) -> RecordedMatch | None:
    """The match of an article and a watchlist, where one was ever recorded."""
    row = connection.execute(
        "SELECT version, spans, decision, matched_at FROM matches "
        "WHERE article_id = ? AND watchlist = ?",
        (article_id, watchlist),
    ).fetchone()
    if row is None:
        return None
    spans = (
        Span(field=field, start=start, end=end, text=text)
        for field, start, end, text in json.loads(row[1])
    )
    return RecordedMatch(
        version=row[0], spans=tuple(spans), decision=row[2], matched_at=from_text(row[3])
    )


def versions(connection: sqlite3.Connection, watchlist: str) -> tuple[WatchlistVersion, ...]:
    """Every version of a watchlist, the first one first."""
    rows = connection.execute(
        "SELECT version, definition, loaded_at FROM watchlist_versions WHERE name = ? "
        "ORDER BY version",
        (watchlist,),
    )
    return tuple(
        WatchlistVersion(
            version=row[0], query=json.loads(row[1])["query"], loaded_at=from_text(row[2])
        )
        for row in rows
    )
