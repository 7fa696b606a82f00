"""Dates as news sites print them, Indonesian first: `parse` for callers, `read` for what stands behind it.

Standard library only, and pure: `now` and the site's zone are parameters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo

from crawler.extraction import relative_dates
from crawler.extraction.clocks import (
    AFTER,
    BARE_ZONE,
    BEFORE,
    DASHED,
    MONTHS,
    WEEKDAYS,
    clock_of,
    either,
    zone_of,
)

MAX_LENGTH = 300
"""Longer texts are prose, and a date in them is the story's."""
LONGEST_LABEL = 80
"""A date that is told from now stands in a label, which is shorter."""

_PASARAN = r"(?:\s(?:pon|wage|kliwon|legi|manis|pahing|paing))?"
_WEEKDAY = re.compile(rf"\b(?P<weekday>{either(WEEKDAYS)})\b{_PASARAN}[\s,.(/\-]{{0,4}}$")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_REACH = 24
"""So many characters before its year a date begins, or its weekday before the date."""
_MOST_YEARS = 4
_CLOCK_REACH = 40
_DIGITS = frozenset("0123456789 ")
_ALONE = r"(?<!\d)(?<!\d[.,:/\-])"
# A price, a version or the number of a letter looks like a date in numbers.
_NO_NUMBER = (
    r"(?<!rp)(?<!rp )(?<!rp\. )(?<!\bv)(?<!versi )(?<!version )(?<!\bno )(?<!no\. )(?<!nomor )"
    r"(?<!\bip )"
)
_NO_MORE = r"(?![/.,\-](?!\s?\d{1,2}\s?[:.]\s?\d\d(?!\d))\w)"
_DAY_NUMBER = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_DAY = _ALONE + _DAY_NUMBER
_NUMBERED_DAY = _ALONE + _NO_NUMBER + _DAY_NUMBER
_MONTH = rf"(?P<month>{either(MONTHS)})(?![a-z'’])\.?"
_NUMBER = r"(?P<month>0?[1-9]|1[0-2])"
_FULL_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_SHORT_YEAR = r"['’]?(?P<year>\d\d)(?![\d%])(?!\s?[:.]\s?\d)"
_YEAR_FIRST = re.compile(
    rf"(?<![\d/.])(?<!\d-){_FULL_YEAR}(?P<dash>[-/.]){_NUMBER}(?P=dash)(?P<day>0?[1-9]|[12]\d|3[01])(?!\d)"
)
_NAMED_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_DAY}(?:st|nd|rd|th)?[\s\-/.,]{{0,3}}{_MONTH}[\s\-/.,]{{0,3}}{_FULL_YEAR}",
        rf"\b{_MONTH}\s{{1,3}}{_DAY_NUMBER}(?:st|nd|rd|th)?,?\s{{1,3}}{_FULL_YEAR}",
    )
)
_NUMBERED_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_NUMBERED_DAY}\s?(?P<dash>[-/.])\s?{_NUMBER}\s?(?P=dash)\s?{_FULL_YEAR}{_NO_MORE}",
        # American order, where the second number can be no month
        rf"{_ALONE}{_NO_NUMBER}{_NUMBER}/(?P<day>1[3-9]|2\d|3[01])/{_FULL_YEAR}{_NO_MORE}",
    )
)
# Two figures are a year only where something beside them says that this is a date.
_MAYBE_SHORT = re.compile(r"\d[-/.]\d\d?[-/.]\d\d(?!\d)|[a-z][\s\-]['’]?\d\d(?![\d%])")
_SHORT_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_NUMBERED_DAY}(?P<dash>[-/.]){_NUMBER}(?P=dash){_SHORT_YEAR}{_NO_MORE}",
        rf"{_DAY}[\s\-]{{1,2}}{_MONTH}[\s\-]{{1,2}}{_SHORT_YEAR}",
    )
)
_RANGE = re.compile(
    rf"(?:(?<![\d:.,/])(?P<first>\d{{1,2}})|\d{{1,2}}\s(?:{either(MONTHS)}))\s?(?:[-–—]|s/?d\.?|sampai|hingga)\s?$"
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_ISO = re.compile(r"\d{4}(?:-\d\d-\d\dt\d\d:\d\d|\d{4}t\d{6})")
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
    return read_relative(text, zone=zone, now=now)


def read_relative(text: str, *, zone: ZoneInfo, now: datetime) -> datetime | date | None:
    """What a short label says from `now`: an instant, a day, or None."""
    if len(text) > LONGEST_LABEL:
        return None
    return relative_dates.read(_plain(text), zone=zone, now=now)


def read(text: str) -> Stamp | None:
    """The first full date in a short text, however its months, separators and clock are written."""
    if len(text) > MAX_LENGTH:
        return None
    plain = _plain(text)
    if _ISO.match(plain):
        stamp = _iso(text.strip())
        if stamp is not None:
            return stamp
    shown = text if len(text) == len(plain) else plain
    for year in islice(_YEAR.finditer(plain), _MOST_YEARS):
        stamp = _around(plain, year, shown)
        if stamp is not None:
            return stamp
    return _short(plain, shown) if _MAYBE_SHORT.search(plain) else None


def _around(plain: str, year: re.Match[str], shown: str) -> Stamp | None:
    """The date that a year is part of."""
    first = _YEAR_FIRST.match(plain, year.start())
    if first is not None:
        return _stamp(plain, first, shown)
    before = plain[max(0, year.start() - 4) : year.start()].strip()
    is_numbered = before[-1:] in ("-", "/", ".") and before[-2:-1] in _DIGITS
    for form in _NUMBERED_FORMS if is_numbered else _NAMED_FORMS:
        found = form.search(plain, max(0, year.start() - _REACH))
        if found is None or found.end() < year.end() or found.start() > year.start():
            continue
        if not _ends_range(plain, found):
            stamp = _stamp(plain, found, shown)
            if stamp is not None:
                return stamp
    return None


def _short(plain: str, shown: str) -> Stamp | None:
    """A date with a year of two figures: its weekday is right, a time stands beside it, or nothing does."""
    for form in _SHORT_FORMS:
        found = form.search(plain)
        stamp = _stamp(plain, found, shown) if found is not None else None
        if found is None or stamp is None or stamp.weekday is False:
            continue
        alone = found[0] == plain and "." not in plain
        if stamp.weekday or stamp.clock is not None or alone:
            return stamp
    return None


def _plain(text: str) -> str:
    return (text if text.isascii() else text.translate(_PLAIN)).lower().strip()


def _iso(text: str) -> Stamp | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        return None
    clock = at.time().replace(microsecond=0)
    return Stamp(day=at.date(), clock=clock, zone=at.tzinfo, weekday=None, text=text)


def _ends_range(plain: str, found: re.Match[str]) -> bool:
    """Whether a date is the second one of "5-7 Mei 2024": no moment in either."""
    before = _RANGE.search(plain, max(0, found.start() - 20), found.start())
    return before is not None and int(before["first"] or 0) < int(found["day"])


def _stamp(plain: str, found: re.Match[str], shown: str) -> Stamp | None:
    month = MONTHS.get(found["month"]) or int(found["month"])
    year = int(found["year"])
    try:
        day = date(year if year > 99 else 2000 + year, month, int(found["day"]))
    except ValueError:
        return None
    start, end = found.span()
    named = _WEEKDAY.search(plain[max(0, start - _REACH) : start])
    if named is not None:
        start = max(0, start - _REACH) + named.start()
    clock = DASHED.match(plain, end) or AFTER.match(plain, end)
    if clock is not None:
        end = clock.end()
    elif start:
        back = max(0, start - _CLOCK_REACH)
        clock = BEFORE.search(plain[back:start])
        start = start if clock is None else back + clock.start()
    return Stamp(
        day=day,
        clock=clock_of(clock),
        zone=zone_of(clock or BARE_ZONE.match(plain, end)),
        weekday=None if named is None else WEEKDAYS[named["weekday"]] == day.weekday(),
        text=" ".join(shown[start:end].split()).strip(" ,|/·•-–—("),
    )
