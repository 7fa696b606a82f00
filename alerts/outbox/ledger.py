"""What was sent, what waits and what died: the outbox as commands and status show it."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from alerts.alert import Alert
from alerts.outbox.retry import WAITING, State
from core.clock import from_text, to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from alerts.addressing import HasRecipients


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """One alert, newest first in a listing; `deliveries` counts its deliveries by state."""

    id: int
    created_at: datetime
    story: int
    watchlists: tuple[str, ...]
    site: str | None
    title: str
    url: str
    deliveries: Mapping[str, int]

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        return {**asdict(self), "created_at": self.created_at.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """One delivery. `waits_for` says what holds it besides its time, where anything does.

    `reason` is why it does not simply go (policy.judging.Why), `carrier` the delivery that tells of it.

    `attempts` counts every try, those cut short included; `ambiguous`: an earlier try may have arrived.
    """

    id: int
    message_id: str
    alert: int
    channel: str
    recipient: str
    watchlists: tuple[str, ...]
    story: int
    title: str
    state: State
    attempts: int
    ambiguous: bool
    created_at: datetime
    next_try_at: datetime | None
    done_at: datetime | None
    last_error: str | None
    waits_for: str | None
    kind: str
    reason: str | None
    carrier: int | None

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        instants = {
            name: at.isoformat() if at is not None else None
            for name, at in (
                ("created_at", self.created_at),
                ("next_try_at", self.next_try_at),
                ("done_at", self.done_at),
            )
        }
        return {**asdict(self), **instants}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedChannel:
    """A channel that sends nothing for now: `mode` "failing", "paused" or "off", and why."""

    name: str
    mode: str
    reason: str | None
    probe_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How the outbox stands: deliveries by state (every state is there), and since when one waits."""

    counts: Mapping[State, int]
    oldest_waiting_at: datetime | None
    closed: tuple[ClosedChannel, ...]


def list_alerts(
    db: Database, *, limit: int | None = None, digest: int | None = None
) -> list[AlertLine]:
    """The alerts, newest first; with `digest` those that the delivery of this number tells of."""
    rows = _rows(
        db,
        "SELECT alerts.id, alerts.created_at, alerts.story, data, (SELECT json_group_object(state, n)"
        " FROM (SELECT state, count(*) AS n FROM deliveries WHERE alert_id = alerts.id"
        " GROUP BY state)) FROM alerts WHERE kind = 'alert' AND (:digest IS NULL OR id IN"
        " (SELECT alert_id FROM deliveries WHERE carrier = :digest)) ORDER BY alerts.id DESC LIMIT :limit",
        {"limit": -1 if limit is None else limit, "digest": digest},
    )
    return [_alert_line(*row) for row in rows]


def _alert_line(identity: int, created_at: str, story: int, data: str, counts: str) -> AlertLine:
    alert = json.loads(data)
    article = alert["article"]
    return AlertLine(
        id=identity,
        created_at=from_text(created_at),
        story=story,
        watchlists=tuple(alert["watchlists"]),
        site=article.get("site"),
        title=article.get("title") or "",
        url=article.get("url") or "",
        deliveries=json.loads(counts),
    )


def last_alert(db: Database) -> Alert | None:
    """The newest alert, whole, as it was put into the outbox; None where there was none yet."""
    rows = _rows(db, "SELECT data FROM alerts WHERE kind = 'alert' ORDER BY id DESC LIMIT 1")
    return Alert.from_data(json.loads(rows[0][0])) if rows else None


