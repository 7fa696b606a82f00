"""What is learned of when a source publishes: its usual week, its beat, and how the last day compares. Pure.

A caller keeps a `Rhythm` for each thing it looks at, hands `learn` what every look found, and asks
`pacing` when to look again. Instants come from the articles' own dates, so that what is learned does not
depend on when we looked; a look says only which time has been covered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from monitor.rhythm.intensity import HOURS_OF_WEEK, PRIOR, weekly_intensity
from monitor.rhythm.local_week import HOUR, hour_of_week, stretches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

HALF_LIFE = timedelta(days=14)  # how long until what was seen counts half
FIRST_REACH = timedelta(days=14)  # how far back a first listing is believed
BEATS = 12  # parts of an hour: five minutes each
_BEAT = HOUR / BEATS
_REDRAW = 12 * HOUR  # the usual week is estimated anew after so long,
_REDRAW_ON_NEWS = 3 * HOUR  # or after so long when there was news
_LATE = HOUR  # how much later than its date an article may be listed and its date still tell when
_STRAY = 5  # an oldest item this many times as far back as the next is a pinned one


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """A span, in hours, over which a source may publish more or less than usual.

    `strength` is how many articles must be due in it before what was found outweighs the usual.
    """

    half_life: float
    strength: float


HORIZONS = (Horizon(half_life=24.0, strength=8.0), Horizon(half_life=1.0, strength=4.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """What was found and what was expected within a horizon, faded with age."""

    found: float = 0.0
    expected: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a source publishes, as far as is known; the default is a source never looked at.

    `found` and `watched` count articles and hours of watching by local hour of the week, `beat` articles
    by five minutes of the hour, all faded by HALF_LIFE. `intensity` is what is expected, in articles an
    hour, as drawn from them at `drawn_at`. `room` is how many new articles a listing is trusted to show,
    None as long as no listing was seen. All has been seen until `watched_to`.
    """

    found: tuple[float, ...] = (0.0,) * HOURS_OF_WEEK
    watched: tuple[float, ...] = (0.0,) * HOURS_OF_WEEK
    beat: tuple[float, ...] = (0.0,) * BEATS
    intensity: tuple[float, ...] = PRIOR
    recent: tuple[Recent, ...] = (Recent(),) * len(HORIZONS)
    room: float | None = None
    drawn_at: datetime | None = None
    watched_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a look at `at` found: the dates of the new articles, and how many came without one.

    `listed` is how many articles were listed, each once, None when the listing had not changed or could
    not be read; `known` is how many of them had been listed before.
    """

    at: datetime
    published: tuple[datetime, ...] = ()
    undated: int = 0
    listed: int | None = None
    known: int = 0


class Reach(StrEnum):
    """How far back a listing went."""

    UNCHANGED = "unchanged"  # it showed nothing, or nothing that was not known
    FIRST = "first"  # it was the first: nothing is known of what came before
    WHOLE = "whole"  # back to what was known: nothing can have been missed
    OVERFLOWED = "overflowed"  # all of it was new: what came before it has gone by unseen


@dataclass(frozen=True, slots=True, kw_only=True)
class Overflow:
    """How far back a listing went, how long a time it left uncovered, and about how much was lost in it."""

    reach: Reach
    uncovered: timedelta = timedelta()
    lost: float = 0.0


def learn(rhythm: Rhythm, look: Found, *, zone: tzinfo) -> Rhythm:
    """What is known after a look. Looks come in the order of time; each article is handed in once."""
    since, until = _covered_since(rhythm, look).timestamp(), look.at.timestamp()
    instants, rough = _appearances(rhythm, look, since)
    counted = _count(rhythm, instants, rough, zone)
    covered = _cover(counted, since, until, len(instants) + len(rough), zone)
    # Also where that is back: the look before was dated by a clock that has been set right since.
    watched_to = look.at.astimezone(UTC)
    learned = replace(covered, room=_room(rhythm, look), watched_to=watched_to)
    return _drawn(learned, look) if _is_due(learned, look) else learned


def expected(rhythm: Rhythm, since: datetime, until: datetime, *, zone: tzinfo) -> float:
    """How many articles a source usually publishes between two instants."""
    return sum(
        rhythm.intensity[stretch.hour] * stretch.hours
        for stretch in stretches(since.timestamp(), until.timestamp(), zone)
    )


def overflow(rhythm: Rhythm, look: Found, *, zone: tzinfo) -> Overflow:
    """Whether articles went by unseen before a look, judged with what was known before it."""
    reach = _reach(rhythm, look)
    if reach is not Reach.OVERFLOWED or rhythm.watched_to is None:
        return Overflow(reach=reach)
    until = _covered_since(rhythm, look)
    since = min(rhythm.watched_to, until)
    lost = expected(rhythm, since, until, zone=zone)
    return Overflow(reach=reach, uncovered=until - since, lost=lost)


def level(rhythm: Rhythm, at: float) -> float:
    """How many times its usual a source publishes, judged by the last day; `at` is in seconds since 1970."""
    if rhythm.watched_to is None:
        return 1.0
    age = max(at - rhythm.watched_to.timestamp(), 0.0) / HOUR
    product = 1.0
    for recent, horizon in zip(rhythm.recent, HORIZONS, strict=True):
        product *= 1 + (_swing(recent, horizon) - 1) * 2 ** (-age / horizon.half_life)
    return product


def dump(rhythm: Rhythm) -> dict[str, Any]:
    """A rhythm as plain data for JSON; `load` reads it."""
    return {
        "version": 1,
        "found": list(rhythm.found),
        "watched": list(rhythm.watched),
        "beat": list(rhythm.beat),
        "intensity": list(rhythm.intensity),
        "recent": [[recent.found, recent.expected] for recent in rhythm.recent],
        "room": rhythm.room,
        "drawn_at": rhythm.drawn_at.isoformat() if rhythm.drawn_at else None,
        "watched_to": rhythm.watched_to.isoformat() if rhythm.watched_to else None,
    }


def load(data: dict[str, Any]) -> Rhythm | None:
    """The inverse of `dump`; None for what another version wrote: it is learned again within days."""
    if data.get("version") != 1:
        return None
    return Rhythm(
        found=tuple(data["found"]),
        watched=tuple(data["watched"]),
        beat=tuple(data["beat"]),
        intensity=tuple(data["intensity"]),
        recent=tuple(Recent(found=found, expected=due) for found, due in data["recent"]),
        room=data["room"],
        drawn_at=_instant(data["drawn_at"]),
        watched_to=_instant(data["watched_to"]),
    )


# What a look covered --------------------------------------------------------------------------------


def _reach(rhythm: Rhythm, look: Found) -> Reach:
    if not look.listed or look.known >= look.listed:
        return Reach.UNCHANGED
    if rhythm.watched_to is None:
        return Reach.FIRST
    return Reach.WHOLE if look.known else Reach.OVERFLOWED


def _covered_since(rhythm: Rhythm, look: Found) -> datetime:
    """From when on the look shows everything: the look before, or the oldest article listed."""
    before = rhythm.watched_to
    if before is not None and _reach(rhythm, look) is not Reach.OVERFLOWED:
        return min(before, look.at)
    floor = look.at - FIRST_REACH if before is None else min(before, look.at)
    listed = sorted(date for date in look.published if floor < date <= look.at)
    oldest = _oldest(listed, look.at)
    return oldest if oldest is not None else look.at


def _oldest(dates: Sequence[datetime], now: datetime) -> datetime | None:
    """The oldest of these dates, in order, but for pinned articles that stand far behind the others."""
    for oldest, following in pairwise(dates):
        if following - oldest <= _STRAY * (now - following):
            return oldest
    return dates[-1] if dates else None


def _appearances(rhythm: Rhythm, look: Found, since: float) -> tuple[list[float], list[float]]:
    """When the new articles came into the listing: instants, and guesses for those without a usable date.

    A first listing's articles from before the time that it covers are left out.
    """
    until = look.at.timestamp()
    if since >= until:
        return [], []
    dates = [date.timestamp() for date in look.published]
    if rhythm.watched_to is None:
        dates = [date for date in dates if since < date <= until]
    came = [_appeared(date, since, until) for date in dates]
    instants = [at for at in came if at is not None]
    return instants, [(since + until) / 2] * (len(came) - len(instants) + look.undated)


def _appeared(date: float, since: float, until: float) -> float | None:
    """When an article that was not listed at `since` and is at `until` came in; None if its date cannot say.

    A date a little before that is one of a listing that comes late; any other outside is wrong.
    """
    if since < date <= until:
        return date
    return since if since - _LATE <= date <= since else None


def _room(rhythm: Rhythm, look: Found) -> float | None:
    """How many new articles the listing is trusted to show: halved at each overflow, regained slowly."""
    if not look.listed:
        return rhythm.room
    if rhythm.room is None:
        return float(look.listed)
    if _reach(rhythm, look) is Reach.OVERFLOWED:
        return max(min(rhythm.room, look.listed) / 2, 1.0)
    return min(float(look.listed), rhythm.room * 1.05)


# Counting -------------------------------------------------------------------------------------------


def _count(
    rhythm: Rhythm, instants: Sequence[float], rough: Sequence[float], zone: tzinfo
) -> Rhythm:
    """Count articles; those whose instant is rough tell nothing of the beat."""
    if not instants and not rough:
        return rhythm
    found, beat = list(rhythm.found), list(rhythm.beat)
    for at in instants:
        hour, into = hour_of_week(at, zone)
        found[hour] += 1
        beat[int(into / _BEAT)] += 1
    for at in rough:
        found[hour_of_week(at, zone)[0]] += 1
    return replace(rhythm, found=tuple(found), beat=tuple(beat))


def _cover(rhythm: Rhythm, since: float, until: float, count: int, zone: tzinfo) -> Rhythm:
    """Note that all was seen between two instants, and how the articles in it compare with the usual."""
    watched, due = list(rhythm.watched), 0.0
    for stretch in stretches(since, until, zone):
        hours = stretch.hours
        watched[stretch.hour] += hours
        due += hours * rhythm.intensity[stretch.hour]
    if rhythm.watched_to is None:  # a first listing makes the usual; there is nothing to compare
        return replace(rhythm, watched=tuple(watched))
    hours = max(until - rhythm.watched_to.timestamp(), 0.0) / HOUR
    return replace(rhythm, watched=tuple(watched), recent=_compared(rhythm, count, due, hours))


def _compared(rhythm: Rhythm, count: int, due: float, hours: float) -> tuple[Recent, ...]:
    """The horizons after `hours` in which `due` articles were usual and `count` came.

    Each shorter horizon expects what the longer ones make likely.
    """
    compared: list[Recent] = []
    for recent, horizon in zip(rhythm.recent, HORIZONS, strict=True):
        fading = 2 ** (-hours / horizon.half_life)
        now = Recent(found=recent.found * fading + count, expected=recent.expected * fading + due)
        compared.append(now)
        due *= _swing(now, horizon)
    return tuple(compared)


def _swing(recent: Recent, horizon: Horizon) -> float:
    return (recent.found + horizon.strength) / (recent.expected + horizon.strength)


# Drawing the usual week -----------------------------------------------------------------------------


def _is_due(rhythm: Rhythm, look: Found) -> bool:
    if rhythm.drawn_at is None or rhythm.drawn_at > look.at:
        return True
    age = (look.at - rhythm.drawn_at).total_seconds()
    return age >= (_REDRAW_ON_NEWS if look.published or look.undated else _REDRAW)


def _drawn(rhythm: Rhythm, look: Found) -> Rhythm:
    """Fade what was counted, and estimate the usual week from it."""
    age = max(look.at - rhythm.drawn_at, timedelta()) if rhythm.drawn_at else timedelta()
    fading = 2 ** (-age / HALF_LIFE)
    found = tuple([count * fading for count in rhythm.found])
    watched = tuple([hours * fading for hours in rhythm.watched])
    return replace(
        rhythm,
        found=found,
        watched=watched,
        beat=tuple([count * fading for count in rhythm.beat]),
        intensity=weekly_intensity(found, watched),
        drawn_at=look.at.astimezone(UTC),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
