"""Times of day and zones as they stand beside a date, and the names of months and weekdays. Pure."""

from __future__ import annotations

import re
from datetime import UTC, time, timedelta, tzinfo
from datetime import timezone as fixed_zone

_MONTH_NAMES = (
    "januari january jan",
    "februari february pebruari feb peb",
    "maret march mar",
    "april apr",
    "mei may",
    "juni june jun",
    "juli july jul",
    "agustus august agust agt agu ags aug",
    "september sept sep",
    "oktober october okt oct",
    "november nopember nov nop",
    "desember december des dec",
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_WEEKDAY_NAMES = (
    "senin monday mon sen",
    "selasa tuesday tue tues sel",
    "rabu wednesday wed rab",
    "kamis thursday thu thur thurs kam",
    "jumat jum'at friday fri jum",
    "sabtu saturday sat sab",
    "minggu ahad sunday sun min",
)
WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAY_NAMES) for name in names.split()}
_ZONES = {
    "wib": fixed_zone(timedelta(hours=7), "WIB"),
    "wita": fixed_zone(timedelta(hours=8), "WITA"),
    "wit": fixed_zone(timedelta(hours=9), "WIT"),
    "utc": UTC,
    "gmt": UTC,
    "z": UTC,
}
_NAMED_ZONES = {"asia/jakarta": "wib", "asia/makassar": "wita", "asia/jayapura": "wit"}
# From which hour to which the twelve-hour clock of a part of the day means the second half of it.
_PARTS_OF_DAY = {"siang": (1, 5), "sore": (1, 7), "petang": (1, 7), "malam": (6, 11)}
_NIGHT = "malam"


def either(names: dict[str, int]) -> str:
    """A pattern of all the names, the longer ones first."""
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_ZONE = (
    r"(?:\(?(?P<zone>wita|wib|wit|utc|gmt|z|asia/(?:jakarta|makassar|jayapura))?\s?"
    r"(?P<offset>[+-]\d{1,2}(?::?\d\d)?)?(?![\w:])\)?)?"
)
_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-3])\s?[:.]\s?(?P<minute>[0-5]\d)(?:\s?[:.]\s?(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?"
    r"(?!\d)(?:\s?(?P<half>[ap])\.?m\b\.?|\s(?P<part>pagi|siang|sore|petang|malam)\b)?\s?" + _ZONE
)
_BETWEEN = r"[\s,|/·•@()\-–—:;]{0,12}(?:(?:(?:pukul|pkl|jam|at)\b\.?[\s:]{0,3})|t(?=\d))?(?<![\d:])"
AFTER = re.compile(_BETWEEN + _CLOCK)
"""A time of day behind a date."""
BEFORE = re.compile(_CLOCK + r"[\s,|/·•()\-–—]{0,6}(?:\w{3,9}[\s,]{1,3})?$")
"""A time of day before a date, a weekday between them."""
BARE_ZONE = re.compile(r"[\s,|]{0,6}(?P<zone>wita|wib|wit)\b")
# 2023-11-02T20-59-53Z: written by hand, so that its Z is no promise either
DASHED = re.compile(r"t(?P<hour>[01]\d|2[0-3])-(?P<minute>[0-5]\d)-(?P<second>[0-5]\d)z?(?!\d)")


def clock_of(found: re.Match[str] | None) -> time | None:
    """The time of day that AFTER, BEFORE or DASHED found."""
    if found is None:
        return None
    parts = found.groupdict()
    hour = int(parts["hour"])
    if parts.get("half"):
        hour = hour % 12 + (12 if parts["half"] == "p" else 0)
    elif parts.get("part"):
        hour = _in_part_of_day(hour, parts["part"])
    return time(hour % 24, int(parts["minute"]), int(parts.get("second") or 0))


def zone_of(found: re.Match[str] | None) -> tzinfo | None:
    """The zone that stands behind a time of day, where one does."""
    parts = found.groupdict() if found else {}
    offset, name = parts.get("offset"), parts.get("zone")
    if offset and name not in ("wib", "wita", "wit"):
        digits = offset[1:].replace(":", "")
        return _fixed(offset[0], digits if len(digits) > 2 else digits + "00")
    return _ZONES[_NAMED_ZONES.get(name, name)] if name else None


def _in_part_of_day(hour: int, part: str) -> int:
    """Half past one "siang" is 13:30, five past twelve "malam" 00:05; "pagi" is as it is printed."""
    if part == _NIGHT and hour == 12:
        return 0
    first, last = _PARTS_OF_DAY.get(part, (24, 24))
    return hour + 12 if first <= hour <= last else hour


def _fixed(sign: str, digits: str) -> tzinfo | None:
    hours, minutes = int(digits[:-2]), int(digits[-2:])
    if hours > 14 or minutes > 59:
        return None
    span = timedelta(hours=hours, minutes=minutes)
    return fixed_zone(-span if sign == "-" else span)
