"""Who is told of an alert, and the ids by which a repeat is known as one. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from alerts.alert import Alert
    from alerts.notice import Notice


class HasRecipients(Protocol):
    """What addressing needs to know of a channel's config."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Those to whom the channel delivers separately; ("",) where it has but one end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """One delivery to make: which of the alert's watchlists are told to whom, by which channel.

    What is `urgent` passes quiet hours, and waits for no digest.
    """

    channel: str
    recipient: str
    watchlists: tuple[str, ...]
    urgent: bool = False


def address(
    alert: Alert,
    notify: Mapping[str, Sequence[str]],
    channels: Mapping[str, HasRecipients],
    *,
    urgent: Collection[str] = (),
) -> tuple[Addressed, ...]:
    """One delivery for each channel and recipient, naming every watchlist that notifies the channel.

    `notify` maps a watchlist to its channels; a channel that is not in `channels` is left out. One of the
    `urgent` watchlists makes a delivery urgent.
    """
    told: dict[str, list[str]] = {}
    for watchlist in alert.watchlists:
        for channel in notify.get(watchlist, ()):
            told.setdefault(channel, []).append(watchlist)
    return tuple(
        Addressed(
            channel=channel,
            recipient=recipient,
            watchlists=tuple(dict.fromkeys(watchlists)),
            urgent=any(watchlist in urgent for watchlist in watchlists),
        )
        for channel, watchlists in told.items()
        if channel in channels
        for recipient in channels[channel].recipients
    )


def address_all(channels: Mapping[str, HasRecipients]) -> tuple[Addressed, ...]:
    """A delivery to every recipient of every channel, of what concerns no watchlist."""
    return tuple(
        Addressed(channel=channel, recipient=recipient, watchlists=())
        for channel, config in channels.items()
        for recipient in config.recipients
    )


def alert_key(alert: Alert) -> str:
    """The same for the same article, watchlists and change, also when they are found again after a restore.

    Database ids take no part: they differ after a restore.
    """
    return _digest(alert.article["canonical_url"], sorted(alert.watchlists), *_mark(alert))


def message_id(alert: Alert, addressed: Addressed) -> str:
    """The idempotency key of one delivery ("msg_" and 32 hexadecimal digits), as stable as alert_key."""
    return "msg_" + _digest(
        alert.article["canonical_url"],
        sorted(addressed.watchlists),
        addressed.channel,
        addressed.recipient,
        *_mark(alert),
    )


def _mark(alert: Alert) -> list[str]:
    """What tells what became of an article from the news of it."""
    return [alert.change.mark] if alert.change else []


def notice_key(notice: Notice, at: datetime) -> str:
    """What tells a notice from the same words at another time."""
    return _digest("notice", notice.title, notice.text, at.isoformat())


def notice_id(key: str, addressed: Addressed) -> str:
    """The idempotency key of one delivery of a notice."""
    return "msg_" + _digest(key, addressed.channel, addressed.recipient)


def follow_up_key(story_key: str, step: int) -> str:
    """What tells one follow-up of a story from another: the number of outlets that it tells of."""
    return _digest("follow-up", story_key, str(step))


def follow_up_id(key: str, addressed: Addressed) -> str:
    """The idempotency key of one delivery of a follow-up."""
    return "msg_" + _digest(key, addressed.channel, addressed.recipient)


def digest_id(channel: str, recipient: str, first: str, at: datetime) -> str:
    """The idempotency key of a digest; `first` is the id of the first message that it takes in."""
    return "msg_" + _digest("digest", channel, recipient, first, at.isoformat())


def _digest(*parts: str | list[str]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
