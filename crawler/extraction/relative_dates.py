"""Dates that are told from now: "2 jam yang lalu", "kemarin, 14:00 WIB", "Kamis (5/11)". Pure.

A date here is what a label says, never what a sentence tells: something that ends the label, or
nothing, stands behind it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from crawler.extraction.clocks import AFTER, MONTHS, WEEKDAYS, clock_of, either, zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_UNITS = {
    "detik dtk second seconds sec secs": timedelta(seconds=1),
    "menit mnt minute minutes min mins": timedelta(minutes=1),
    "jam j hour hours hr hrs": timedelta(hours=1),
    "hari day days": timedelta(days=1),
    "minggu pekan week weeks": timedelta(weeks=1),
    "bulan bln month months": timedelta(days=30),
    "tahun thn year years": timedelta(days=365),
}
_SPANS = {name: span for names, span in _UNITS.items() for name in names.split()}
_UNIT = "|".join(sorted(_SPANS, key=len, reverse=True))
_PIECE = rf"(?:\d{{1,4}}\s?|(?:se|an?\s|one\s))(?:{_UNIT})\b"
_ENDS = r"(?=\s*$|\s*[,.|/·•()\[\]\-–—:;])"
_AGO = re.compile(
    rf"(?<!\w)(?P<spans>{_PIECE}(?:[\s,]{{1,2}}{_PIECE}){{0,2}})\s(?:yang\s|yg\s)?(?:lalu|silam|ago)\b{_ENDS}"
)
_AGO_WORDS = ("lalu", "silam", "ago")
_SPAN = re.compile(rf"(?P<count>\d{{1,4}}|se|an?|one)\s?(?P<unit>{_UNIT})\b")
_LABELS = (
    r"(?:tayang|terbit|posted|published|updated?|rilis|tanggal"
    r"|di(?:terbitkan|tayangkan|posting|publikasikan|publish|perbarui|rilis|muat|unggah))(?:\s(?:pada|on))?"
)
_BEGINS = rf"(?:^|[,|/·•()\-–—:;]\s*|\b{_LABELS}\s+)"
_NEAR_DAY = re.compile(
    rf"{_BEGINS}(?P<name>hari ini|kemarin (?:lusa|dulu)|kemarin|today|yesterday)\b"
)
_DAYS_BACK = {"hari ini": 0, "today": 0, "kemarin": 1, "yesterday": 1}
_TWO_DAYS_BACK = 2
_JUST_NOW = re.compile(rf"\b(?:baru saja|just now){_ENDS}")
_WEEKDAY = rf"\b(?P<weekday>{either(WEEKDAYS)})\b[\s,]{{0,3}}"
_NO_YEAR = re.compile(
    rf"{_WEEKDAY}(?:\(?(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})\)?(?![\d/])"
    rf"|(?P<named_day>\d{{1,2}})\s(?P<name>{either(MONTHS)})\b(?!\s?['’]?\d{{2,4}}\b(?![:.])))"
)
_YEARS_BACK = 3


def read(plain: str, *, zone: ZoneInfo, now: datetime) -> datetime | date | None:
    """What a label in lower case says from `now`; an instant, a day, or None."""
    found = _AGO.search(plain) if any(word in plain for word in _AGO_WORDS) else None
    if found is not None:
        return _before(now, found["spans"])
    if _JUST_NOW.search(plain):
        return now
    found = _NEAR_DAY.search(plain)
    if found is not None:
        return _near_day(plain, found, zone, now)
    found = _NO_YEAR.search(plain)
    return None if found is None else _latest(plain, found, zone, now)


def _before(now: datetime, spans: str) -> datetime | None:
    """`now` less every span that is named: "2 jam 5 menit"."""
    total = timedelta()
    try:
        for span in _SPAN.finditer(spans):
            count = int(span["count"]) if span["count"].isdigit() else 1
            total += count * _SPANS[span["unit"]]
        return now - total
    except OverflowError:
        return None


def _near_day(
    plain: str, found: re.Match[str], zone: ZoneInfo, now: datetime
) -> datetime | date | None:
    """Today or a day before, with a time where one follows; None inside a sentence."""
    after = AFTER.match(plain, found.end())
    if after is None and not re.match(_ENDS, plain[found.end() :]):
        return None
    where = zone_of(after) or zone
    back = _DAYS_BACK.get(found["name"], _TWO_DAYS_BACK)
    day = now.astimezone(where).date() - timedelta(days=back)
    clock = clock_of(after)
    return day if clock is None else datetime.combine(day, clock, tzinfo=where)


def _latest(
    plain: str, found: re.Match[str], zone: ZoneInfo, now: datetime
) -> datetime | date | None:
    """The latest such weekday, day and month that is not after today, if it is one of the last years'."""
    month = MONTHS[found["name"]] if found["name"] else int(found["month"])
    after = AFTER.match(plain, found.end())
    where, clock = zone_of(after) or zone, clock_of(after)
    today = now.astimezone(where).date()
    for year in range(today.year, today.year - _YEARS_BACK, -1):
        try:
            day = date(year, month, int(found["day"] or found["named_day"]))
        except ValueError:
            continue
        if day <= today and day.weekday() == WEEKDAYS[found["weekday"]]:
            return day if clock is None else datetime.combine(day, clock, tzinfo=where)
    return None
