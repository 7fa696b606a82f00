"""What Siaga says of itself, on the channels that it has, and every kind of message by its name. Pure."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # a dataclass whose types are read at run time
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from alerts.alert import Alert
from alerts.digests.digest import Digest, FollowUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A word to the people who run Siaga; `title` is one line, `text` what to do about it."""

    story: ClassVar[int] = 0  # notices are kept in order among themselves

    title: str
    text: str

    def for_watchlists(self, names: object) -> Self:  # noqa: ARG002  # a notice is for everybody
        return self

    def to_data(self) -> dict[str, Any]:
        """As JSON data; the inverse of from_data."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError for what to_data did not write."""
        return cls(title=data["title"], text=data["text"])


Message = Alert | Notice | Digest | FollowUp
"""What a channel renders."""

_KINDS: Mapping[str, type[Message]] = {
    "alert": Alert,
    "notice": Notice,
    "digest": Digest,
    "follow-up": FollowUp,
}


def message_from_data(kind: str, data: Mapping[str, Any]) -> Message:
    """The message that was stored as this kind; a digest is without its alerts."""
    return _KINDS[kind].from_data(data)
