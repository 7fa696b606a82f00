"""Dates as news sites print them, Indonesian first: `parse` for callers, `read` for what stands behind it.

Standard library only, and pure: `now` and the site's zone are parameters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from datetime import timezone as fixed_zone
from zoneinfo import ZoneInfo

MAX_LENGTH = 300
"""Longer texts are prose, and a date in them is the story's."""

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
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_WEEKDAY_NAMES = (
    "senin monday mon sen",
    "selasa tuesday tue tues sel",
    "rabu wednesday wed rab",
    "kamis thursday thu thur thurs kam",
    "jumat jum'at friday fri jum",
    "sabtu saturday sat sab",
    "minggu ahad sunday sun min",
)
_WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAY_NAMES) for name in names.split()}
_ZONES = {
    "wib": fixed_zone(timedelta(hours=7), "WIB"),
    "wita": fixed_zone(timedelta(hours=8), "WITA"),
    "wit": fixed_zone(timedelta(hours=9), "WIT"),
    "utc": UTC,
    "gmt": UTC,
    "z": UTC,
}
_NAMED_ZONES = {"asia/jakarta": "wib", "asia/makassar": "wita", "asia/jayapura": "wit"}


def _either(names: dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_ZONE = (
    r"(?:\(?(?P<zone>wita|wib|wit|utc|gmt|z|asia/(?:jakarta|makassar|jayapura))?\s?"
    r"(?P<offset>[+-]\d{1,2}:?(?:\d\d)?)?(?![\w:])\)?)?"
)
_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-3])\s?[:.]\s?(?P<minute>[0-5]\d)(?:\s?[:.]\s?(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?"
    r"(?!\d)(?:\s?(?P<half>[ap])\.?m\b\.?)?\s?" + _ZONE
)
_BETWEEN = r"[\s,|/·•@()\-–—]{0,12}(?:(?:(?:pukul|pkl|jam|at)\b\.?[\s:]{0,3})|t(?=\d))?(?<!\d)"
_WEEKDAY = rf"(?:\b(?P<weekday>{_either(_WEEKDAYS)})\b[\s,.(/\-]{{0,4}})?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_ALONE = r"(?<!\d)(?<!\d[.,:/\-])"
_DAY = _ALONE + r"(?P<day>0?[1-9]|[12]\d|3[01])"
_MONTH = rf"(?P<month>{_either(_MONTHS)})\b\.?"
_NUMBER = r"(?P<month>0?[1-9]|1[0-2])"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_WEEKDAY}{_DAY}[\s\-/.,]{{1,3}}{_MONTH}[\s\-/.,]{{1,3}}{_YEAR}",
        rf"(?<![\d/.])(?<!\d-){_YEAR}(?P<dash>[-/.]){_NUMBER}(?P=dash)(?P<day>0?[1-9]|[12]\d|3[01])(?!\d)",
        rf"{_WEEKDAY}{_DAY}\s?(?P<dash>[-/.])\s?{_NUMBER}\s?(?P=dash)\s?{_YEAR}",
        rf"{_WEEKDAY}\b{_MONTH}\s{{1,3}}(?P<day>0?[1-9]|[12]\d|3[01]),?\s{{1,3}}{_YEAR}",
        # American order, where the second number can be no month
        rf"{_WEEKDAY}{_ALONE}{_NUMBER}/(?P<day>1[3-9]|2\d|3[01])/{_YEAR}",
    )
)
_AFTER = re.compile(_BETWEEN + _CLOCK)
_BEFORE = re.compile(_CLOCK + r"[\s,|/·•()\-–—]{0,6}(?:\w{3,9}[\s,]{1,3})?$")
_BARE_ZONE = re.compile(r"[\s,|]{0,6}(?P<zone>wita|wib|wit)\b")
# 2023-11-02T20-59-53Z: written by hand, so that its Z is no promise either
_DASHED_CLOCK = re.compile(
    r"t(?P<hour>[01]\d|2[0-3])-(?P<minute>[0-5]\d)-(?P<second>[0-5]\d)z?(?!\d)"
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_ISO = re.compile(r"\d{4}-\d\d-\d\dt\d\d:\d\d")
_NO_YEAR = re.compile(
    rf"\b(?P<weekday>{_either(_WEEKDAYS)})\b[\s,]{{0,3}}\(?(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})\)?(?![\d/])"
)
_AGO = re.compile(
    r"(?<!\w)(?P<count>\d{1,4}|se)\s?(?P<unit>detik|menit|jam|hari|minggu|pekan|bulan|tahun)"
    r"\s(?:yang\s|yg\s)?(?:lalu|silam)\b"
)
_UNITS = {
    "detik": timedelta(seconds=1),
    "menit": timedelta(minutes=1),
    "jam": timedelta(hours=1),
    "hari": timedelta(days=1),
    "minggu": timedelta(weeks=1),
    "pekan": timedelta(weeks=1),
    "bulan": timedelta(days=30),
    "tahun": timedelta(days=365),
}
_NEAR_DAY = re.compile(r"\b(?P<name>hari ini|kemarin)\b")
_JUST_NOW = re.compile(r"\bbaru saja\b")
_PLAIN = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "`": "'", "\u00b4": "'", "\u00a0": " ", "\u200b": None}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A date as it was printed: the wall clock, and the zone only where it stood there too.

    `text` is the piece of the given text that says it; `weekday` is whether a weekday stood there
    and was right, or None where there was none.
    """

    day: date
    clock: time | None
    zone: tzinfo | None
    weekday: bool | None
    text: str

    def at(self, zone: tzinfo) -> datetime | None:
        """The instant, read in `zone` where none was printed; None for a day."""
        if self.clock is None:
            return None
        return datetime.combine(self.day, self.clock, tzinfo=self.zone or zone)


def parse(text: str, *, timezone: str, now: datetime) -> datetime | date | None:
    """An aware datetime; a date where the text names only a day; None for what is no date.

    Dates without a zone are read in `timezone` (an IANA name), relative ones ("2 jam lalu")
    against the aware instant `now`.
    """
    zone = ZoneInfo(timezone)
    stamp = read(text)
    if stamp is not None:
        return stamp.at(zone) or stamp.day
    return _relative(_plain(text), zone, now)


def read(text: str) -> Stamp | None:
    """The first full date in a short text, however its months, separators and clock are written."""
    if len(text) > MAX_LENGTH:
        return None
    plain = _plain(text)
    if _ISO.match(plain):
        stamp = _iso(text.strip())
        if stamp is not None:
            return stamp
    for form in _FORMS:
        found = form.search(plain)
        if found is not None:
            stamp = _stamp(plain, found, text if len(text) == len(plain) else plain)
            if stamp is not None:
                return stamp
    return None


def _plain(text: str) -> str:
    return text.translate(_PLAIN).lower().strip()


def _iso(text: str) -> Stamp | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        return None
    clock = at.time().replace(microsecond=0)
    return Stamp(day=at.date(), clock=clock, zone=at.tzinfo, weekday=None, text=text)


def _stamp(plain: str, found: re.Match[str], shown: str) -> Stamp | None:
    parts = found.groupdict()
    month = _MONTHS.get(parts["month"]) or int(parts["month"])
    try:
        day = date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return None
    named = parts.get("weekday")
    start, end = found.span()
    clock = _DASHED_CLOCK.match(plain, end) or _AFTER.match(plain, end)
    if clock is not None:
        end = clock.end()
    else:
        clock = _BEFORE.search(plain[max(0, start - 40) : start])
        start = start if clock is None else max(0, start - 40) + clock.start()
    return Stamp(
        day=day,
        clock=_clock(clock),
        zone=_zone(clock or _BARE_ZONE.match(plain, end)),
        weekday=None if named is None else _WEEKDAYS[named] == day.weekday(),
        text=" ".join(shown[start:end].split()).strip(" ,|/·•-–—("),
    )


def _clock(found: re.Match[str] | None) -> time | None:
    if found is None:
        return None
    parts = found.groupdict()
    hour = int(parts["hour"])
    if parts.get("half"):
        hour = hour % 12 + (12 if parts["half"] == "p" else 0)
    return time(hour, int(parts["minute"]), int(parts.get("second") or 0))


def _zone(found: re.Match[str] | None) -> tzinfo | None:
    parts = found.groupdict() if found else {}
    offset, name = parts.get("offset"), parts.get("zone")
    if offset and name not in ("wib", "wita", "wit"):
        digits = (
            offset[1:].replace(":", "").ljust(3, "0")
            if len(offset) <= 3
            else offset[1:].replace(":", "")
        )
        return _fixed(offset[0], digits)
    return _ZONES[_NAMED_ZONES.get(name, name)] if name else None


def _fixed(sign: str, digits: str) -> tzinfo | None:
    hours, minutes = int(digits[:-2]), int(digits[-2:])
    if hours > 14 or minutes > 59:
        return None
    span = timedelta(hours=hours, minutes=minutes)
    return fixed_zone(-span if sign == "-" else span)


def _relative(plain: str, zone: ZoneInfo, now: datetime) -> datetime | date | None:
    if len(plain) > MAX_LENGTH:
        return None
    found = _AGO.search(plain)
    if found is not None:
        count = 1 if found["count"] == "se" else int(found["count"])
        try:
            return now - count * _UNITS[found["unit"]]
        except OverflowError:
            return None
    if _JUST_NOW.search(plain):
        return now
    found = _NEAR_DAY.search(plain)
    if found is not None:
        return _near_day(plain, found, zone, now)
    found = _NO_YEAR.search(plain)
    return None if found is None else _latest(found, now.astimezone(zone).date())


def _near_day(plain: str, found: re.Match[str], zone: ZoneInfo, now: datetime) -> datetime | date:
    """Today or yesterday, with a time where one follows."""
    after = _AFTER.match(plain, found.end())
    where = _zone(after) or zone
    day = now.astimezone(where).date() - timedelta(days=found["name"] == "kemarin")
    clock = _clock(after)
    return day if clock is None else datetime.combine(day, clock, tzinfo=where)


def _latest(found: re.Match[str], today: date) -> date | None:
    """The latest "Kamis (5/11)" that is not after today, if it is one of the last two years'."""
    for year in (today.year, today.year - 1, today.year - 2):
        try:
            day = date(year, int(found["month"]), int(found["day"]))
        except ValueError:
            continue
        if day <= today and day.weekday() == _WEEKDAYS[found["weekday"]]:
            return day
    return None
