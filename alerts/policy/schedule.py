"""When a channel delivers: at once or in digests, and not in quiet hours; in the reader's zone. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_DAYS = {
    name: number
    for number, names in enumerate(
        (
            ("mon", "monday", "senin", "sen"),
            ("tue", "tuesday", "selasa", "sel"),
            ("wed", "wednesday", "rabu", "rab"),
            ("thu", "thursday", "kamis", "kam"),
            ("fri", "friday", "jumat", "jum'at", "jum"),
            ("sat", "saturday", "sabtu", "sab"),
            ("sun", "sunday", "minggu", "ahad", "min"),
        )
    )
    for name in names
}
_TIME = r"(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)"
_DAILY = re.compile(rf"daily at {_TIME}")
_WEEKLY = re.compile(rf"weekly (?:on )?(?P<day>[a-z']+) (?:at )?{_TIME}")
_QUIET = re.compile(
    rf"{_TIME}\s*-\s*{_TIME.replace('hour', 'to_hour').replace('minute', 'to_minute')}"
)
_PLAIN_TIME = r"([01]?\d|2[0-3])[:.][0-5]\d"
FORM_OF_A_SCHEDULE = (
    rf"^\s*(instant|hourly|daily at {_PLAIN_TIME}|weekly (on )?[a-z']+ (at )?{_PLAIN_TIME})\s*$"
)
"""What `deliver` looks like, for editors of config.yaml."""
FORM_OF_HOURS = rf"^\s*{_PLAIN_TIME}\s*-\s*{_PLAIN_TIME}\s*$"
"""What `quiet` looks like."""


class Rhythm(StrEnum):
    """How often a channel delivers."""

    INSTANT = "instant"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When digests go out; `at` is the reader's time of day, `weekday` counts from Monday, 0."""

    rhythm: Rhythm = Rhythm.INSTANT
    at: time = time(0)
    weekday: int = 0

    def next_after(self, now: datetime, zone: tzinfo) -> datetime:
        """The first instant after `now` at which a digest is due; `now` itself where nothing waits.

        A time that a change of the clocks leaves out is made up for an hour later; one that comes twice
        counts the first time.
        """
        if self.rhythm is Rhythm.INSTANT:
            return now
        if self.rhythm is Rhythm.HOURLY:
            return _next_full_hour(now, zone)
        today = now.astimezone(zone).date()
        days = (today + _DAY * n for n in range(-1, 9))
        wanted = (
            day for day in days if self.rhythm is Rhythm.DAILY or day.weekday() == self.weekday
        )
        return _first_after(now, (_instant(datetime.combine(day, self.at), zone) for day in wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours of the reader's day in which nothing is sent; those that end before they start span midnight."""

    start: time
    end: time

    def ends_at(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet hours that `now` lies in are over; None outside of them."""
        local = now.astimezone(zone)
        if not self._holds(local.time()):
            return None
        days = (local.date() + _DAY * n for n in range(-1, 3))
        ends = (datetime.combine(day, self.end) for day in days)
        return _first_after(
            now, (_instant(end.replace(fold=fold), zone) for end in ends for fold in (0, 1))
        )

    def _holds(self, at: time) -> bool:
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


def read_schedule(text: object) -> Schedule:
    """`instant`, `hourly`, `daily at 07:00`, `weekly mon 07:00` (senin too); ValueError for anything else."""
    if isinstance(text, Schedule):
        return text
    said = " ".join(text.lower().split()) if isinstance(text, str) else ""
    if said in (Rhythm.INSTANT, Rhythm.HOURLY):
        return Schedule(rhythm=Rhythm(said))
    if daily := _DAILY.fullmatch(said):
        return Schedule(rhythm=Rhythm.DAILY, at=_time(daily["hour"], daily["minute"]))
    weekly = _WEEKLY.fullmatch(said)
    if weekly and weekly["day"] in _DAYS:
        at = _time(weekly["hour"], weekly["minute"])
        return Schedule(rhythm=Rhythm.WEEKLY, at=at, weekday=_DAYS[weekly["day"]])
    raise ValueError(
        f"{text!r} is no time to deliver: write instant, hourly, daily at 07:00 or weekly mon 07:00"
    )


def read_quiet(text: object) -> Quiet:
    """`22:00-06:00`; ValueError for anything else."""
    if isinstance(text, Quiet):
        return text
    hours = _QUIET.fullmatch(text.strip()) if isinstance(text, str) else None
    if hours is None:
        raise ValueError(f"{text!r} are no hours: write them like 22:00-06:00")
    quiet = Quiet(
        start=_time(hours["hour"], hours["minute"]),
        end=_time(hours["to_hour"], hours["to_minute"]),
    )
    if quiet.start == quiet.end:
        raise ValueError(f"{text!r} begins when it ends: write hours like 22:00-06:00")
    return quiet


def _time(hour: str, minute: str) -> time:
    return time(int(hour), int(minute))


def _next_full_hour(now: datetime, zone: tzinfo) -> datetime:
    """The next instant at which the reader's clock shows a full hour; some zones are half an hour off."""
    local = now.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return now - past + _HOUR


def _instant(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def _first_after(now: datetime, instants: Iterable[datetime]) -> datetime:
    return min(at for at in instants if at > now)
