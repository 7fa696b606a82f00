"""Digests in the tables: what is due goes into one message, whose alerts stay where they were.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alerts.addressing import digest_id
from alerts.alert import Alert
from alerts.digests.digest import MOST_SHOWN, Coverage, Digest, FollowUp, grouped
from alerts.notice import message_from_data
from alerts.outbox.due import MAY_JOIN, is_acknowledged
from alerts.policy.judgements import merge, withhold
from alerts.policy.judging import Judgement, Ruling, Why
from alerts.policy.schedule import Rhythm
from alerts.policy.silences import silenced
from core.clock import to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

    from alerts.outbox.lines import Line

_HELD_DUE = """
    SELECT DISTINCT recipient FROM deliveries
    WHERE channel = ? AND state = 'held' AND due_at <= ? AND recipient IN (SELECT value FROM json_each(?))
"""
# What waits behind an earlier message of its story that may have arrived waits for the next digest.
_TAKEN = """
    SELECT this.id, this.message_id, this.kind, this.watchlists, this.alert_id FROM deliveries AS this
    WHERE channel = :channel AND recipient = :recipient AND ({chosen})
      AND NOT EXISTS (
          SELECT 1 FROM deliveries AS earlier
          WHERE earlier.channel = this.channel AND earlier.recipient = this.recipient
            AND earlier.story = this.story AND earlier.id < this.id
            AND earlier.state IN ('pending', 'retry', 'sending') AND NOT ({earlier}))
      AND NOT EXISTS (
          SELECT 1 FROM deliveries AS part JOIN deliveries AS whole ON whole.id = part.carrier
          WHERE part.story = this.story AND part.id < this.id AND part.channel = this.channel
            AND part.recipient = this.recipient AND part.carrier IS NOT NULL
            AND whole.state IN ('pending', 'retry', 'sending') AND NOT ({whole}))
    ORDER BY this.id
