"""When to look again: looks where articles are likely, for a budget of looks over all sources. Pure.

The sum of delays over the articles of Poisson sources is smallest when looks stand as densely as the
square root of weight times intensity (Sia, Cho & Cho, "Efficient Monitoring Algorithm for Fast News
Alerts", 2007), here by source and by hour of its week. One factor for all sources, the pace, makes the
looks of a week what the budget allows; the next look is where the density since the last sums up to one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import exp, sqrt
from typing import TYPE_CHECKING, NamedTuple

from monitor.rhythm.intensity import HOURS_OF_WEEK
from monitor.rhythm.learning import BEATS, Rhythm, level
from monitor.rhythm.local_week import HOUR, Stretch, stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import tzinfo

MAX_EVERY = timedelta(hours=12)  # a source that died is looked at so often, in case it revives
_FULL = 0.5  # a listing may fill to this part with new articles before it is looked at again
_BURST = 1.5  # times the usual: from here on a look is said to come early because of a burst
_BEAT_PRIOR = 40.0  # articles that must be seen before five minutes of the hour stand out,
_BEAT_PEAK = 1.7  # and how far they must
_BEAT_SPAN = 20.0  # minutes between looks at which the beat counts as it is
_EARLY = 0.1
_MEMORY = 0.25  # days over which looks beyond plan, or short of it, are made up for
_SETTLED = 1e-4  # how near to the budget a pace must come
_SLOWEST, _FASTEST = 1e-6, 1e6
_PROPORTIONAL = 4
_ATTEMPTS = 40


class Reason(StrEnum):
    """What decided when the next look is."""

    INTERVAL = "interval"  # what config.yaml gives
    RHYTHM = "rhythm"  # what the source publishes at this hour of the week
    BURST = "burst"  # it publishes more than is usual just now
    ROOM = "room"  # it lists so few articles that some would go by unseen
    MIN_EVERY = "min-every"  # no source is looked at more often
    MAX_EVERY = "max-every"  # nor more rarely
    NOT_BEFORE = "not-before"  # the site asked for it, or politeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A source as pacing sees it. `weight` is how much an hour's delay of its articles matters."""

    rhythm: Rhythm
    zone: tzinfo
    weight: float = 1.0
    min_every: timedelta = timedelta(minutes=1)
    max_every: timedelta = MAX_EVERY


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What the budget allows.

    `factor` is the looks an hour at an intensity of one article an hour, `planned` the looks an hour over
    all sources that follow from it, by UTC hour of the week, `overspent` how many looks more than planned
    were made until `at`.
    """

    looks_per_day: float
    factor: float
    planned: tuple[float, ...]
    at: datetime
    overspent: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """When to look next, and what decided it."""

    at: datetime
    reason: Reason


class _Density(NamedTuple):
    """Looks an hour. At the end of its part a look may come when all but `early` of it is due."""

    looks: float
    reason: Reason
    early: float = 0.0


# The budget -----------------------------------------------------------------------------------------


def set_pace(
    pace: Pace | None, sources: Iterable[Watched], *, looks_per_day: float, now: datetime
) -> Pace:
    """The pace that makes `looks_per_day` looks (above zero) a day over all sources, as the mean of a week.

    Set it anew, from the last one, when sources come or go and every few hours: rhythms change. Where the
    limits of the sources allow no such pace, it is the nearest one.
    """
    if looks_per_day <= 0:
        raise ValueError("a budget of no looks cannot be spread")
    curves = [_curve(source, now) for source in sources]
    factor = _factor(curves, 7 * looks_per_day, pace.factor if pace is not None else 1.0)
    return Pace(
        looks_per_day=looks_per_day,
        factor=factor,
        planned=_total([curve.by_utc_hour(factor) for curve in curves]),
        at=now,
        overspent=_caught_up(pace, now) if pace is not None else 0.0,
    )


def _factor(curves: Sequence[_Curve], budget: float, factor: float) -> float:
    """The factor at which curves make `budget` looks a week, sought from a likely one on."""
    low, high = _SLOWEST, _FASTEST
    for attempt in range(_ATTEMPTS):
        due = sum(sum(curve.planned(factor)) for curve in curves)
        if not due or abs(due / budget - 1) < _SETTLED:
            break
        low, high = (factor, high) if due < budget else (low, factor)
        # In proportion it is there at once, unless limits hold many sources: then it is closed in on.
        proportional = attempt < _PROPORTIONAL and low < factor * budget / due < high
        factor = factor * budget / due if proportional else sqrt(low * high)
    return factor


def spend(pace: Pace, *, now: datetime) -> Pace:
    """The pace after one look: when more looks are made than planned, the next ones come a little later."""
    return replace(pace, overspent=_caught_up(pace, now) + 1, at=max(pace.at, now))


def _caught_up(pace: Pace, now: datetime) -> float:
    """The looks made beyond plan, by `now`; at most what some hours of standstill would leave, either way."""
    planned = sum(
        pace.planned[part.hour] * part.hours
        for part in stretches(pace.at.timestamp(), now.timestamp(), UTC)
    )
    most = _MEMORY * pace.looks_per_day
    return max(min(pace.overspent - planned, most), -most)


class _Curve(NamedTuple):
    """A source's looks over its week, before the pace is known: roots of intensity, and limits."""

    roots: Sequence[float]
    floors: Sequence[float]
    most: float
    shift: int  # whole hours that its zone is ahead of UTC

    def planned(self, factor: float) -> list[float]:
        most = self.most
        return [
            min(max(factor * root, floor), most)
            for root, floor in zip(self.roots, self.floors, strict=True)
        ]

    def by_utc_hour(self, factor: float) -> list[float]:
        looks = self.planned(factor)
        return [looks[(hour + self.shift) % HOURS_OF_WEEK] for hour in range(HOURS_OF_WEEK)]


