"""The monitor's tables.

watchlists          where each watchlist stands in the article log
watchlist_versions  what each watchlist asked for, by version
matches             articles that met a watchlist, with the spans and what was decided
progress            how far the article log has been read
looks               when each site is to be looked at next
daemon              the daemon that runs, or ran last
rhythms             when each site publishes, as learned (monitor.rhythm)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

MIGRATIONS = Migrations("monitor")

_TABLES = (
    """
    CREATE TABLE watchlists (
        name TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        first_loaded_at TEXT NOT NULL,
        start_seq INTEGER NOT NULL,  -- log entries up to here were there before it: its baseline
        read_seq INTEGER,            -- how far it has read by itself; NULL: it reads with the others
        gone_at TEXT                 -- when it left config.yaml; it keeps its place for 30 days
    )
    """,
    """
    CREATE TABLE watchlist_versions (
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        definition TEXT NOT NULL,    -- JSON
        loaded_at TEXT NOT NULL,
        PRIMARY KEY (name, version)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE matches (
        id INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES articles (id),
        story INTEGER NOT NULL,
        watchlist TEXT NOT NULL,
        version INTEGER NOT NULL,
        spans TEXT NOT NULL,         -- JSON: [[field, start, end, text], …]
        decision TEXT NOT NULL,      -- 'alert', or why there was none
        matched_at TEXT NOT NULL,
        UNIQUE (article_id, watchlist)
    )
    """,
    "CREATE INDEX matches_by_story ON matches (story, watchlist)",
    "CREATE INDEX matches_by_watchlist ON matches (watchlist, decision)",
    "CREATE TABLE progress (reader TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO progress (reader, seq) VALUES ('matching', 0)",
    "CREATE TABLE looks (site TEXT PRIMARY KEY, due_at TEXT NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE daemon (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        pid INTEGER NOT NULL,
        started_at TEXT NOT NULL,
        config_applied_at TEXT NOT NULL,
        config_problem TEXT          -- why the file as it is now is not the one in use
    )
    """,
)


@MIGRATIONS()
def m001_first_tables(db: Database) -> None:
    for statement in _TABLES:
        db.conn.execute(statement)


@MIGRATIONS()
def m002_rhythms(db: Database) -> None:
    db.conn.execute(
        "CREATE TABLE rhythms (site TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID"
    )
