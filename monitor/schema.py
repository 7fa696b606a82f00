"""The monitor's tables.

watchlists          where each watchlist stands in the article log
watchlist_versions  what each watchlist asked for, by version
matches             articles that met a watchlist, with the spans and what was decided
progress            how far the article log has been read
looks               when each site is to be looked at next
daemon              the daemon that runs, or ran last
rhythms             when each site publishes, as learned (monitor.rhythm.learning)
changes             what was decided about each change of an article that met a watchlist
sizes               how large the database was, day by day

The views are described in monitor.views.
health              how each site and source does (monitor.health.state), and what people heard of it
watched             over which time each site was watched without a hole (monitor.health.watch)
losses              about how many articles went by unseen because a listing was too short
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

from monitor import views

if TYPE_CHECKING:
    from sqlite_utils import Database

MIGRATIONS = Migrations("monitor")

_HEALTH = (
    """
    CREATE TABLE health (
        site TEXT NOT NULL,          -- '' for the network of this machine
        source TEXT NOT NULL,        -- its address; '' for the site as a whole
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        detail TEXT,
        since_at TEXT,
        looked_at TEXT,
        failures INTEGER NOT NULL,   -- looks in a row
        failing_since TEXT,
        outcome TEXT,                -- of the last look, where it failed
        changes TEXT NOT NULL,       -- JSON: the instants of the last day's changes
        told TEXT NOT NULL,          -- the state that people believe
        told_at TEXT,
        flapping_told_at TEXT,
        news_at TEXT,                -- of a source: when it last listed something new
        PRIMARY KEY (site, source)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE watched (
        site TEXT NOT NULL,
        since_at TEXT NOT NULL,
        until_at TEXT NOT NULL,
        gap TEXT,                    -- why the time before it was not watched
        PRIMARY KEY (site, since_at)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE losses (
        site TEXT NOT NULL,
        at TEXT NOT NULL,
        lost REAL NOT NULL,          -- an estimate: what its rhythm makes likely for the time not shown
        PRIMARY KEY (site, at)
    ) WITHOUT ROWID
    """,
)

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
    db.conn.execute("ALTER TABLE looks ADD COLUMN reason TEXT")  # monitor.rhythm.pacing.Reason


@MIGRATIONS()
def m003_health(db: Database) -> None:
    for statement in _HEALTH:
        db.conn.execute(statement)


@MIGRATIONS()
def m004_revision_alerts(db: Database) -> None:
    # Which revision of the article was met: a change that came before people were told is no news to them.
    db.conn.execute("ALTER TABLE matches ADD COLUMN revision INTEGER NOT NULL DEFAULT 1")
    db.conn.execute(
        """
        CREATE TABLE changes (
            article_id INTEGER NOT NULL REFERENCES articles (id),
            seq INTEGER NOT NULL,        -- of the article log
            watchlist TEXT NOT NULL,
            decision TEXT NOT NULL,      -- 'alert', or why there was none
            lines TEXT NOT NULL,         -- JSON: what its readers would hear (alerts.change.ChangeLine)
            decided_at TEXT NOT NULL,
            PRIMARY KEY (article_id, seq, watchlist)
        ) WITHOUT ROWID
        """
    )


@MIGRATIONS()
def m005_views(db: Database) -> None:
    for statement in views.STATEMENTS:
        db.conn.execute(statement)


@MIGRATIONS()
def m006_sizes(db: Database) -> None:
    db.conn.execute(
        "CREATE TABLE sizes (day TEXT PRIMARY KEY, octets INTEGER NOT NULL) WITHOUT ROWID"
    )
    db.conn.execute("DROP VIEW v_articles")  # a text that was pruned is unknown, not empty
    db.conn.execute(views.ARTICLES)
