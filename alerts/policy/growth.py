"""The growth of stories that were told: more outlets carry them, and at some numbers people hear of it.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alerts.addressing import Addressed, alert_key, follow_up_id, follow_up_key
from alerts.alert import Alert
from alerts.digests.digest import FollowUp, joined, with_outlets
from alerts.outbox.outbox import put_in_or_add
from alerts.policy.judging import STEPS, has_grown
from core.clock import to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

    from alerts.alert import AlsoIn


def put_growth(
    connection: sqlite3.Connection,
    story: int,
    outlets: Sequence[AlsoIn],
    *,
    known_as: Sequence[int] = (),
    at: datetime,
) -> int:
    """Note that these outlets carry a story, in the order in which they came.

    `known_as` are all numbers that the story has had, where it has had several. What goes out of the
    story from now on names the outlets; those who were told of it are told again when it has reached one
    of the numbers of alerts.policy.judging.STEPS since. Returns how many those are.
    """
    numbers = tuple(dict.fromkeys((story, *known_as)))
    pairs = json.dumps([(one.site, one.url) for one in outlets])
    connection.executemany(
        "INSERT OR REPLACE INTO growth (story, outlets, changed_at) VALUES (?, ?, ?)",
        [(number, pairs, to_text(at)) for number in numbers],
    )
    if len(outlets) < STEPS[0]:
        return 0
    grown = [one for one in _told(connection, numbers) if has_grown(one.outlets, len(outlets))]
    return sum(_put_follow_up(connection, numbers, outlets, one, at) for one in grown)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """Somebody who was told of a story, and the number of outlets that they know of."""

    channel: str
    recipient: str
    urgent: bool
    outlets: int


def _told(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[_Told]:
    rows = _rows(
        connection,
        "SELECT channel, recipient, max(urgent), max(coalesce(json_array_length(outlets), 1)),"
        " count(*) FILTER (WHERE kind = 'follow-up' AND state IN ('pending', 'held'))"
        f" FROM deliveries WHERE story IN ({_places(numbers)})"
        " AND kind IN ('alert', 'follow-up') AND state NOT IN ('withheld', 'dead')"
        " GROUP BY channel, recipient HAVING max(payload IS NOT NULL OR state = 'merged') ORDER BY min(id)",
        numbers,
    )
    return [
        _Told(channel=row[0], recipient=row[1], urgent=bool(row[2]), outlets=row[3])
        for row in rows
        if not row[4]  # one that waits tells of all of it when it goes
    ]


def _put_follow_up(
    connection: sqlite3.Connection,
    numbers: Sequence[int],
    outlets: Sequence[AlsoIn],
    one: _Told,
    at: datetime,
) -> int:
    """Tell somebody again, by what they were told; returns how many are told by that, 0 or 1."""
    told = _alerts_of(connection, numbers, one)
    if not told:  # that is so long ago that it was pruned
        return 0
    alert = joined(alert for alert, _ in told)
    to = Addressed(
        channel=one.channel,
        recipient=one.recipient,
        watchlists=tuple(dict.fromkeys(name for _, names in told for name in names)),
        urgent=one.urgent,
    )
    step = max(step for step in STEPS if step <= len(outlets))
    key = follow_up_key(alert_key(alert), step)
    follow_up = FollowUp(alert=with_outlets(alert, outlets), fresh=())
    return put_in_or_add(connection, "follow-up", key, follow_up, [(follow_up_id(key, to), to)], at)


def _alerts_of(
    connection: sqlite3.Connection, numbers: Sequence[int], one: _Told
) -> list[tuple[Alert, list[str]]]:
    """The alerts by which somebody was told of a story, and for which watchlists.

    Those that were messages of their own come first: such a message may be edited.
    """
    rows = _rows(
        connection,
        "SELECT data, watchlists FROM deliveries JOIN alerts ON alerts.id = alert_id"
        f" WHERE deliveries.story IN ({_places(numbers)}) AND channel = ? AND recipient = ?"
        " AND deliveries.kind = 'alert' AND state NOT IN ('withheld', 'dead')"
        " AND (payload IS NOT NULL OR state = 'merged') ORDER BY state = 'merged', deliveries.id",
        (*numbers, one.channel, one.recipient),
    )
    return [(Alert.from_data(json.loads(data)), json.loads(names)) for data, names in rows]


def _places(numbers: Sequence[int]) -> str:
    return ", ".join("?" * len(numbers))


def _rows(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> list[Any]:
    with closing(connection.execute(sql, values)) as cursor:
        return cursor.fetchall()
