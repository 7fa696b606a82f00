"""The growth of stories that were told: more outlets carry them, and at some numbers people hear of it.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

from alerts.addressing import Addressed, alert_key, follow_up_id, follow_up_key
from alerts.alert import Alert
from alerts.digests.digest import FollowUp, with_outlets
from alerts.outbox.outbox import put_in
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
    told = _told(connection, numbers)
    grown = [to for to, known in told if has_grown(known, len(outlets))]
    return len(grown) if grown and _put_follow_up(connection, numbers, outlets, grown, at) else 0


def _told(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[tuple[Addressed, int]]:
    """Who was told of a story, and the number of outlets that they know of."""
    rows = _rows(
        connection,
        "SELECT channel, recipient, watchlists, max(urgent), count(*) FILTER (WHERE kind = 'follow-up'"
        " AND state IN ('pending', 'held')), max(coalesce(json_array_length(outlets), 1))"
        f" FROM deliveries WHERE story IN ({', '.join('?' * len(numbers))})"
        " AND kind IN ('alert', 'follow-up') AND state NOT IN ('withheld', 'dead')"
        " GROUP BY channel, recipient HAVING max(payload IS NOT NULL OR state = 'merged') ORDER BY min(id)",
        numbers,
    )
    return [
        (
            Addressed(
                channel=row[0],
                recipient=row[1],
                watchlists=tuple(json.loads(row[2])),
                urgent=bool(row[3]),
            ),
            row[5],
        )
        for row in rows
        if not row[4]  # one that waits tells of all of it when it goes
    ]


def _put_follow_up(
    connection: sqlite3.Connection,
    numbers: Sequence[int],
    outlets: Sequence[AlsoIn],
    told: Sequence[Addressed],
    at: datetime,
) -> bool:
    rows = _rows(
        connection,
        f"SELECT data FROM alerts WHERE story IN ({', '.join('?' * len(numbers))})"
        " AND kind = 'alert' ORDER BY id LIMIT 1",
        numbers,
    )
    if not rows:  # what people were told is so long ago that it was pruned
        return False
    first = Alert.from_data(json.loads(rows[0][0]))
    follow_up = FollowUp(alert=with_outlets(first, outlets), fresh=())
    step = max(step for step in STEPS if step <= len(outlets))
    key = follow_up_key(alert_key(first), step)
    sends = [(follow_up_id(key, to), to) for to in told]
    return put_in(connection, "follow-up", key, follow_up, sends, at) is not None


def _rows(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> list[Any]:
    with closing(connection.execute(sql, values)) as cursor:
        return cursor.fetchall()