def list_deliveries(
    db: Database,
    *,
    channels: Mapping[str, HasRecipients] | None = None,
    states: Iterable[State] = tuple(State),
    limit: int | None = None,
) -> list[DeliveryLine]:
    """The deliveries in these states, newest first.

    With `channels`, those of the config, a line says too when its channel or recipient is there no more.
    """
    rows = _rows(
        db,
        "SELECT deliveries.id, message_id, alert_id, channel, recipient, watchlists,"
        " deliveries.story, coalesce(json_extract(data, '$.article.title'),"
        " json_extract(data, '$.alert.article.title'), json_extract(data, '$.title')), state,"
        " attempts, ambiguous,"
        " deliveries.created_at, due_at, done_at, last_error, mode,"
        " channels.reason, deliveries.kind, deliveries.reason, carrier"
        " FROM deliveries JOIN alerts ON alerts.id = alert_id"
        " LEFT JOIN channels ON channels.name = channel"
        " WHERE state IN (SELECT value FROM json_each(?)) ORDER BY deliveries.id DESC LIMIT ?",
        (json.dumps(list(states)), -1 if limit is None else limit),
    )
    return [_delivery_line(row, channels) for row in rows]


def _delivery_line(row: sqlite3.Row, channels: Mapping[str, HasRecipients] | None) -> DeliveryLine:
    state = State(row[8])
    held = waits_for(row[3], row[4], row[15], row[16], channels) if state in WAITING else None
    return DeliveryLine(
        id=row[0],
        message_id=row[1],
        alert=row[2],
        channel=row[3],
        recipient=row[4],
        watchlists=tuple(json.loads(row[5])),
        story=row[6],
        title=row[7] or ("Ringkasan" if row[17] == "digest" else ""),
        state=state,
        attempts=row[9],
        ambiguous=bool(row[10]),
        created_at=from_text(row[11]),
        next_try_at=from_text(row[12]) if row[12] else None,
        done_at=from_text(row[13]) if row[13] else None,
        last_error=row[14],
        waits_for=held,
        kind=row[17],
        reason=row[18],
        carrier=row[19],
    )


def waits_for(
    channel: str,
    recipient: str,
    mode: str | None,
    reason: str | None,
    channels: Mapping[str, HasRecipients] | None,
) -> str | None:
    """What holds a delivery that is not over, besides its time: its channel, or its recipient.

    `mode` and `reason` are the channel's own, as the outbox remembers it.
    """
    if channels is not None and channel not in channels:
        return f"config.yaml has no channel {channel!r} any more"
    if channels is not None and recipient not in channels[channel].recipients:
        return f"{recipient or 'this kind of message'} is no longer a recipient of {channel!r}"
    if mode == "off":
        return f"{channel!r} is switched off until its config changes: {reason}"
    if mode == "paused":
        return f"{channel!r} is paused: {reason}"
    if mode == "failing":
        return f"{channel!r} rests, because it fails: {reason}"
    return None


def backlog(db: Database) -> Backlog:
    """How the outbox stands."""
    counts = dict(_rows(db, "SELECT state, count(*) FROM deliveries GROUP BY state"))
    ((oldest,),) = _rows(
        db,
        "SELECT min(waiting_since) FROM deliveries WHERE state IN ('pending', 'retry', 'sending')",
    )
    closed = _rows(
        db, "SELECT name, mode, reason, probe_at FROM channels WHERE mode <> 'open' ORDER BY name"
    )
    return Backlog(
        counts={state: counts.get(state, 0) for state in State},
        oldest_waiting_at=from_text(oldest) if oldest else None,
        closed=tuple(
            ClosedChannel(
                name=name,
                mode=mode,
                reason=reason,
                probe_at=from_text(probe_at) if probe_at else None,
            )
            for name, mode, reason, probe_at in closed
        ),
    )


def outcomes_since(db: Database, at: datetime) -> tuple[int, int]:
    """How many of the deliveries tried since then were accepted, and how many not (yet)."""
    ((accepted, failed),) = _rows(
        db,
        "SELECT count(*) FILTER (WHERE state = 'sent'),"
        " count(*) FILTER (WHERE state IN ('retry', 'dead')) FROM deliveries WHERE id IN"
        " (SELECT delivery_id FROM attempts WHERE finished_at >= ? AND outcome <> 'cut short')",
        (to_text(at),),
    )
    return accepted, failed


def _rows(db: Database, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[Any]:
    with closing(db.conn.execute(sql, values)) as cursor:
        return cursor.fetchall()
