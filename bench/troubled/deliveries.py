"""What a webhook's receiver shows of deliveries: what was told, under which ids, and what came too early."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tests.servers.webhook import Received, WebhookReceiver

    Digests = Mapping[str, Sequence[str]]

_CARRIED = """
    SELECT whole.message_id, alerts.data ->> '$.article.title'
    FROM deliveries AS part JOIN deliveries AS whole ON whole.id = part.carrier
        JOIN alerts ON alerts.id = part.alert_id
"""


def digests_in(database: Path) -> Digests:
    """The titles of each digest by its id: what `siaga alerts --digest` lists, of which people see forty."""
    titles: dict[str, list[str]] = defaultdict(list)
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        for message_id, title in connection.execute(_CARRIED):
            titles[message_id].append(title)
    return titles


def told_ids(hook: WebhookReceiver, digests: Digests) -> dict[str, list[str]]:
    """The ids under which each title was taken, in order; one that was taken again stands there twice."""
    ids: dict[str, list[str]] = defaultdict(list)
    for one in hook.accepted:
        message_id = one.headers["webhook-id"]
        for title in _titles(one.data, digests):
            ids[title].append(message_id)
    return ids


def too_early(hook: WebhookReceiver, excused: Sequence[float] = ()) -> int:
    """How many messages came again before the time for which the receiver had asked (Retry-After).

    `excused` are instants, as time.monotonic(), at which the sender was killed: a rest that it had just
    been asked for may have died with it.
    """
    asked: dict[str, Received] = {}
    early = 0
    for one in list(hook.received):
        before = asked.pop(one.headers["webhook-id"], None)
        if before is not None and one.at < before.at + (before.rest or 0):
            early += not any(before.at <= at <= one.at for at in excused)
        if one.rest is not None:
            asked[one.headers["webhook-id"]] = one
    return early


def told_everywhere(hooks: Iterable[WebhookReceiver], digests: Digests) -> set[str]:
    """The titles that every one of these has taken."""
    return set.intersection(*({*told_ids(hook, digests)} for hook in hooks))


def _titles(data: Any, digests: Digests) -> Iterable[str]:
    match data["type"]:
        case "digest":
            return digests[data["id"]]
        case "notice":
            return ()
        case _:
            return (data["article"]["title"],)
