"""Instants as people type them on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from core.models import parse_duration


class Since(click.ParamType[datetime]):
    """`2d`, `6h` (that long ago), `2026-11-22` or `2026-11-22T07:00` (UTC unless it names its offset)."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.now(UTC) - parse_duration(value)
        except (ValueError, OverflowError):
            pass
        try:
            return at_instant(value, "UTC")
        except ValueError:
            self.fail(f"{value!r} is no time: write 2d, 6h or 2026-11-22", param, ctx)


def at_instant(text: str, zone: str) -> datetime:
    """An ISO 8601 date or time as an instant, in `zone` where it names none. Raises ValueError."""
    at = datetime.fromisoformat(text)  # a date alone is its first instant
    try:
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} lies outside the years 1 to 9999") from None
