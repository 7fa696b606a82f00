"""Traces: when sources published, read from a file or invented for newsrooms of several kinds."""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from statistics import NormalDist
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.rhythm.local_week import HOUR, hour_of_week

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DAY = 24 * HOUR
WEEK = 7 * DAY
DAYS = 21
SOURCES = 60
START = datetime(2024, 3, 3, 17, tzinfo=UTC).timestamp()  # a Monday's midnight in Jakarta
_ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
_A_DAY = 25  # articles of a source, in the mean,
_SPREAD = 1.2  # and the deviation of their logarithm: from one a day to two hundred
_NIGHT_AND_DAY = (
    *(0.2, 0.15, 0.1, 0.1, 0.2, 0.5, 0.8, 1.1, 1.4, 1.5, 1.6, 1.5),
    *(1.3, 1.3, 1.4, 1.5, 1.6, 1.5, 1.3, 1.3, 1.2, 0.9, 0.6, 0.35),
)
_WEEK = (1.0, 1.05, 1.0, 1.0, 0.95, 0.7, 0.55)

Slot = tuple[bool, int]
"""Whether it is a weekend, and the local hour of day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """When one source published, in seconds since 1970, in order; `truth` is articles an hour by slot."""

    source: str
    zone: tzinfo
    published: list[float]
    truth: dict[Slot, float]


def slot(at: float, zone: tzinfo) -> Slot:
    day, hour = divmod(hour_of_week(at, zone)[0], 24)
    return day >= 5, hour


def read(path: Path) -> list[Trace]:
    """The traces of a JSON Lines file; their truth is what is counted over their whole time."""
    lines = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    read_lines = [(line["source"], ZoneInfo(line["timezone"]), _instants(line)) for line in lines]
    if not any(published for _, _, published in read_lines):
        raise SystemExit(f"{path} holds no publication: each line must be as --help says")
    everything = [at for _, _, published in read_lines for at in published]
    begin, end = min(everything), max(everything) + 1
    return [
        Trace(source=name, zone=zone, published=at, truth=_counted(at, zone, begin, end))
        for name, zone, at in read_lines
    ]


def _instants(line: dict[str, Any]) -> list[float]:
    """A line's publications; what has no offset is in the line's own zone."""
    zone = ZoneInfo(line["timezone"])
    dates = [datetime.fromisoformat(text) for text in line["published"]]
    return sorted(
        (date if date.tzinfo else date.replace(tzinfo=zone)).timestamp() for date in dates
    )


def _counted(published: list[float], zone: tzinfo, begin: float, end: float) -> dict[Slot, float]:
    hours: dict[Slot, int] = {}
    for index in range(max(math.ceil((end - begin) / HOUR), 1)):
        at = slot(begin + index * HOUR, zone)
        hours[at] = hours.get(at, 0) + 1
    counts = dict.fromkeys(hours, 0)
    for instant in published:
        at = slot(instant, zone)
        counts[at] = counts.get(at, 0) + 1
    return {at: count / max(hours.get(at, 0), 1) for at, count in counts.items()}


# Invented newsrooms ---------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Source:
    """A source being invented: its mean articles an hour, its hours and its days, as multiples of it."""

    rng: random.Random
    zone: tzinfo
    rate: float
    hours: list[float]
    days: list[float]
    bursts_a_week: float = 1.0
    activity: list[float] | None = None  # by day of the trace

    def usual(self, at: float) -> float:
        day, hour = divmod(hour_of_week(at, self.zone)[0], 24)
        active = self.activity[int((at - START) / DAY)] if self.activity else 1.0
        return self.rate * self.hours[hour] * self.days[day] * active

    def publish(self) -> list[float]:
        published: list[float] = []
        for index in range(DAYS * 24):
            start = START + index * HOUR
            count = _poisson(self.rng, self.usual(start))
            published += [start + self.rng.random() * HOUR for _ in range(count)]
        return published + list(self._bursts())

    def _bursts(self) -> Iterator[float]:
        """Something happens, in working hours, and within an hour some ten articles follow it."""
        for _ in range(_poisson(self.rng, self.bursts_a_week * DAYS / 7)):
            at = START + self.rng.random() * DAYS * DAY
            if self.rng.random() < self.usual(at) / (2 * self.rate):
                yield from (
                    at + self.rng.expovariate(1 / (HOUR / 2))
                    for _ in range(3 + _poisson(self.rng, 6))
                )

    def truth(self) -> dict[Slot, float]:
        """Articles an hour by local hour, workdays and weekends apart, bursts in proportion."""
        week = [START + index * HOUR for index in range(168)]
        usual: dict[Slot, list[float]] = {}
        for at in week:
            usual.setdefault(slot(at, self.zone), []).append(self.usual(at))
        return {one: sum(rates) / len(rates) for one, rates in usual.items()}


def generate(newsroom: str, *, seed: int = 1) -> list[Trace]:
    """Sixty sources over three weeks; `newsroom` is one of NEWSROOMS."""
    rng = random.Random(f"{newsroom} {seed}")
    # Quantiles, so that the few busiest sources do not make each newsroom another.
    shares = [NormalDist().inv_cdf((index + 0.5) / SOURCES) for index in range(SOURCES)]
    rates = [_A_DAY / 24 * math.exp(_SPREAD * share - _SPREAD**2 / 2) for share in shares]
    rng.shuffle(rates)
    return [
        _trace(f"{newsroom}-{index}", NEWSROOMS[newsroom], rate, rng)
        for index, rate in enumerate(rates)
    ]


def _trace(name: str, change: Callable[[_Source], None], rate: float, rng: random.Random) -> Trace:
    hours = _normal([one * rng.lognormvariate(0, 0.3) for one in _shifted(rng.randint(-2, 2))])
    source = _Source(
        rng=rng,
        zone=ZoneInfo(rng.choice(_ZONES)),
        rate=rate,
        hours=hours,
        days=_normal([one * rng.lognormvariate(0, 0.1) for one in _WEEK]),
    )
    change(source)
    published = source.publish()
    if change is _at_full_hours:
        published = [math.ceil(at / HOUR) * HOUR + rng.random() * 90 for at in published]
    published = sorted(at for at in published if START <= at < START + DAYS * DAY)
    truth = _counted(published, source.zone, START, START + DAYS * DAY)
    if source.activity is None:  # else there is no one truth
        truth = source.truth()
    return Trace(source=name, zone=source.zone, published=published, truth=truth)


def _plain(source: _Source) -> None:
    """Hours, weekdays, three zones, bursts."""


def _steady(source: _Source) -> None:
    """No hours, no days, no bursts: nothing to learn but the rate."""
    source.hours, source.days, source.bursts_a_week = [1.0] * 24, [1.0] * 7, 0.0


def _in_the_morning(source: _Source) -> None:
    """Half of a day's articles come within one hour of the morning."""
    morning = source.rng.choice((5, 6, 7, 8))
    source.hours = _normal([23.0 if hour == morning else 1.0 for hour in range(24)])


