"""A clock for tests: time passes when they say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

NOON = datetime(2019, 1, 2, 4, 0, tzinfo=UTC)
"""Noon in Makassar, on the day of most invented news."""


@dataclass
class HandClock:
    """Stands still until it is moved."""

    at: datetime = NOON
    passed: float = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.passed

    def move(self, span: timedelta) -> None:
        self.at += span
        self.passed += span.total_seconds()
