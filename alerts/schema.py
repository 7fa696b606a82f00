"""The tables of alerts and their deliveries. Instants are text as by core.clock.to_text; lists are JSON.

alerts      what people are told: of an article and the watchlists that it met, or of Siaga itself
deliveries  one alert to one recipient on one channel: the outbox
attempts    one row a try, written before anything is sent
channels    what the outbox remembers of a channel
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

MIGRATIONS = Migrations("alerts")

_TABLES = (
    """
    CREATE TABLE alerts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('alert', 'notice')),
        key TEXT NOT NULL UNIQUE,
        story INTEGER NOT NULL,
        data TEXT NOT NULL,          -- alerts.alert.Alert or alerts.notice.Notice as JSON
        created_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX alerts_by_time ON alerts (created_at)",
    """
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id TEXT NOT NULL UNIQUE,
        alert_id INTEGER NOT NULL REFERENCES alerts (id),
        story INTEGER NOT NULL,
        channel TEXT NOT NULL,
        recipient TEXT NOT NULL,     -- '' where the channel has but one end
        watchlists TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'retry', 'dead')),
        due_at TEXT,                 -- NULL when it is over
        since TEXT NOT NULL,         -- where the time to give up starts
        attempts INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,   -- the attempts that count toward the schedule
        ambiguous INTEGER NOT NULL DEFAULT 0,  -- an earlier attempt may have been accepted
        blamed_at TEXT,              -- when the channel was last found wrong because of this message
        sent_at TEXT,                -- the first claim, which the message shows
        format TEXT,                 -- the type of channel that the payload is for
        payload BLOB,                -- frozen at the first claim
        plain INTEGER NOT NULL DEFAULT 0,      -- the payload is the plain form, after one was refused
        peer_id TEXT,                -- the peer's name of the message, where it can be edited or answered
        last_error TEXT,
        created_at TEXT NOT NULL,
        done_at TEXT
    )
    """,
    "CREATE INDEX deliveries_due ON deliveries (channel, due_at, id) WHERE state IN ('pending', 'retry')",
    """
    CREATE INDEX deliveries_open ON deliveries (channel, recipient, story, id)
        WHERE state IN ('pending', 'retry', 'sending')
    """,
    "CREATE INDEX deliveries_by_state ON deliveries (state, created_at)",
    "CREATE INDEX deliveries_by_alert ON deliveries (alert_id)",
    """
    CREATE TABLE attempts (
        delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
        n INTEGER NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        outcome TEXT,                -- alerts.outcome.OutcomeKind, or 'cut short'
        detail TEXT,
        PRIMARY KEY (delivery_id, n)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX attempts_unfinished ON attempts (delivery_id) WHERE finished_at IS NULL",
    """
    CREATE TABLE channels (
        name TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        mode TEXT NOT NULL CHECK (mode IN ('open', 'paused', 'off')),
        reason TEXT,
        pauses INTEGER NOT NULL,
        probe_at TEXT,
        hold_until TEXT,
        accepted_at TEXT
    ) WITHOUT ROWID
    """,
)


@MIGRATIONS()
def m001_first_tables(db: Database) -> None:
    for statement in _TABLES:
        db.conn.execute(statement)