"""
_NONE = "FALSE"


def is_due(connection: sqlite3.Connection, line: Line, at: datetime) -> bool:
    """Whether make_due would make a digest."""
    return bool(_held_due(connection, line, at)) or bool(_rounds_due(connection, line, at))


def make_due(connection: sqlite3.Connection, line: Line, at: datetime) -> bool:
    """Make every digest of a channel that is due; returns whether there was one to make."""
    made = False
    for recipient in _held_due(connection, line, at):
        made = make(connection, line, recipient, at) or made
    for recipient in _rounds_due(connection, line, at):
        made = _finish_round(connection, line, recipient, at) or made
    return made


def _held_due(connection: sqlite3.Connection, line: Line, at: datetime) -> list[str]:
    values = (line.name, to_text(at), json.dumps(line.recipients))
    return [row[0] for row in _rows(connection, _HELD_DUE, values)]


def make(
    connection: sqlite3.Connection, line: Line, recipient: str, at: datetime, *, late: bool = False
) -> bool:
    """Put all that is held for a recipient into a digest; `late` takes in what waits besides.

    Returns whether anything was done. What nobody wants to hear by now is withheld instead.
    """
    joins = MAY_JOIN if late else _NONE
    rows = _rows(
        connection,
        _TAKEN.format(
            chosen=f"state = 'held' OR ({joins})",
            earlier=_of("earlier", joins),
            whole=_of("whole", joins),
        ),
        {"channel": line.name, "recipient": recipient},
    )
    wanted = _without_muted(connection, rows, at)
    if not wanted:
        return bool(rows)
    taken = [row[0] for row in wanted]
    number = _insert(connection, line, recipient, Digest(), wanted[0][1], at)
    dissolved = [row[0] for row in wanted if row[2] == "digest"]
    connection.executemany(
        "UPDATE deliveries SET carrier = ? WHERE carrier = ?", [(number, one) for one in dissolved]
    )
    merge(connection, taken, number, Why.LATE if late else Why.IN_DIGEST, at=at)
    return True


def _of(table: str, condition: str) -> str:
    """A condition on columns, for a table by its alias."""
    for column in ("ambiguous", "keeps_body", "kind", "state"):
        condition = condition.replace(column, f"{table}.{column}")
    return condition


def _without_muted(connection: sqlite3.Connection, rows: Sequence[Any], at: datetime) -> list[Any]:
    """The rows of which people want to hear; the others are withheld."""
    silent = silenced(connection, at)
    acks = bool(_rows(connection, "SELECT 1 FROM acks LIMIT 1"))
    wanted = []
    for row in rows:
        why = _muted(connection, row, silent, acks=acks)
        if why is None:
            wanted.append(row)
        else:
            judgement = Judgement(ruling=Ruling.WITHHOLD, why=why)
            withhold(connection, [row[0]], judgement, at=at)
    return wanted


def _muted(
    connection: sqlite3.Connection, row: Any, silent: frozenset[str], *, acks: bool
) -> Why | None:
    watchlists = json.loads(row[3]) if silent or acks else []
    if silent and watchlists and silent.issuperset(watchlists):
        return Why.SILENCED
    if not acks:
        return None
    ((kind, data),) = _rows(connection, "SELECT kind, data FROM alerts WHERE id = ?", (row[4],))
    message = message_from_data(kind, json.loads(data))
    return Why.ACKNOWLEDGED if is_acknowledged(connection, message, watchlists) else None


def _insert(
    connection: sqlite3.Connection,
    line: Line,
    recipient: str,
    digest: Digest,
    first: str,
    at: datetime,
) -> int:
    """A digest as a delivery that is due now; returns its number."""
    identity, now = digest_id(line.name, recipient, first, at), to_text(at)
    alert_id = connection.execute(
        "INSERT INTO alerts (kind, key, story, data, created_at) VALUES ('digest', ?, ?, ?, ?)",
        (identity, digest.story, json.dumps(digest.to_data()), now),
    ).lastrowid
    number = connection.execute(
        "INSERT INTO deliveries (message_id, alert_id, kind, story, channel, recipient, watchlists,"
        " state, due_at, waiting_since, since, created_at)"
        " VALUES (?, ?, 'digest', ?, ?, ?, '[]', 'pending', ?, ?, ?, ?)",
        (identity, alert_id, digest.story, line.name, recipient, now, now, now, now),
    ).lastrowid
    return number or 0


# What a digest shows ------------------------------------------------------------------------------


def load(connection: sqlite3.Connection, digest: Digest, number: int) -> Digest:
    """The digest with the alerts that its delivery carries: the newest, newest first."""
    newest = (
        "SELECT story FROM deliveries WHERE carrier = ? AND kind <> 'digest' GROUP BY story"
        " ORDER BY max(id) DESC LIMIT ?"
    )
    rows = _rows(
        connection,
        "SELECT message_id, alerts.kind, data, watchlists FROM deliveries"
        " JOIN alerts ON alerts.id = alert_id WHERE carrier = ? AND deliveries.kind <> 'digest'"
        f" AND deliveries.story IN ({newest}) ORDER BY deliveries.id",
        (number, number, MOST_SHOWN),
    )
    entries = grouped((row[0], _as_told(*row[1:])) for row in rows)[::-1]
    ((carried,),) = _rows(
        connection,
        "SELECT count(*) FROM deliveries WHERE carrier = ? AND kind <> 'digest'",
        (number,),
    )
    left = carried - len(rows)
    return replace(
        digest,
        number=number,
        total=len(entries) + left,
        alerts=tuple(alert for _, alert in entries[:MOST_SHOWN]),
        ids=tuple(identity for identity, _ in entries[:MOST_SHOWN]),
    )


def _as_told(kind: str, data: str, watchlists: str) -> Alert:
    message = message_from_data(kind, json.loads(data))
    alert = message.alert if isinstance(message, FollowUp) else message
    if not isinstance(alert, Alert):
        raise TypeError(f"a digest tells of alerts, not of a {kind}")
    return alert.for_watchlists(json.loads(watchlists))


# Digests of days without news ---------------------------------------------------------------------


def put_coverage(connection: sqlite3.Connection, coverage: Coverage, *, at: datetime) -> None:
    """How many of the sites were looked at with success, for digests that have nothing else to say."""
    connection.execute(
        "INSERT OR REPLACE INTO coverage (id, covered, sites, at) VALUES (1, ?, ?, ?)",
        (coverage.covered, coverage.sites, to_text(at)),
    )


def plan_rounds(connection: sqlite3.Connection, line: Line, at: datetime) -> None:
    """Remember when each recipient's next digest is due, where empty ones are sent too."""
    if not line.empty_digest or line.settings.deliver.rhythm is Rhythm.INSTANT:
        connection.execute("DELETE FROM rounds WHERE channel = ?", (line.name,))
        return
    next_at = to_text(line.settings.deliver.next_after(at, line.zone))
    connection.executemany(  # one that was missed while nothing ran stays due
        "INSERT INTO rounds (channel, recipient, next_at) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET next_at = excluded.next_at WHERE next_at > ?",
        [(line.name, recipient, next_at, to_text(at)) for recipient in line.recipients],
    )


def _rounds_due(connection: sqlite3.Connection, line: Line, at: datetime) -> list[str]:
    if not line.empty_digest:
        return []
    due = _rows(
        connection,
        "SELECT recipient FROM rounds WHERE channel = ? AND next_at <= ?",
        (line.name, to_text(at)),
    )
    return [row[0] for row in due]


def _finish_round(connection: sqlite3.Connection, line: Line, recipient: str, at: datetime) -> bool:
    """Send an empty digest where nothing was told since the round began nor waits; returns whether."""
    ((next_at,),) = _rows(
        connection,
        "SELECT next_at FROM rounds WHERE channel = ? AND recipient = ?",
        (line.name, recipient),
    )
    ((has_news,),) = _rows(
        connection,
        "SELECT EXISTS (SELECT 1 FROM deliveries WHERE channel = ? AND recipient = ?"
        " AND (state = 'held' OR kind = 'digest' AND created_at >= ?"
        " OR kind = 'alert' AND state = 'pending' AND waiting_since < ?))",
        (line.name, recipient, next_at, next_at),
    )
    connection.execute(
        "UPDATE rounds SET next_at = ? WHERE channel = ? AND recipient = ?",
        (to_text(line.settings.deliver.next_after(at, line.zone)), line.name, recipient),
    )
    if has_news:
        return False
    rows = _rows(connection, "SELECT covered, sites FROM coverage")
    coverage = Coverage(covered=rows[0][0], sites=rows[0][1]) if rows else None
    _insert(connection, line, recipient, Digest(coverage=coverage), next_at, at)
    return True


def _rows(
    connection: sqlite3.Connection, sql: str, values: Sequence[Any] | dict[str, Any] = ()
) -> list[Any]:
    with closing(connection.execute(sql, values)) as cursor:
        return cursor.fetchall()
