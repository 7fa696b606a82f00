"""Silences and acknowledgements: what people asked not to hear of, and until when or until what.

Rows are only added; the newest of a watchlist or a story holds.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from alerts.policy.judging import Known
from core.clock import from_text, to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A watchlist of which nobody is told."""

    watchlist: str
    made_at: datetime
    until: datetime


def put_silence(
    connection: sqlite3.Connection, watchlist: str, *, until: datetime, at: datetime
) -> None:
    """Tell nobody of a watchlist until an instant; one that has passed ends a silence."""
    connection.execute(
        "INSERT INTO silences (watchlist, made_at, until_at) VALUES (?, ?, ?)",
        (watchlist, to_text(at), to_text(until)),
    )


def silences(connection: sqlite3.Connection, at: datetime) -> list[Silence]:
    """The silences that hold now, by the name of the watchlist."""
    found = _rows(
        connection,
        "SELECT watchlist, made_at, until_at FROM silences AS this WHERE until_at > ? AND id ="
        " (SELECT max(id) FROM silences WHERE watchlist = this.watchlist) ORDER BY watchlist",
        (to_text(at),),
    )
    return [
        Silence(watchlist=name, made_at=from_text(made_at), until=from_text(until))
        for name, made_at, until in found
    ]


def silenced(connection: sqlite3.Connection, at: datetime) -> frozenset[str]:
    """The names of the watchlists of which nobody is told now."""
    return frozenset(silence.watchlist for silence in silences(connection, at))


def story_of(connection: sqlite3.Connection, named: str) -> int | None:
    """The story that people were told of by this number or this article's address; None for another."""
    if named.isdigit():
        found = _rows(connection, "SELECT story FROM alerts WHERE story = ? LIMIT 1", (int(named),))
    else:
        found = _rows(
            connection,
            "SELECT story FROM alerts WHERE kind = 'alert' AND"
            " ? IN (json_extract(data, '$.article.url'), json_extract(data, '$.article.canonical_url'))"
            " ORDER BY id DESC LIMIT 1",
            (named,),
        )
    return int(found[0][0]) if found and found[0][0] > 0 else None


def put_ack(connection: sqlite3.Connection, story: int, *, at: datetime, off: bool = False) -> None:
    """Tell nobody of a story until it brings something materially new; `off` ends that."""
    known = None if off else asdict(_what_is_known(connection, story))
    connection.execute(
        "INSERT INTO acks (story, known, made_at) VALUES (?, ?, ?)",
        (story, json.dumps(known), to_text(at)),
    )


def known_of(connection: sqlite3.Connection, story: int) -> Known | None:
    """What was known of a story that somebody acknowledged; None for any other."""
    row = connection.execute(
        "SELECT known FROM acks WHERE story = ? ORDER BY id DESC LIMIT 1", (story,)
    ).fetchone()
    known = json.loads(row[0]) if row is not None else None
    if known is None:
        return None
    return Known(
        watchlists=tuple(known["watchlists"]),
        titles=tuple(known["titles"]),
        outlets=known["outlets"],
    )


def _what_is_known(connection: sqlite3.Connection, story: int) -> Known:
    rows = _rows(
        connection,
        "SELECT data FROM alerts WHERE story = ? AND kind = 'alert' ORDER BY id",
        (story,),
    )
    alerts = [json.loads(row[0]) for row in rows]
    grown = _rows(connection, "SELECT outlets FROM growth WHERE story = ?", (story,))
    outlets = [1 + len(alert["also_in"]) for alert in alerts]
    outlets += [len(json.loads(row[0])) for row in grown]
    watchlists = (name for alert in alerts for name in alert["watchlists"])
    return Known(
        watchlists=tuple(dict.fromkeys(watchlists)),
        titles=tuple(alert["article"].get("title") or "" for alert in alerts),
        outlets=max(outlets, default=1),
    )


def _rows(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> list[Any]:
    with closing(connection.execute(sql, values)) as cursor:
        return cursor.fetchall()
