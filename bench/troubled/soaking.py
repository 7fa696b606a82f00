"""Plays half an hour of everything at once: the newsroom, the editor, the killer, and who is told."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter, defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bench.troubled.deliveries import digests_in, told_everywhere
from bench.troubled.edits import edits
from bench.troubled.newsroom import EVERY
from bench.troubled.usage import Usage, usage_of
from tests.e2e.program import in_time, is_alive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.faulty_newsroom import FaultyNewsroom
    from tests.e2e.program import Daemon, Program
    from tests.servers.webhook import WebhookReceiver

SPELL = 12  # rounds: the sites are well for half of them, and ill for the other half
EDIT_EVERY, KILL_EVERY = 9, 4  # rounds
KILLING = 0.4  # of the time
WARM_UP = 0.6  # of the time: what is used from here on is watched
FIRST_SECONDS = 120.0  # for the first look at all sites
ANSWER_SECONDS = 60.0
LAST_SECONDS = 420.0  # for what failed to be asked again, and for the last deliveries
LOOK_SECONDS = 3.0  # between two looks at what is still missing


class SoakError(Exception):
    """The soak cannot go on: the daemon did not do in time what it always does."""


class Event(StrEnum):
    """What happens in a round."""

    MEASURE = "measure"
    FALL_ILL = "fall ill"
    RECOVER = "recover"
    PUBLISH = "publish"
    EDIT = "edit"
    KILL = "kill"


def events(number: int, rounds: int) -> Iterator[Event]:
    """What happens in one of the rounds, in order."""
    if number >= WARM_UP * rounds:
        yield Event.MEASURE
    if number % SPELL == SPELL // 2:
        yield Event.FALL_ILL
    elif number % SPELL == 0:
        yield Event.RECOVER
    yield Event.PUBLISH
    if number % EDIT_EVERY == EDIT_EVERY // 2:
        yield Event.EDIT
    if number < KILLING * rounds and number % KILL_EVERY == KILL_EVERY - 1:
        yield Event.KILL


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivers:
    """Who is told: one that fails now and then, and one that takes its time."""

    failing: WebhookReceiver
    slow: WebhookReceiver

    @property
    def both(self) -> tuple[WebhookReceiver, WebhookReceiver]:
        return self.failing, self.slow

    def config(self, room: FaultyNewsroom) -> str:
        """The newsroom's config.yaml, with both."""
        slow = f"lambat: {{type: webhook, url: '{self.slow.url('/slow')}', allow_private: true}}"
        config = room.config(self.failing.url("/flaky"), every=f"{EVERY:.0f}s")
        return config.replace("channels: {", f"channels: {{{slow}, ")

    def recover(self) -> None:
        self.failing.fault_rate = self.slow.slow_seconds = 0.0


class Soak:
    """One soak: `play` inside `running`, then `drain`; the rest is what it did and noted."""

    def __init__(self, program: Program, room: FaultyNewsroom, receivers: Receivers) -> None:
        self._program = program
        self._room = room
        self._receivers = receivers
        self._config = receivers.config(room)
        self._random = random.Random(4)
        self._daemon: Daemon | None = None
        self._stack = ExitStack()
        self._worker_kills = 0  # in the life of this daemon
        self.edits = 0
        self.kills: Counter[str] = Counter()
        self.daemon_killed_at: list[float] = []
        """As time.monotonic()."""
        self.unasked_restarts = 0
        """Workers that were started although nobody had killed the one before."""
        self.used: dict[str, list[Usage]] = defaultdict(list)

    @contextmanager
    def running(self) -> Iterator[None]:
        """A daemon that has had its first look at every site; it must end well."""
        self._program.save(self._config)
        self._room.publish()  # what was there before: it is told to nobody
        with self._stack:
            self._start()
            for member in self._room.members:
                if not self.daemon.says(f"{member.name}: 1 new", FIRST_SECONDS):
                    raise SoakError(f"{member.name} was not looked at")
            yield
            self._stop()

    @property
    def daemon(self) -> Daemon:
        """The one that runs now."""
        assert self._daemon is not None
        return self._daemon

    def _start(self) -> None:
        self._stack.close()
        self._daemon = self._stack.enter_context(self._program.daemon())
        self._worker_kills = 0

    def _stop(self) -> None:
        status = self.daemon.stop(seconds=ANSWER_SECONDS)
        self._note_life()
        if status != 0:
            raise SoakError(f"the daemon ended with status {status}")

    def play(self, minutes: float) -> None:
        actions: dict[Event, Callable[[], None]] = {
            Event.MEASURE: self._measure,
            Event.FALL_ILL: self._room.fall_ill,
            Event.RECOVER: self._room.recover,
            Event.PUBLISH: self._room.publish,
            Event.EDIT: self._edit,
            Event.KILL: self._kill,
        }
        rounds, started = int(minutes * 60 / EVERY), time.monotonic()
        for number in range(rounds):
            time.sleep(max(0.0, started + number * EVERY - time.monotonic()))
            for event in events(number, rounds):
                actions[event]()

    def drain(self, news: set[str]) -> None:
        """Let all be well, try at once what waits, until both receivers have everything or time is up.

        The daemon is started anew: a site that failed for long is left alone for long, but at a start all
        of them are asked.
        """
        self._room.recover()
        self._receivers.recover()
        self._stop()
        self._start()
        ends = time.monotonic() + LAST_SECONDS
        while self._untold(news) and time.monotonic() < ends:
            waiting = self._program.ask("deliveries", "--state", "retry")
            if waiting:
                self._program.run("redeliver", *(str(one["id"]) for one in waiting))
            time.sleep(LOOK_SECONDS)

    def _untold(self, news: set[str]) -> set[str]:
        digests = digests_in(self._program.directory / "siaga.db")
        return news - told_everywhere(self._receivers.both, digests)

    def _measure(self) -> None:
        for who, pid in (("daemon", self.daemon.process.pid), ("worker", self._worker())):
            self.used[who].append(usage_of(pid))

    def _worker(self) -> int:
        """The worker that lives; where it has just died, the next one."""

        def living() -> list[int]:
            return [pid for pid in self.daemon.workers[-1:] if is_alive(pid)]

        if not in_time(lambda: bool(living()), ANSWER_SECONDS):
            raise SoakError("there is no crawl worker")
        return living()[0]

    def _edit(self) -> None:
        for edit in edits(self._config, self.edits):
            before = self._said(edit.answer)
            self._program.save(edit.text)
            self._hear(edit.answer, before)
        self.edits += 1

    def _hear(self, words: str, before: int) -> None:
        """Wait until the daemon says this once more than `before`."""
        if not in_time(lambda: self._said(words) > before, ANSWER_SECONDS):
            raise SoakError(f"the daemon did not say {words!r} of an edit")

    def _said(self, words: str) -> int:
        return self.daemon.log.count(words)

    def _kill(self) -> None:
        """Kill the one or the other, somewhere in this round."""
        time.sleep(self._random.uniform(0, EVERY / 2))
        victim = self._random.choice(["daemon", "worker"])
        self.kills[victim] += 1
        if victim == "worker":
            os.kill(self._worker(), signal.SIGKILL)
            self._worker_kills += 1
            return
        self._note_life()
        self.daemon.kill()
        self.daemon_killed_at.append(time.monotonic())
        self._start()

    def _note_life(self) -> None:
        """Keep what the daemon said, and count the workers that it had to replace unasked."""
        with (self._program.directory / "daemon.log").open("a", encoding="utf-8") as log:
            log.write(self.daemon.log)
        self.unasked_restarts += max(0, len(self.daemon.workers) - 1 - self._worker_kills)
