"""When an article was published: claims that disagree are weighed, not taken in a fixed order.

Claims within two minutes of each other support each other. Publishers print the right wall clock far
more often than the right zone label: a machine-readable date whose label contradicts the clock that
readers see is read without its label.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.extraction import dates
from crawler.extraction.visible_dates import VISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.extraction.claims import Claim

_SAME = timedelta(minutes=2)
_SOON = timedelta(hours=1)
_TOMORROW = timedelta(days=1)
_FAR_FROM_ADDRESS = timedelta(days=366)
_FIRST_YEAR = 1994  # no news site is older
_MISLABELLED_SHARE = 0.25
_HOME_OFFSETS = timedelta(hours=2)
_ADDRESS_DAY = re.compile(
    r"(?<!\d)(?P<year>20\d\d)[/-]?(?P<month>0[1-9]|1[0-2])[/-]?(?P<day>0[1-9]|[12]\d|3[01])(?!\d{3})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """`at` and `modified_at` are aware; `on` is set where only a day is known. Evidence as in Article."""

    at: datetime | None = None
    on: date | None = None
    evidence: str | None = None
    mislabelled: tzinfo | None = None  # the zone label that proved wrong on this page


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One way to read a claim: `at` is None for a day."""

    claim: Claim
    at: datetime | None
    day: date
    weight: float
    ignored: tzinfo | None = None  # the label that this reading sets aside


def decide(claims: Iterable[Claim], *, url: str, timezone: str, now: datetime) -> Publication:
    """The date that most weight stands behind; nothing in the future, or years from the address's own."""
    zone = ZoneInfo(timezone)
    stamps = [(claim, stamp) for claim in claims if (stamp := dates.read(claim.value)) is not None]
    seen = [stamp for claim, stamp in stamps if claim.source == VISIBLE and stamp.clock is not None]
    by_address = address_day(url)
    readings = [
        reading
        for claim, stamp in stamps
        for reading in _readings(claim, stamp, seen, zone, now)
        if _is_plausible(reading, by_address, now)
    ]
    return _heaviest(readings, by_address)


def modified(
    claims: Iterable[Claim], published: Publication, *, timezone: str, now: datetime
) -> datetime | None:
    """The first claimed change that lies behind publication and not in the future."""
    zone = ZoneInfo(timezone)
    stamps = (dates.read(claim.value) for claim in claims)
    times = [
        at
        for stamp in stamps
        if stamp is not None and (at := _unlabelled(stamp, published).at(zone)) is not None
    ]
    after = [at for at in times if published.at is not None and published.at < at <= now + _SOON]
    return after[0] if after else None


def _unlabelled(stamp: dates.Stamp, published: Publication) -> dates.Stamp:
    """The stamp without its zone, where the same label was wrong on the date of publication."""
    if stamp.zone is None or published.mislabelled is None or published.at is None:
        return stamp
    wrong = published.at.astimezone(published.mislabelled).utcoffset()
    same = datetime.combine(stamp.day, time.min, tzinfo=stamp.zone).utcoffset() == wrong
    return replace(stamp, zone=None) if same else stamp


def address_day(url: str) -> date | None:
    """The day that an address names: /2019/01/02/, /read/2019-01-02, /20190102."""
    found = _ADDRESS_DAY.search(url)
    if found is None:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _readings(
    claim: Claim, stamp: dates.Stamp, seen: Sequence[dates.Stamp], zone: ZoneInfo, now: datetime
) -> list[_Reading]:
    at = stamp.at(zone)
    if at is None:
        return [_Reading(claim=claim, at=None, day=stamp.day, weight=claim.weight)]
    labelled = _Reading(claim=claim, at=at, day=at.astimezone(zone).date(), weight=claim.weight)
    if claim.source == VISIBLE:
        return [labelled]
    if stamp.zone is None:
        return _unlabelled_readings(labelled, at, seen, zone)
    local = datetime.combine(stamp.day, stamp.clock or at.time(), tzinfo=_seen_zone(seen, zone))
    if abs(local - at) <= _HOME_OFFSETS and not any(one.zone for one in seen):
        return [labelled]
    return _weighed(labelled, local, stamp, seen, now)