def _curve(source: Watched, now: datetime) -> _Curve:
    ahead = now.astimezone(source.zone).utcoffset() or timedelta()
    least, most = _limits(source)
    crowding = _crowding(source.rhythm)
    return _Curve(
        roots=[sqrt(source.weight * one) for one in source.rhythm.intensity],
        floors=[max(least, crowding * one) for one in source.rhythm.intensity],
        most=most,
        shift=round(ahead / timedelta(hours=1)),
    )


def _total(curves: Sequence[Sequence[float]]) -> tuple[float, ...]:
    if not curves:
        return (0.0,) * HOURS_OF_WEEK
    return tuple(map(sum, zip(*curves, strict=True)))


# The next look --------------------------------------------------------------------------------------


def next_look(
    source: Watched,
    pace: Pace,
    *,
    looked_at: datetime,
    now: datetime,
    not_before: datetime | None = None,
) -> Planned:
    """When to look again at a source that was last looked at, with `learn` done, at `looked_at`.

    At least `min_every` and at most `max_every` after that look, never in the past, and not before
    `not_before`, which holds against all else.
    """
    planned = _by_density(source, pace, looked_at)
    floor = looked_at + source.min_every
    if planned.at < floor:
        planned = Planned(at=floor, reason=Reason.MIN_EVERY)
    planned = replace(planned, at=max(planned.at, now))
    if not_before is not None and planned.at < not_before:
        return Planned(at=not_before, reason=Reason.NOT_BEFORE)
    return planned


def _by_density(source: Watched, pace: Pace, looked_at: datetime) -> Planned:
    """Where the looks that are due since the last one sum up to one."""
    factor = pace.factor * exp(-pace.overspent / (_MEMORY * pace.looks_per_day))
    start = looked_at.timestamp()
    longest = max(source.max_every, source.min_every)
    missing = 1.0
    for part, density in _parts(source, start, start + longest.total_seconds(), factor):
        due = part.hours * density.looks
        if due >= missing - density.early:
            at = min(part.start + missing / density.looks * HOUR, part.end)
            return Planned(at=datetime.fromtimestamp(at, UTC), reason=density.reason)
        missing -= due
    return Planned(at=looked_at + longest, reason=Reason.MAX_EVERY)


