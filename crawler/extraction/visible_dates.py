"""The dates that stand round the headline and the text: printed, in time elements, or told from now. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.text import clean_line
from crawler.extraction import dates
from crawler.extraction.claims import Claim

if TYPE_CHECKING:
    from datetime import date, datetime

    from crawler.extraction.body import Body
    from crawler.extraction.outline import Outline

VISIBLE = "visible"
TIME_ELEMENT = "time"
_LONGEST_LINE = 160
_BEFORE, _AFTER = 25, 20  # blocks
_DATE = 4.0
_DATE_BY_BLOCK = 0.1
_DATE_AT_LEAST = 1.0
_DATE_BEHIND = 1.5
_TIME_ELEMENT = 3.0
_MOST_TIMES = 40
_LONGEST_VALUE = 60
_CHANGED = re.compile(r"\b(?:updated|modified)\b")
_ISSUED = re.compile(r"\b(?:published|entry-date)\b")


def published(outline: Outline, *, title: int | None, body: Body | None) -> tuple[Claim, ...]:
    """The dates printed round the headline and the text, the nearest to the headline first and heaviest."""
    anchor = _anchor(title, body)
    end = body.last if body else anchor
    found = [
        (_distance(number, anchor), number, stamp)
        for number in _near(outline, anchor, end)
        if (stamp := _stamp(outline, number, anchor, body)) is not None
    ]
    nearest = sorted(found, key=lambda one: one[0])[:2]
    return tuple(
        Claim(
            value=stamp.text,
            source=VISIBLE,
            weight=_weight(stamp, distance=distance, behind=number > end) / (1 + rank),
        )
        for rank, (distance, number, stamp) in enumerate(nearest)
    )


def time_elements(
    outline: Outline, *, title: int | None, body: Body | None
) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    """Of publication and of change: what time elements near the headline or the end say to machines."""
    anchor = _anchor(title, body)
    near = _near(outline, anchor, body.last if body else anchor)
    issued: list[Claim] = []
    changed: list[Claim] = []
    for element in outline.times[:_MOST_TIMES]:
        at = outline.spans[element][0]
        if at not in near or _is_of_others(outline, at, anchor):
            continue
        value = _machine_value(outline, element)
        if value is not None:
            weight = max(_DATE_AT_LEAST, _TIME_ELEMENT - _distance(at, anchor) * _DATE_BY_BLOCK)
            claim = Claim(value=value, source=TIME_ELEMENT, weight=weight)
            (changed if _is_of_change(outline, element) else issued).append(claim)
    return tuple(issued[:1]), tuple(changed[:1])


def told_from_now(
    outline: Outline, *, title: int | None, body: Body | None, timezone: str, now: datetime
) -> tuple[str, datetime | date] | None:
    """The label next to the headline that counts back from `now`, and what it means; the last resort."""
    anchor = _anchor(title, body)
    first = body.first if body else anchor
    zone = ZoneInfo(timezone)
    for number in range(max(0, anchor - 3), min(len(outline.blocks), max(anchor + 6, first))):
        text = outline.blocks[number].text
        if _is_of_others(outline, number, anchor):
            continue
        found = dates.read_relative(text, zone=zone, now=now)
        if found is not None:
            return text, found
    return None


def _anchor(title: int | None, body: Body | None) -> int:
    return title if title is not None else body.first if body else 0


def _near(outline: Outline, anchor: int, end: int) -> range:
    return range(max(0, anchor - _BEFORE), min(len(outline.blocks), end + _AFTER))


def _distance(number: int, anchor: int) -> int:
    """In blocks; what stands before the headline counts as twice as far."""
    return abs(number - anchor) * (2 if number < anchor else 1)


def _is_of_others(outline: Outline, number: int, anchor: int) -> bool:
    """Whether a block belongs to another article, or to the head of every page: the clock there."""
    if number >= len(outline.blocks) or anchor >= len(outline.blocks):
        return False
    block, title = outline.blocks[number], outline.blocks[anchor].place
    return outline.is_elsewhere(block, unless=title) or (
        number < anchor and outline.is_aside(block, unless=title)
    )


def _stamp(outline: Outline, number: int, anchor: int, body: Body | None) -> dates.Stamp | None:
    block = outline.blocks[number]
    inside = body is not None and body.first <= number <= body.last
    is_text = block.is_prose and inside and number != anchor
    if is_text or len(block.text) > _LONGEST_LINE or block.link_share > 0.8:
        return None
    return None if _is_of_others(outline, number, anchor) else dates.read(block.text)


def _weight(stamp: dates.Stamp, *, distance: int, behind: bool) -> float:
    weight = max(_DATE_AT_LEAST, _DATE - distance * _DATE_BY_BLOCK)
    weight += 0.5 * (stamp.weekday is True) + 0.5 * (stamp.zone is not None)
    return min(weight, _DATE_BEHIND) if behind else weight


def _machine_value(outline: Outline, number: int) -> str | None:
    element = outline.elements[number]
    for name in ("datetime", "title"):
        value = clean_line(element.get(name) or "")
        if 0 < len(value) <= _LONGEST_VALUE and dates.read(value):
            return value
    return None


def _is_of_change(outline: Outline, number: int) -> bool:
    """Whether a time element calls itself the time of a change and nothing else."""
    element = outline.elements[number]
    named = f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()
    return bool(_CHANGED.search(named)) and not _ISSUED.search(named)
