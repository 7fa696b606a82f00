"""The contest of monitors: the same news told to all at once, and all of them killed while they tell it."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import cycle, islice
from threading import Thread
from typing import TYPE_CHECKING

from bench.monitors.receiver import Mood
from bench.monitors.tally import Where, names, told
from bench.press.listings import FEED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.monitors.receiver import Receiver
    from bench.monitors.running import Running
    from bench.newsroom import Newsroom
    from bench.press.published import LoggedRequest, Published

WORD = "Suriah"
EVERY = 10  # seconds between Siaga's looks at a feed
GAP = 2.0  # seconds between two publications anywhere
MIX = (*[Where.HEADLINE] * 3, Where.TEXT, Where.NOWHERE)
AT_ONCE = 5  # articles that a kill may lose
INTO_DELIVERY = 1.0  # seconds from the first message to the kill
REFUSAL = 10.0  # seconds, from the first message
SETTLING, DRAIN, SEEING, LAST = 240.0, 2.5 * EVERY, 3.0 * EVERY, 30.0  # seconds to wait at most
PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Entrant:
    """A monitor at work, and the receiver that is its own."""

    running: Running
    receiver: Receiver
    every: int
    """Seconds between two looks."""

    @property
    def name(self) -> str:
        return self.running.tool.name

    def has_told(self, articles: Sequence[Published]) -> bool:
        return not told(articles, list(self.receiver.messages)).lost


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What was published while everything went well, and what the entrants spent meanwhile, by name."""

    minutes: float
    articles: dict[Where, list[Published]]
    cpu_seconds: dict[str, float]
    requests: Counter[str]
    megabytes: dict[str, float]
    looks: list[LoggedRequest]
    """At feeds, by anyone."""


class Contest:
    """The same news for all entrants."""

    def __init__(self, room: Newsroom, entrants: Sequence[Entrant]) -> None:
        self._room = room
        self._entrants = entrants
        self._rng = random.Random(8)

    def settle(self) -> None:
        """Until each feed has been asked for twice by each: what was there before is known then."""
        feeds = {
            f"{one.name} {house.name}" for one in self._entrants for house in self._room.houses
        }
        asked: Counter[str] = Counter()

        def settled() -> bool:
            asked.update(f"{one.agent} {one.site}" for one in self._room.requests() if is_feed(one))
            return all(asked[feed] > 1 for feed in feeds)

        if not in_time(settled, SETTLING):
            raise SystemExit(f"not looked at: {sorted(feed for feed in feeds if asked[feed] < 2)}")

    def news(self, seconds: float) -> News:
        articles: dict[Where, list[Published]] = {where: [] for where in Where}
        before = {one.name: one.running.cpu_seconds() for one in self._entrants}
        started = time.monotonic()
        for number, where in enumerate(islice(cycle(MIX), round(seconds / GAP))):
            time.sleep(max(0.0, started + GAP * number - time.monotonic()))
            articles[where].append(self._publish(where))
            for one in self._entrants:
                one.running.note_memory()
        time.sleep(max(0.0, started + seconds - time.monotonic()))
        log = self._room.requests()
        spent = {one.name: one.running.cpu_seconds() - before[one.name] for one in self._entrants}
        self._all_told(articles[Where.HEADLINE], DRAIN)
        return News(
            minutes=seconds / 60,
            articles=articles,
            cpu_seconds=spent,
            requests=Counter(one.agent for one in log),
            megabytes=megabytes_by_agent(log),
            looks=[one for one in (*log, *self._room.requests()) if is_feed(one)],
        )

    def killing(self, mood: Mood) -> list[Published]:
        """One round: news at several houses at once, and everybody is killed while telling it."""
        for one in self._entrants:
            one.receiver.mood = mood
        houses = self._rng.sample(self._room.houses, AT_ONCE)
        articles = [self._room.publish(house.name, topic=WORD) for house in houses]
        threads = [Thread(target=interrupt, args=(one, articles)) for one in self._entrants]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._all_told(articles, EVERY)
        return articles

    def wait_for_the_last(self, articles: Sequence[Published]) -> None:
        self._all_told(articles, LAST)

    def _publish(self, where: Where) -> Published:
        house = self._rng.choice(self._room.houses).name
        return self._room.publish(
            house,
            topic=WORD if where is Where.HEADLINE else "",
            buried=WORD if where is Where.TEXT else "",
        )

    def _all_told(self, articles: Sequence[Published], seconds: float) -> None:
        in_time(lambda: all(one.has_told(articles) for one in self._entrants), seconds)


def interrupt(entrant: Entrant, articles: Sequence[Published]) -> None:
    """Kill it in the middle of telling these, and start it again; the receiver recovers."""
    receiver = entrant.receiver

    def tells() -> bool:
        return any(names(one, article) for one in receiver.messages for article in articles)

    in_time(tells, SEEING)
    began = time.monotonic()
    time.sleep(INTO_DELIVERY)
    entrant.running.kill_and_start_again()
    if receiver.mood is Mood.REFUSING:
        time.sleep(max(0.0, began + REFUSAL - time.monotonic()))
    receiver.mood = Mood.ACCEPTING


def megabytes_by_agent(log: Sequence[LoggedRequest]) -> dict[str, float]:
    fetched: dict[str, float] = defaultdict(float)
    for one in log:
        fetched[one.agent] += one.size / 1e6
    return fetched


def is_feed(request: LoggedRequest) -> bool:
    return request.path == f"/{FEED}"


def in_time(true: Callable[[], bool], seconds: float) -> bool:
    """Whether it became true before the time was up."""
    ends = time.monotonic() + seconds
    while not true():
        if time.monotonic() > ends:
            return False
        time.sleep(PAUSE)
    return True
