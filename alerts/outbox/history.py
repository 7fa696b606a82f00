"""The way of an alert to people: its deliveries, and every try that was made of each.

Reads only.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alerts.outbox.ledger import waits_for
from alerts.outbox.retry import WAITING, State
from alerts.policy.judgements import judgements_of
from core.clock import from_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from alerts.addressing import HasRecipients
    from alerts.policy.judgements import Judged
    from alerts.policy.judging import Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try to deliver a message. `outcome` is None while it is under way."""

    number: int
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryJourney:
    """One delivery with its tries, the first one first.

    `waits_for` says what holds it, `notes` what was judged of it: that it waits, is told within another
    message, or not at all, and why. `withheld` is the reason for which nobody was told, else None.
    """

    id: int
    message_id: str
    channel: str
    recipient: str
    state: State
    created_at: datetime
    next_try_at: datetime | None
    done_at: datetime | None
    last_error: str | None
    waits_for: str | None
    tries: tuple[Try, ...]
    notes: tuple[str, ...] = ()
    withheld: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertJourney:
    """One alert: the article that it tells of, and the deliveries that name a watchlist."""

    id: int
    created_at: datetime
    story: int
    url: str
    canonical_url: str
    watchlists: tuple[str, ...]
    deliveries: tuple[DeliveryJourney, ...]


def journeys(
    connection: sqlite3.Connection,
    stories: Sequence[int],
    watchlist: str,
    *,
    channels: Mapping[str, HasRecipients],
) -> tuple[AlertJourney, ...]:
    """The alerts that told a watchlist of a story (given under every number that it had), oldest first.

    `channels` are those of the config: a delivery says when its channel is there no more.
    """
    rows = _rows(
        connection,
        "SELECT id, created_at, story, data FROM alerts WHERE kind = 'alert' AND story IN "
        "(SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(stories)),),
    )
    found = [(row, json.loads(row[3])) for row in rows]
    return tuple(
        AlertJourney(
            id=row[0],
            created_at=from_text(row[1]),
            story=row[2],
            url=data["article"]["url"],
            canonical_url=data["article"]["canonical_url"],
            watchlists=tuple(data["watchlists"]),
            deliveries=_deliveries(connection, row[0], watchlist, channels),
        )
        for row, data in found
        if watchlist in data["watchlists"]
    )


def _deliveries(
    connection: sqlite3.Connection,
    alert: int,
    watchlist: str,
    channels: Mapping[str, HasRecipients],
) -> tuple[DeliveryJourney, ...]:
    rows = _rows(
        connection,
        "SELECT id, message_id, channel, recipient, state, created_at, due_at, done_at, last_error,"
        " mode, channels.reason FROM deliveries LEFT JOIN channels ON name = channel"
        " WHERE alert_id = ? AND ? IN (SELECT value FROM json_each(watchlists)) ORDER BY id",
        (alert, watchlist),
    )
    judged = judgements_of(connection, alert)
    return tuple(_delivery(connection, row, channels, judged) for row in rows)


def _delivery(
    connection: sqlite3.Connection,
    row: tuple[Any, ...],
    channels: Mapping[str, HasRecipients],
    judged: Sequence[Judged],
) -> DeliveryJourney:
    state = State(row[4])
    waiting = state in WAITING
    own = [one for one in judged if one.delivery == row[0]]
    return DeliveryJourney(
        id=row[0],
        message_id=row[1],
        channel=row[2],
        recipient=row[3],
        state=state,
        created_at=from_text(row[5]),
        next_try_at=_instant(row[6]) if waiting else None,
        done_at=_instant(row[7]),
        last_error=row[8],
        waits_for=waits_for(row[2], row[3], row[9], row[10], channels) if waiting else None,
        tries=_tries(connection, row[0]),
        notes=tuple(map(_note, own)),
        withheld=own[-1].why if own and state is State.WITHHELD else None,
    )


def _note(judged: Judged) -> str:
    carrier = f": delivery {judged.carrier}" if judged.carrier is not None else ""
    return f"{judged.ruling}: {judged.why}{carrier}"


def _tries(connection: sqlite3.Connection, delivery: int) -> tuple[Try, ...]:
    rows = _rows(
        connection,
        "SELECT n, started_at, finished_at, outcome, detail FROM attempts"
        " WHERE delivery_id = ? ORDER BY n",
        (delivery,),
    )
    return tuple(
        Try(
            number=row[0],
            started_at=from_text(row[1]),
            finished_at=_instant(row[2]),
            outcome=row[3],
            detail=row[4],
        )
        for row in rows
    )


def _rows(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> list[Any]:
    with closing(connection.execute(sql, values)) as cursor:
        return cursor.fetchall()


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None
