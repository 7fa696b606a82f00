"""Time: a clock that can be injected, and instants that sort when written as text."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time. Implementations are safe to share between threads."""

    def now(self) -> datetime:
        """The instant, as an aware UTC datetime."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean anything."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def utc(at: datetime) -> datetime:
    """The same instant in UTC.

    Raises ValueError for a naive datetime: an instant without a zone is a bug of the caller.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone")
    return at.astimezone(UTC)


def to_text(at: datetime) -> str:
    """An instant as the database keeps it: ISO 8601, UTC, milliseconds, so that text order is time order."""
    return utc(at).isoformat(timespec="milliseconds")


def from_text(text: str) -> datetime:
    """The inverse of to_text."""
    return utc(datetime.fromisoformat(text))