def _unlabelled_readings(
    reading: _Reading, at: datetime, seen: Sequence[dates.Stamp], zone: ZoneInfo
) -> list[_Reading]:
    """In the site's zone, or in another of the country's where that is what readers see with its label."""
    for one in seen:
        shown = one.at(zone) if one.zone is not None else None
        if shown is None or not timedelta(0) < abs(shown - at) <= _HOME_OFFSETS + _SAME:
            continue
        hours = timedelta(hours=round((shown - at) / timedelta(hours=1)))
        if hours and abs(shown - at - hours) <= _SAME:
            less = replace(reading, weight=reading.weight * _MISLABELLED_SHARE)
            moved = at + hours
            return [less, replace(reading, at=moved, day=moved.astimezone(zone).date())]
    return [reading]


def _weighed(
    labelled: _Reading,
    local: datetime,
    stamp: dates.Stamp,
    seen: Sequence[dates.Stamp],
    now: datetime,
) -> list[_Reading]:
    """The reading by the label and the one without it, the less likely one at a fraction of the weight."""
    claim, at = labelled.claim, labelled.at
    contradicted = any(_same_clock(one, stamp) for one in seen)
    impossible = at is not None and at > now + _SOON >= local
    less = claim.weight * _MISLABELLED_SHARE
    as_seen = contradicted or impossible
    return [
        _Reading(claim=claim, at=at, day=labelled.day, weight=less if as_seen else claim.weight),
        _Reading(
            claim=claim,
            at=local,
            day=local.date(),
            weight=claim.weight if as_seen else less,
            ignored=stamp.zone,
        ),
    ]


def _seen_zone(seen: Sequence[dates.Stamp], zone: ZoneInfo) -> tzinfo:
    printed = next((one.zone for one in seen if one.zone is not None), None)
    return printed or zone


def _same_clock(one: dates.Stamp, other: dates.Stamp) -> bool:
    if one.clock is None or other.clock is None:
        return False
    return (one.day, one.clock.hour, one.clock.minute) == (
        other.day,
        other.clock.hour,
        other.clock.minute,
    )


def _is_plausible(reading: _Reading, by_address: date | None, now: datetime) -> bool:
    if reading.day.year < _FIRST_YEAR or reading.day > (now + _TOMORROW).date() + timedelta(days=1):
        return False
    if reading.at is not None and reading.at > now + _TOMORROW:
        return False
    return by_address is None or abs(reading.day - by_address) <= _FAR_FROM_ADDRESS


def _heaviest(readings: Sequence[_Reading], by_address: date | None) -> Publication:
    timed = [one for one in readings if one.at is not None]
    if not timed:
        days = max(readings, key=lambda one: _day_support(one, readings, by_address), default=None)
        return (
            Publication()
            if days is None
            else Publication(on=days.day, evidence=_evidence(days.claim))
        )
    best = max(timed, key=lambda one: (_support(one, readings, by_address), one.weight))
    finest = max(
        (one for one in timed if _agree(one, best)), key=lambda one: (_has_seconds(one), one.weight)
    )
    return Publication(at=finest.at, evidence=_evidence(finest.claim), mislabelled=finest.ignored)


def _support(reading: _Reading, readings: Sequence[_Reading], by_address: date | None) -> float:
    """The weight of all claims that agree, each counted once; days and the address count a little."""
    agreeing: dict[int, float] = {}
    for one in readings:
        share = (
            1.0
            if _agree(one, reading)
            else 0.3
            if one.at is None and one.day == reading.day
            else 0.0
        )
        key = id(one.claim)
        agreeing[key] = max(agreeing.get(key, 0.0), one.weight * share)
    return sum(agreeing.values()) + _near_address(reading, by_address)


def _day_support(reading: _Reading, readings: Sequence[_Reading], by_address: date | None) -> float:
    return sum(one.weight for one in readings if one.day == reading.day) + _near_address(
        reading, by_address
    )


def _near_address(reading: _Reading, by_address: date | None) -> float:
    return 1.0 if by_address is not None and abs(reading.day - by_address) <= _TOMORROW else 0.0


def _agree(one: _Reading, other: _Reading) -> bool:
    return one.at is not None and other.at is not None and abs(one.at - other.at) <= _SAME


def _has_seconds(reading: _Reading) -> bool:
    return reading.at is not None and reading.at.second != 0


def _evidence(claim: Claim) -> str:
    return f"{VISIBLE}:{claim.value}" if claim.source == VISIBLE else claim.source
