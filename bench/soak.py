"""Half an hour of everything at once: failing sites, hot edits, kills, slow receivers; what is left of it?

    python bench/soak.py [--minutes 30] [--sites 50]

The sites are those of bench/faults.py, falling ill and recovering every few minutes. In the first part of the
time the daemon or its worker is killed every minute or two; in the rest nothing is killed, and memory and
open files are watched. config.yaml is edited throughout. At the end everything published must have been
told, repeats only under one id, and the database must be whole.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.snapshots import damage  # noqa: E402  # after the path is set
from tests.e2e.faulty_newsroom import (  # noqa: E402
    ODD_FEEDS,
    PAGE_TROUBLES,
    QUICK_FEED_TROUBLES,
    SLOW_FEED_TROUBLES,
    FaultyNewsroom,
)
from tests.e2e.program import Program, in_time  # noqa: E402
from tests.servers.webhook import WebhookReceiver  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.program import Daemon

TROUBLES = (*QUICK_FEED_TROUBLES, *SLOW_FEED_TROUBLES, *PAGE_TROUBLES)
EVERY = 10.0  # seconds between two articles of a site, and between two looks
SPELL = 24  # rounds that the sites are well or ill
KILLING = 0.4  # of the time
WARM_UP = 0.6  # of the time: what is used from here on is compared with what is used at the end
FAULT_RATE = 0.2
LAST_SECONDS = 300.0


@dataclass
class Watched:
    """What daemon and worker used, by round: proportional set size in MB, and open files."""

    memory: list[float] = field(default_factory=list)
    files: list[int] = field(default_factory=list)

    def note(self, pids: list[int]) -> None:
        self.memory.append(sum(map(proportional_set_size, pids)) / 2**20)
        self.files.append(sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids))


def proportional_set_size(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


class Soak:
    """Plays the newsroom, the editor and the killer, round after round."""

    def __init__(self, program: Program, room: FaultyNewsroom, hook: WebhookReceiver) -> None:
        self._program = program
        self._room = room
        self._config = room.config(hook.url("/flaky"), every=f"{EVERY:.0f}s")
        self._random = random.Random(4)
        self._daemon: Daemon | None = None
        self._stack = ExitStack()
        self.kills: dict[str, int] = defaultdict(int)
        self.edits = 0
        self.watched = Watched()

    @contextmanager
    def running(self) -> Iterator[None]:
        self._program.save(self._config)
        self._room.publish()  # what was there before: it is told to nobody
        with self._stack:
            self._start()
            for member in self._room.members:
                assert self.daemon.says(f"{member.name}: 1 new", 120.0), member.name
            yield
            self.daemon.stop()

    @property
    def daemon(self) -> Daemon:
        assert self._daemon is not None
        return self._daemon

    def _start(self) -> None:
        self._stack.close()
        self._daemon = self._stack.enter_context(self._program.daemon())

    def play(self, minutes: float) -> None:
        rounds, started = int(minutes * 60 / EVERY), time.monotonic()
        for number in range(rounds):
            time.sleep(max(0.0, started + number * EVERY - time.monotonic()))
            if number % SPELL == SPELL // 2:
                self._room.fall_ill()
            elif number % SPELL == 0:
                self._room.recover()
            self._room.publish()
            if number % 9 == 5:
                self._edit()
            if number < KILLING * rounds:
                if number % 9 == 8:
                    self._kill()
            elif number >= WARM_UP * rounds:
                self.watched.note([self.daemon.process.pid, self.daemon.workers[-1]])
        self._room.recover()

    def _edit(self) -> None:
        """Another watchlist each time, that nothing meets; every third edit is a broken one first."""
        self.edits += 1
        if self.edits % 3 == 0:
            self._program.save("watchlists: [{name: rusak, any: [AND]}]\n")
            time.sleep(3)
        extra = f"watchlists: [{{name: w{self.edits}, any: [tiada{self.edits}]}}, "
        self._program.save(self._config.replace("watchlists: [", extra))

    def _kill(self) -> None:
        victim = self._random.choice(["daemon", "worker"])
        self.kills[victim] += 1
        if victim == "worker":
            os.kill(self.daemon.workers[-1], signal.SIGKILL)
            return
        self.daemon.kill()
        self._start()


def told_ids(hook: WebhookReceiver) -> dict[str, set[str]]:
    """The ids under which each title was accepted, repeats included."""
    ids: dict[str, set[str]] = defaultdict(set)
    for one in hook.accepted:
        alerts = one.data.get("alerts") or [one.data]
        for alert in alerts:
            if "article" in alert:
                ids[alert["article"]["title"]].add(one.headers["webhook-id"])
    return ids


def growth(values: list[float]) -> float:
    """How much larger the last fifth is than the first, by their means, as a part of the first."""
    if len(values) < 5:
        return 0.0
    fifth = len(values) // 5
    first, last = sum(values[:fifth]) / fifth, sum(values[-fifth:]) / fifth
    return last / first - 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--sites", type=int, default=50)
    asked = parser.parse_args()
    healthy = max(0, asked.sites - len(TROUBLES) - len(ODD_FEEDS))
    with (
        tempfile.TemporaryDirectory(prefix="siaga-soak-") as folder,
        FaultyNewsroom(TROUBLES, ODD_FEEDS, healthy=healthy) as room,
        WebhookReceiver(fault_rate=FAULT_RATE) as hook,
    ):
        program = Program(directory=Path(folder))
        soak = Soak(program, room, hook)
        with soak.running():
            before = set(room.titles())
            soak.play(asked.minutes)
            news = set(room.titles()) - before
            in_time(lambda: news <= told_ids(hook).keys(), LAST_SECONDS)
        ids = told_ids(hook)
        complaint = damage(program.directory / "siaga.db")
    files = soak.watched.files
    figures = {
        "minutes": asked.minutes,
        "sites": len(room.members),
        "published": len(news),
        "lost": len(news - ids.keys()),
        "told_under_two_ids": sum(len(ids[title]) > 1 for title in news & ids.keys()),
        "kills": sum(soak.kills.values()),
        "edits": soak.edits,
        "memory_mb": round(soak.watched.memory[-1], 1) if soak.watched.memory else None,
        "memory_growth": round(growth(soak.watched.memory), 4),
        "files_first_last": [files[0], files[-1]] if files else None,
        "database": complaint or "whole",
    }
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):20} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
