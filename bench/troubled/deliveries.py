"""What a webhook's receiver shows of deliveries: what was told, under which ids, and what came too early."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.servers.webhook import Received, WebhookReceiver


def told_ids(hook: WebhookReceiver) -> dict[str, list[str]]:
    """The ids under which each title was taken, in order; one that was taken again stands there twice."""
    ids: dict[str, list[str]] = defaultdict(list)
    for one in hook.accepted:
        for title in _titles(one.data):
            ids[title].append(one.headers["webhook-id"])
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


def told_everywhere(hooks: Iterable[WebhookReceiver]) -> set[str]:
    """The titles that every one of these has taken."""
    return set.intersection(*({*told_ids(hook)} for hook in hooks))


def _titles(data: Any) -> Iterator[str]:
    """Of an alert, or of the alerts of a digest; a notice has none."""
    for alert in data.get("alerts") or [data]:
        if "article" in alert:
            yield alert["article"]["title"]