def _parts(
    source: Watched, since: float, until: float, factor: float
) -> Iterator[tuple[Stretch, _Density]]:
    """The time from `since` on in parts of one density: hours, or five minutes for a source with a beat."""
    beat = _beat(source.rhythm)
    for stretch in stretches(since, until, source.zone):
        density = _density(source, stretch, factor)
        if beat is None:
            yield stretch, density
        else:
            yield from _on_the_beat(stretch, density, beat, source)


def _density(source: Watched, stretch: Stretch, factor: float) -> _Density:
    """How densely looks should stand: by intensity, within the limits of the source."""
    usual = source.rhythm.intensity[stretch.hour]
    # One level for a whole hour, wherever the walk began: a later look never leads to an earlier next.
    times = level(source.rhythm, stretch.start - stretch.into + HOUR / 2)
    wanted = factor * sqrt(source.weight * usual * times)
    crowded = _crowding(source.rhythm) * usual * times
    least, most = _limits(source)
    if wanted >= most or crowded >= most:
        return _Density(most, Reason.MIN_EVERY)
    if crowded > max(wanted, least):
        return _Density(crowded, Reason.ROOM)
    if least > wanted:
        return _Density(least, Reason.MAX_EVERY)
    return _Density(wanted, Reason.BURST if times > _BURST else Reason.RHYTHM)


def _limits(source: Watched) -> tuple[float, float]:
    """The fewest and the most looks an hour."""
    most = timedelta(hours=1) / max(source.min_every, timedelta(seconds=1))
    return min(timedelta(hours=1) / max(source.max_every, timedelta(seconds=1)), most), most


def _crowding(rhythm: Rhythm) -> float:
    """Looks that an article must bring, so that a listing does not overflow."""
    return 1 / (_FULL * rhythm.room) if rhythm.room else 0.0


# The beat -------------------------------------------------------------------------------------------


def _beat(rhythm: Rhythm) -> Sequence[float] | None:
    """How an hour's articles lie on its twelfths, as multiples of the mean; None when none stands out.

    Newsrooms whose system publishes at full hours are the reason.
    """
    count = sum(rhythm.beat)
    share = (_BEAT_PRIOR + count) / BEATS
    if max(rhythm.beat) + _BEAT_PRIOR / BEATS < _BEAT_PEAK * share:
        return None
    return [(one + _BEAT_PRIOR / BEATS) / share for one in rhythm.beat]


def _on_the_beat(
    stretch: Stretch, density: _Density, beat: Sequence[float], source: Watched
) -> Iterator[tuple[Stretch, _Density]]:
    """A stretch in twelfths of an hour, its looks laid where articles come.

    Looks that stand close go by the square root, as everywhere. The fewer there are, the more of them
    go to the peaks: a look just after the full hour sees at once what one before it lets wait for long.
    """
    minutes = 60 / density.looks
    power = min(max(minutes / _BEAT_SPAN, 0.5), 2.0)
    shares = [one**power for one in beat]
    scale = density.looks * BEATS / sum(shares)
    most = _limits(source)[1]
    for index, part in _twelfths(stretch):
        # What a peak lacks of a look must not put it off to the next one.
        early = _EARLY if beat[index] >= 1 else 0.0
        yield part, _Density(min(scale * shares[index], most), density.reason, early)


def _twelfths(stretch: Stretch) -> Iterator[tuple[int, Stretch]]:
    size = HOUR / BEATS
    full_hour = stretch.start - stretch.into
    for index in range(int(stretch.into / size), BEATS):
        start = max(full_hour + index * size, stretch.start)
        end = min(full_hour + (index + 1) * size, stretch.end)
        if start < end:
            yield index, Stretch(stretch.hour, start, end, start - full_hour)