def _office_hours(source: _Source) -> None:
    """Silence at night."""
    source.hours = _normal([1.0 if 7 <= hour < 18 else 0.0 for hour in range(24)])
    source.bursts_a_week = 0.0  # they would run on into hours that the oracle never looks at


def _workdays(source: _Source) -> None:
    """Next to nothing at weekends."""
    source.days = _normal([1.0] * 5 + [0.08] * 2)


def _at_full_hours(source: _Source) -> None:
    """All of it comes in bulk at the full hour."""


def _dying(source: _Source) -> None:
    """Some stop for good, some for days, some begin."""
    change, pause = source.rng.randint(6, DAYS - 2), source.rng.randint(1, 5)
    before, between, after = source.rng.choice(((1.0, 0.02, 0.02), (1.0, 0.0, 1.0), (0.05, 1, 1)))
    source.activity = [before] * change + [between] * pause + [after] * DAYS


def _uneven(source: _Source) -> None:
    """One day is not like another."""
    source.activity = [source.rng.gammavariate(2, 0.5) for _ in range(DAYS + 1)]


NEWSROOMS: dict[str, Callable[[_Source], None]] = {
    "plain": _plain,
    "steady": _steady,
    "morning": _in_the_morning,
    "office": _office_hours,
    "workdays": _workdays,
    "full-hours": _at_full_hours,
    "dying": _dying,
    "uneven": _uneven,
}


def _shifted(hours: int) -> list[float]:
    return [_NIGHT_AND_DAY[(hour - hours) % 24] for hour in range(24)]


def _normal(values: list[float]) -> list[float]:
    mean = sum(values) / len(values)
    return [value / mean for value in values]


def _poisson(rng: random.Random, mean: float) -> int:
    """By Knuth's multiplication, in steps that do not underflow."""
    count = 0
    while mean > 0:
        step = min(mean, 30.0)
        mean -= step
        product, limit = rng.random(), math.exp(-step)
        while product > limit:
            count += 1
            product *= rng.random()
    return count


def span(traces: list[Trace]) -> tuple[float, float, float]:
    """(begin, begin of the scored last week, end), in seconds since 1970."""
    everything = [at for trace in traces for at in trace.published]
    begin, end = min(everything), max(everything) + 1
    return begin, max(end - timedelta(days=7).total_seconds(), begin), end
