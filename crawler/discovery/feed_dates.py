"""The dates of feeds and sitemaps: RFC 822 as it is written, and what extraction can read. Pure.

Feeds name WIB, WITA and WIT, write months in Indonesian and years with two digits, and leave the
zone out; then the site's own zone is meant.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from datetime import timezone as fixed_zone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.clock import utc
from crawler.extraction import dates

if TYPE_CHECKING:
    from datetime import tzinfo

Moment = datetime | date
"""When something was published: an instant in UTC, or only a day."""

EARLIEST = date(1990, 1, 1)
"""Nothing on the web is older: 1970 is a field that was never filled."""
MAX_AHEAD = timedelta(days=1)

_MAX_CHARACTERS = 100
_RFC_822 = re.compile(
    r"""
    (?: [^\W\d]+ (?:['’][^\W\d]+)? \.? ,? \s* )?                     # Thu, · Jum'at,
    (?P<day>\d{1,2}) [\s-]+ (?P<month>[^\W\d]{3,9}) \.? [\s,-]+ (?P<year>\d{4}|\d{2})
    (?: [\s,]+ (?P<hour>\d{1,2}) [:.] (?P<minute>\d{2}) (?: [:.] (?P<second>\d{2}) )? )?
    \s* (?: (?P<name>[A-Za-z]{1,5}) \b )? \s* (?P<offset> [+-] \d{1,2} :? (?:\d{2})? )?
    \s* (?: \(? [A-Za-z]{1,5} \)? )?                                # (WIB)
    """,
    re.VERBOSE,
)
_MONTHS = {
    "jan": 1, "feb": 2, "peb": 2, "mar": 3, "apr": 4, "may": 5, "mei": 5, "jun": 6, "jul": 7,
    "aug": 8, "agu": 8, "agt": 8, "ags": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "nop": 11,
    "dec": 12, "des": 12,
}  # fmt: skip
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0,
    "wib": 7, "wita": 8, "wit": 9, "sgt": 8, "myt": 8,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "cet": 1, "cest": 2, "bst": 1,
}  # fmt: skip
"""Hours ahead of UTC."""


def read(text: str | None, *, timezone: str, now: datetime) -> Moment | None:
    """The moment that a date in a feed means; None for no date, an unreadable or an absurd one.

    `timezone` is the zone of the site, for dates that name none. Absurd is what lies before
    EARLIEST or more than MAX_AHEAD after `now`. Raises ZoneInfoNotFoundError for an unknown zone.
    """
    text = (text or "").strip()[:_MAX_CHARACTERS]
    if not text:
        return None
    moment = _rfc_822(text, ZoneInfo(timezone)) or dates.parse(text, timezone=timezone, now=now)
    if isinstance(moment, datetime):
        moment = utc(moment)
    return moment if moment is not None and _plausible(moment, now) else None


def order(moment: Moment | None) -> datetime:
    """A key that sorts by time: a day from its beginning, an unknown moment as the oldest."""
    if moment is None:
        return datetime.min.replace(tzinfo=UTC)
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time.min, UTC)


def _plausible(moment: Moment, now: datetime) -> bool:
    at = order(moment)
    return order(EARLIEST) <= at <= now + MAX_AHEAD


def _rfc_822(text: str, site_zone: tzinfo) -> Moment | None:
    match = _RFC_822.fullmatch(text)
    month = _MONTHS.get(match["month"][:3].lower()) if match else None
    if match is None or month is None:
        return None
    try:
        day = date(_year(match["year"]), month, int(match["day"]))
        if match["hour"] is None:
            return day
        seconds = min(int(match["second"] or 0), 59)  # a leap second
        at = time(
            int(match["hour"]), int(match["minute"]), seconds, tzinfo=_zone(match) or site_zone
        )
        return utc(datetime.combine(day, at))
    except (ValueError, OverflowError):
        return None


def _year(digits: str) -> int:
    """RFC 2822, 4.3: two digits below 50 are of this century."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 50 else 1900)


def _zone(match: re.Match[str]) -> tzinfo | None:
    """The zone that a date names; an offset counts more than a name beside it ("GMT+7")."""
    if match["offset"] is None:
        hours = _ZONES.get((match["name"] or "").lower())
        return fixed_zone(timedelta(hours=hours)) if hours is not None else None
    digits = match["offset"][1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    ahead = timedelta(hours=hours, minutes=minutes)
    return fixed_zone(ahead if match["offset"][0] == "+" else -ahead)
