"""What a receiver was sent, in order, and a way to wait for more."""

from __future__ import annotations

from datetime import timedelta
from threading import Condition
from typing import Generic, TypeVar

_PATIENCE = timedelta(seconds=10)

Received = TypeVar("Received")


class Inbox(Generic[Received]):
    """Safe to share between threads."""

    def __init__(self) -> None:
        self._arrived: list[Received] = []
        self._change = Condition()

    @property
    def received(self) -> tuple[Received, ...]:
        """Everything so far, oldest first."""
        with self._change:
            return tuple(self._arrived)

    def keep(self, item: Received) -> None:
        """Put something in and wake those who wait."""
        with self._change:
            self._arrived.append(item)
            self._change.notify_all()

    def wait_for(self, count: int, timeout: timedelta = _PATIENCE) -> bool:
        """Whether `count` things or more have arrived, after waiting for them up to `timeout`."""
        with self._change:
            return self._change.wait_for(
                lambda: len(self._arrived) >= count, timeout.total_seconds()
            )
