"""Ways to place looks, each from traces and a budget to the instants of every source's looks."""

from __future__ import annotations

import heapq
import math
import random
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench.rhythms.traces import DAY, WEEK, Trace, slot
from monitor.rhythm.learning import Found, Rhythm, learn
from monitor.rhythm.local_week import HOUR, stretches
from monitor.rhythm.pacing import Pace, Watched, next_look, set_pace, spend

if TYPE_CHECKING:
    from collections.abc import Callable

Looks = list[list[float]]
"""For each trace, the instants of its looks in order, in seconds since 1970."""

_LISTED = 20  # articles in a feed at the first look
_PACE_EVERY = 6 * HOUR
_SETTLED = 0.002  # how near to the budget a rival's looks must come


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Look from `begin` to `end` and on until all is seen; articles from `scored` on count.

    `every` is the mean seconds between two looks at one source: the budget.
    """

    traces: list[Trace]
    begin: float
    scored: float
    end: float
    every: float

    @property
    def budget(self) -> float:
        """Looks in the scored time."""
        return len(self.traces) * (self.end - self.scored) / self.every

    def looks_in(self, looks: Looks) -> int:
        return sum(bisect_left(one, self.end) - bisect_left(one, self.scored) for one in looks)

    def delays(self, looks: Looks) -> list[float]:
        """Seconds from publication to the first look after it, of each article that counts."""
        return [
            one[bisect_left(one, at)] - at
            for trace, one in zip(self.traces, looks, strict=True)
            for at in trace.published
            if self.scored <= at < self.end
        ]


def fixed(task: Task) -> Looks:
    """Every source at the same interval."""
    return [_evenly(trace, task, task.every) for trace in task.traces]


def square_root(task: Task) -> Looks:
    """Every source at its own interval, by the root of what it published before the scored week."""
    counts = [bisect_left(trace.published, task.scored) + 0.5 for trace in task.traces]
    mean = sum(map(math.sqrt, counts)) / len(counts)
    return [
        _evenly(trace, task, task.every * mean / math.sqrt(count))
        for trace, count in zip(task.traces, counts, strict=True)
    ]


def entry_frequency(task: Task) -> Looks:
    """Miniflux: an interval of a week over the last week's entries times a factor, 5 minutes to 24 hours.

    (`internal/model/feed.go`, ScheduleNextCheck.) The factor is what spends the budget.
    """

    def looks(scale: float) -> Looks:
        def wait(trace: Trace, at: float, _new: int, _last: float) -> float:
            weekly = bisect_right(trace.published, at) - bisect_left(trace.published, at - WEEK)
            return min(max(WEEK * scale / weekly, HOUR / 12), DAY) if weekly else DAY

        return [_in_turn(trace, task, wait, task.scored - DAY) for trace in task.traces]

    return _fitted(task, looks, 1.0)


def adaptive(task: Task) -> Looks:
    """news-crawl: an interval a fifth shorter after a look that found something, half longer after another.

    (StormCrawler's AdaptiveScheduler with rate.decr .2 and rate.incr .5, and a longest interval of 1440
    times the shortest, as in news-crawl's configuration.) The shortest, there 90 minutes, is what spends
    the budget.
    """

    def looks(shortest: float) -> Looks:
        def wait(_trace: Trace, _at: float, new: int, last: float) -> float:
            return min(max(last * (0.8 if new else 1.5), shortest), 1440 * shortest)

        return [_in_turn(trace, task, wait, task.begin) for trace in task.traces]

    return _fitted(task, looks, task.every / 2)


def oracle(task: Task) -> Looks:
    """By the root of each source's true intensity by local hour, workdays and weekends apart."""
    roots = [{one: math.sqrt(rate) for one, rate in trace.truth.items()} for trace in task.traces]
    due = sum(
        root.get(slot(part.start, trace.zone), 0.0) * part.hours
        for trace, root in zip(task.traces, roots, strict=True)
        for part in stretches(task.scored, task.end, trace.zone)
    )
    factor = task.budget / due
    return [
        _by_density(trace, task, {one: factor * value for one, value in root.items()})
        for trace, root in zip(task.traces, roots, strict=True)
    ]


def siaga(task: Task) -> Looks:
    """The daemon's: learns from what its own looks find, from the begin on."""
    return _Siaga(task).run()


class _Siaga:
    """Siaga's rhythm and pacing as the daemon wires them, on a simulated clock."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.per_day = len(task.traces) * DAY / task.every
        self.looks: Looks = [[] for _ in task.traces]
        self.seen = [bisect_left(trace.published, task.begin) for trace in task.traces]
        self.sources = [Watched(rhythm=Rhythm(), zone=trace.zone) for trace in task.traces]
        self.pace: Pace = set_pace(
            None, self.sources, looks_per_day=self.per_day, now=_instant(task.begin)
        )

    def run(self) -> Looks:
        task = self.task
        due = [
            (task.begin + index / len(task.traces) * min(task.every, HOUR), index)
            for index in range(len(task.traces))
        ]
        heapq.heapify(due)
        while due:
            at, index = heapq.heappop(due)
            following = self.look(index, at)
            if at < task.end:
                heapq.heappush(due, (following, index))
        return self.looks

    def look(self, index: int, at: float) -> float:
        trace, source, now = self.task.traces[index], self.sources[index], _instant(at)
        seen, count = self.seen[index], bisect_right(trace.published, at)
        first = not self.looks[index]
        new = trace.published[max(seen - _LISTED, 0) if first else seen : count]
        found = Found(at=now, published=tuple(map(_instant, new)))
        rhythm = learn(source.rhythm, found, zone=trace.zone)
        source = Watched(rhythm=rhythm, zone=trace.zone)
        self.sources[index] = source
        self.seen[index] = count
        self.looks[index].append(at)
        if at // _PACE_EVERY > self.pace.at.timestamp() // _PACE_EVERY:
            self.pace = set_pace(self.pace, self.sources, looks_per_day=self.per_day, now=now)
        self.pace = spend(self.pace, now=now)
        return next_look(source, self.pace, looked_at=now, now=now).at.timestamp()


SCHEDULES: dict[str, Callable[[Task], Looks]] = {
    "fixed": fixed,
    "entry_frequency": entry_frequency,
    "adaptive": adaptive,
    "square_root": square_root,
    "siaga": siaga,
    "oracle": oracle,
}


def _evenly(trace: Trace, task: Task, every: float) -> list[float]:
    start = task.scored - every * random.Random(trace.source).random()
    return [start + index * every for index in range(math.ceil((task.end - start) / every) + 1)]


def _in_turn(
    trace: Trace,
    task: Task,
    wait: Callable[[Trace, float, int, float], float],
    start: float,
) -> list[float]:
    """Looks that each decide the wait to the next: by trace, instant, what was new, the last wait."""
    every = task.every
    at = start + every * random.Random(trace.source).random()
    seen = bisect_left(trace.published, start)
    looks: list[float] = []
    while True:
        looks.append(at)
        if at >= task.end:
            return looks
        count = bisect_right(trace.published, at, seen)
        every = wait(trace, at, count - seen, every)
        seen = count
        at += every


def _by_density(trace: Trace, task: Task, density: dict[tuple[bool, int], float]) -> list[float]:
    """Looks where a density, in looks an hour by slot, sums up to whole numbers."""
    missing = random.Random(trace.source).random()
    looks: list[float] = []
    for part in stretches(task.scored - 3 * DAY, task.end + 2 * WEEK, trace.zone):
        rate, start = density.get(slot(part.start, trace.zone), 0.0), part.start
        while rate * (part.end - start) / HOUR >= missing:
            start += missing / rate * HOUR
            looks.append(start)
            missing = 1.0
        missing -= rate * (part.end - start) / HOUR
        if start >= task.end and looks and looks[-1] >= task.end:
            break
    return [*looks, task.end + 2 * WEEK]


def _fitted(task: Task, looks: Callable[[float], Looks], guess: float) -> Looks:
    """The looks of a schedule whose scale (more of it, fewer looks) is fitted to the budget."""
    low, high, scale = 0.0, math.inf, guess
    best, nearest = looks(guess), math.inf
    found = best
    for attempt in range(20):
        ratio = task.looks_in(found) / task.budget
        if abs(ratio - 1) < nearest:
            best, nearest = found, abs(ratio - 1)
        if nearest < _SETTLED:
            break
        low, high = (scale, high) if ratio > 1 else (low, scale)
        proportional = attempt < 3 and low < scale * ratio < high
        scale = scale * ratio if proportional else _between(low, high)
        found = looks(scale)
    return best


def _between(low: float, high: float) -> float:
    """A scale between two, of which one may be unknown yet: 0 or infinite."""
    if not low:
        return high / 2
    return low * 2 if math.isinf(high) else math.sqrt(low * high)


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
