"""What the outbox knows of a configured channel, and what it hands to those who send."""

from __future__ import annotations

from collections.abc import Callable, Sequence  # noqa: TC003  # a dataclass whose types are read at run time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from alerts.channel import TEXT_ROOM
from alerts.policy.judging import Settings

if TYPE_CHECKING:
    from datetime import tzinfo

    from alerts.addressing import Addressed
    from alerts.channel import Envelope, Renderer
    from alerts.outbox.retry import RetryPolicy


class Way(StrEnum):
    """How a message reaches its peer."""

    SEND = "send"
    EDIT = "edit"  # in the place of one that the peer has
    REPLY = "reply"  # under one that the peer has


def _nobody() -> Sequence[Addressed]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One configured channel, as the outbox needs to know it.

    `others` are all recipients of the other channels, who are told when this one is set up wrongly.
    """

    name: str
    format: str
    fingerprint: str
    recipients: tuple[str, ...]
    renderer: Renderer
    zone: tzinfo
    policy: RetryPolicy
    settings: Settings = field(default_factory=Settings)
    text_room: int = TEXT_ROOM
    can_edit: bool = False
    can_reply: bool = False
    empty_digest: bool = False
    others: Callable[[], Sequence[Addressed]] = _nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery that is this thread's to send, once, as attempt `attempt`.

    `target` is the peer's name of the message that is edited or answered. A `probe` is to show whether a
    channel works again.
    """

    delivery_id: int
    attempt: int
    envelope: Envelope
    payload: bytes
    way: Way = Way.SEND
    target: str = ""
    probe: bool = False
