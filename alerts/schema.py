"""The tables of alerts and their deliveries. Instants are text as by core.clock.to_text; lists are JSON.

alerts      what people are told: of an article and the watchlists that it met, or of Siaga itself
deliveries  one alert to one recipient on one channel: the outbox
attempts    one row a try, written before anything is sent
channels    what the outbox remembers of a channel
judgements  why a delivery waited, was told within another message, or was not told
growth      the outlets that carry a story that was told
silences    until when a watchlist is silent; the newest row of a watchlist holds
acks        stories that somebody knows of, and what was known of them
rounds      when a channel's next digest is due, where an empty one is sent too
coverage    how many of the sites were looked at with success
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


# SQLite cannot change a CHECK: a table that takes new words is made anew, children before parents.
_POLICY = (
    """
    CREATE TABLE alerts_2 (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('alert', 'notice', 'digest', 'follow-up')),
        key TEXT NOT NULL UNIQUE,
        story INTEGER NOT NULL,      -- 0 for a notice, -1 for a digest
        data TEXT NOT NULL,          -- Alert, Notice, FollowUp or (without its alerts) Digest as JSON
        created_at TEXT NOT NULL
    )
    """,
    "INSERT INTO alerts_2 SELECT * FROM alerts",
    """
    CREATE TABLE deliveries_2 (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id TEXT NOT NULL UNIQUE,
        alert_id INTEGER NOT NULL REFERENCES alerts_2 (id),
        kind TEXT NOT NULL,          -- that of the alert
        story INTEGER NOT NULL,
        channel TEXT NOT NULL,
        recipient TEXT NOT NULL,     -- '' where the channel has but one end
        watchlists TEXT NOT NULL,
        urgent INTEGER NOT NULL DEFAULT 0,     -- passes quiet hours, and waits for no digest
        state TEXT NOT NULL CHECK (
            state IN ('pending', 'held', 'sending', 'sent', 'retry', 'merged', 'withheld', 'dead')),
        due_at TEXT,                 -- NULL when it is over
        waiting_since TEXT NOT NULL, -- when somebody first wanted it to go, or wanted it again
        since TEXT NOT NULL,         -- where the time to give up starts
        attempts INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,   -- the attempts that count toward the schedule
        ambiguous INTEGER NOT NULL DEFAULT 0,  -- an earlier attempt may have been accepted
        keeps_body INTEGER NOT NULL DEFAULT 0, -- asked for again: its id and body are to stay
        blamed_at TEXT,              -- when the channel was last found wrong because of this message
        sent_at TEXT,                -- the first claim, which the message shows
        format TEXT,                 -- the type of channel that the payload is for
        payload BLOB,                -- frozen at the first claim
        plain INTEGER NOT NULL DEFAULT 0,      -- the payload is the plain form, after one was refused
        way TEXT NOT NULL DEFAULT 'send',      -- alerts.outbox.claims.Way, frozen with the payload
        target TEXT,                 -- the peer's name of the message that is edited or answered
        outlets TEXT,                -- JSON: the outlets that the message names, frozen with the payload
        carrier INTEGER REFERENCES deliveries_2 (id),  -- the delivery that tells of this one too
        reason TEXT,                 -- alerts.policy.judging.Why, where it does not simply go out
        peer_id TEXT,                -- the peer's name of the message, where it can be edited or answered
        last_error TEXT,
        created_at TEXT NOT NULL,
        done_at TEXT
    )
    """,
    """
    INSERT INTO deliveries_2 (id, message_id, alert_id, kind, story, channel, recipient, watchlists, state,
        due_at, waiting_since, since, attempts, failures, ambiguous, blamed_at, sent_at, format, payload,
        plain, peer_id, last_error, created_at, done_at)
    SELECT deliveries.id, message_id, alert_id, kind, deliveries.story, channel, recipient, watchlists,
        state, due_at, since, since, attempts, failures, ambiguous, blamed_at, sent_at, format, payload,
        plain, peer_id, last_error, deliveries.created_at, done_at
    FROM deliveries JOIN alerts ON alerts.id = alert_id
    """,
    """
    CREATE TABLE attempts_2 (
        delivery_id INTEGER NOT NULL REFERENCES deliveries_2 (id),
        n INTEGER NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        outcome TEXT,                -- alerts.outcome.OutcomeKind, 'cut short', or 'hung'
        detail TEXT,
        PRIMARY KEY (delivery_id, n)
    ) WITHOUT ROWID
    """,
    "INSERT INTO attempts_2 SELECT * FROM attempts",
    """
    CREATE TABLE channels_2 (
        name TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        mode TEXT NOT NULL CHECK (mode IN ('open', 'failing', 'paused', 'off')),
        reason TEXT,
        pauses INTEGER NOT NULL,
        probe_at TEXT,
        hold_until TEXT,
        accepted_at TEXT,
        failures INTEGER NOT NULL DEFAULT 0,   -- in a row, of different messages
        failed TEXT                  -- the message that failed last
    ) WITHOUT ROWID
    """,
    "INSERT INTO channels_2 SELECT *, 0, NULL FROM channels",
    *(f"DROP TABLE {name}" for name in ("attempts", "deliveries", "alerts", "channels")),
    *(
        f"ALTER TABLE {name}_2 RENAME TO {name}"
        for name in ("alerts", "deliveries", "attempts", "channels")
    ),
    "CREATE INDEX alerts_by_time ON alerts (created_at)",
    "CREATE INDEX deliveries_due ON deliveries (channel, due_at, id) WHERE state IN ('pending', 'retry')",
    """
    CREATE INDEX deliveries_open ON deliveries (channel, recipient, story, id)
        WHERE state IN ('pending', 'retry', 'sending')
    """,
    "CREATE INDEX deliveries_held ON deliveries (channel, recipient, due_at) WHERE state = 'held'",
    "CREATE INDEX deliveries_by_state ON deliveries (state, created_at)",
    "CREATE INDEX deliveries_by_alert ON deliveries (alert_id)",
    "CREATE INDEX deliveries_by_story ON deliveries (story, channel, recipient, id)",
    "CREATE INDEX deliveries_carried ON deliveries (carrier, story) WHERE carrier IS NOT NULL",
    "CREATE INDEX deliveries_sent ON deliveries (channel, recipient, sent_at) WHERE sent_at IS NOT NULL",
    "CREATE INDEX attempts_unfinished ON attempts (delivery_id) WHERE finished_at IS NULL",
    """
    CREATE TABLE judgements (
        id INTEGER PRIMARY KEY,
        delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
        ruling TEXT NOT NULL,        -- alerts.policy.judging.Ruling
        reason TEXT NOT NULL,        -- alerts.policy.judging.Why
        until_at TEXT,               -- when it is looked at again
        carrier INTEGER REFERENCES deliveries (id),
        at TEXT NOT NULL
    )
    """,
    "CREATE INDEX judgements_by_delivery ON judgements (delivery_id)",
    """
    CREATE TABLE growth (
        story INTEGER PRIMARY KEY,
        outlets TEXT NOT NULL,       -- JSON: [[site, url], …], in the order in which they came
        changed_at TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE silences (
        id INTEGER PRIMARY KEY,
        watchlist TEXT NOT NULL,
        made_at TEXT NOT NULL,
        until_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX silences_by_watchlist ON silences (watchlist, id)",
    """
    CREATE TABLE acks (
        id INTEGER PRIMARY KEY,
        story INTEGER NOT NULL,
        known TEXT NOT NULL,         -- alerts.policy.judging.Known as JSON
        made_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX acks_by_story ON acks (story, id)",
    """
    CREATE TABLE rounds (
        channel TEXT NOT NULL,
        recipient TEXT NOT NULL,
        next_at TEXT NOT NULL,
        PRIMARY KEY (channel, recipient)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE coverage (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        covered INTEGER NOT NULL,
        sites INTEGER NOT NULL,
        at TEXT NOT NULL
    )
    """,
)


@MIGRATIONS()
def m002_policy(db: Database) -> None:
    for statement in _POLICY:
        db.conn.execute(statement)


@MIGRATIONS()
def m003_pruning(db: Database) -> None:
    # Without it every delivery that goes has all judgements looked through for references to it.
    db.conn.execute(
        "CREATE INDEX judgements_by_carrier ON judgements (carrier) WHERE carrier IS NOT NULL"
    )
