"""What a daemon costs that has nothing to tell: memory and CPU with 300 sites at their usual rhythm.

    python bench/idle.py [--sites 300] [--minutes 3]

The sites stand on loopback, each on a host of its own. A first round reads a few pages of each; then the
looks are laid out over ten minutes, as they lie after a day, and the daemon starts with the default pacing
(144 looks a day and site). For a minute the sites still publish, so that everything is loaded and warm; then
nothing is new any more, and daemon and worker are watched. At the end some texts come that are neither
Indonesian nor English: the detector that they need keeps its model in memory from then on.

Memory is the proportional set size (what is shared is counted once over those who share it), CPU that of
daemon and worker, as % of one core.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import IntEnum
from html import escape
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import proc  # noqa: E402  # after the path is set
from bench.answering import Answering  # noqa: E402
from bench.newswire.pieces import Piece, Press  # noqa: E402
from bench.press.printing import Printer  # noqa: E402
from bench.press.prose import indonesian_press  # noqa: E402
from core.database import immediate  # noqa: E402
from monitor.database import open_siaga_database  # noqa: E402
from monitor.records import MonitorRecords  # noqa: E402
from monitor.rhythm.pacing import Planned, Reason  # noqa: E402
from monitor.rhythm.timetable import LOOKS_PER_DAY  # noqa: E402
from tests.e2e.program import Program  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.sharedctypes import Synchronized

OLD = 2  # articles of each site, published in the hours before
ROUND_SECONDS = 600.0
SETTLING_SECONDS = 60.0
FOREIGN_SECONDS = 10.0
SAMPLE_SECONDS = 5.0
RSS = "application/rss+xml"
CHANNELS = """
channels:
  hook: {type: webhook, url: 'https://siaga.invalid/hook', secret: kunci}
  surat: {type: email, to: [ani@redaksi.invalid], from: siaga@redaksi.invalid, smtp: {host: surat.invalid}}
"""


class News(IntEnum):
    """What sites have for whoever looks at their feeds."""

    NONE = 0
    INDONESIAN = 1
    FOREIGN = 2


class Newsrooms:
    """What all sites publish; `news` says whether a feed that is looked at has something new."""

    def __init__(self, news: Synchronized[int]) -> None:
        rng = random.Random(1)
        self._press = indonesian_press(rng)
        self._foreign = Press(rng)
        self._printer = Printer(rng, self._press)
        self._news = news
        self._began = datetime.now(UTC)
        self._pieces: dict[str, list[Piece]] = {}
        self._lock = threading.Lock()

    def feed(self, host: str) -> bytes:
        with self._lock:
            pieces = self._pieces.setdefault(host, [self._old(host, n) for n in range(OLD)])
            if (news := News(self._news.value)) is not News.NONE:
                press = self._foreign if news is News.FOREIGN else self._press
                pieces.append(press.article(len(pieces), host, datetime.now(UTC)))
            items = "".join(
                f"<item><title>{escape(piece.title)}</title><link>http://{host}/berita/{number}</link>"
                f"<pubDate>{format_datetime(piece.at)}</pubDate></item>"
                for number, piece in reversed(list(enumerate(pieces)))
            )
        text = f"<rss version='2.0'><channel><title>{host}</title>{items}</channel></rss>"
        return f"<?xml version='1.0'?>{text}".encode()

    def page(self, host: str, number: int) -> bytes | None:
        with self._lock:
            pieces = self._pieces.get(host, [])
            if number >= len(pieces):
                return None
            return self._printer.page(pieces[number], f"http://{host}/berita/{number}")

    def _old(self, host: str, number: int) -> Piece:
        return self._press.article(number, host, self._began - timedelta(hours=5 * (OLD - number)))


def handler(rooms: Newsrooms) -> type[Answering]:
    """What answers for every site: which one is meant stands in the request."""

    class Front(Answering):
        def respond(self) -> None:
            host, number = self.headers["Host"], self.path.removeprefix("/berita/")
            if self.path == "/robots.txt":
                self.answer(b"User-agent: *\nAllow: /\n", "text/plain")
            elif self.path == "/feed.xml":
                self.answer(rooms.feed(host), RSS)
            elif number.isdigit() and (page := rooms.page(host, int(number))) is not None:
                self.answer(page, "text/html")
            else:
                self.answer(b"", "text/html", status=404)

    return Front


def serve(ports: multiprocessing.Queue[int], news: Synchronized[int]) -> None:
    server = ThreadingHTTPServer(("0.0.0.0", 0), handler(Newsrooms(news)))
    ports.put(server.server_address[1])
    server.serve_forever()


@contextmanager
def newsrooms() -> Iterator[tuple[int, Synchronized[int]]]:
    """The port on which the sites listen, in a process of their own, and the switch of their News."""
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    news: Synchronized[int] = multiprocessing.Value("i", News.NONE)
    server = multiprocessing.Process(target=serve, args=(ports, news), daemon=True)
    server.start()
    try:
        yield ports.get(), news
    finally:
        server.terminate()


def config_for(port: int, sites: int, *, crawl: str = "{}") -> str:
    """Sites with nothing said of them but where they are; ten watchlists, two channels."""
    hosts = [f"http://127.0.{1 + n // 250}.{1 + n % 250}:{port}" for n in range(sites)]
    entries = "".join(
        f"  - {{name: s{n}, url: '{host}/', feeds: ['{host}/feed.xml'], timezone: Asia/Makassar}}\n"
        for n, host in enumerate(hosts)
    )
    lists = "".join(
        f"  - {{name: w{n}, any: [tiada{n}, 'tak ada{n}'], notify: [hook, surat]}}\n"
        for n in range(10)
    )
    head = f"crawl: {crawl}\nnetwork: {{allow_private: ['127.0.0.0/8']}}\n"
    return f"{head}sites:\n{entries}watchlists:\n{lists}{CHANNELS}"


def lay_out_looks(database: Path, sites: int) -> None:
    """Plan the next look at each site, evenly over the round."""
    now = datetime.now(UTC)
    with closing(open_siaga_database(database)) as db, immediate(db) as connection:
        records = MonitorRecords(connection)
        for n in range(sites):
            at = now + timedelta(seconds=n * ROUND_SECONDS / sites)
            records.put_look(f"s{n}", Planned(at=at, reason=Reason.RHYTHM))


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a process uses now: proportional set size in MB, CPU seconds so far, threads, open files."""

    memory_mb: float
    cpu_seconds: float
    threads: int
    files: int

    @classmethod
    def of(cls, pid: int) -> Use:
        return cls(
            memory_mb=proc.proportional_megabytes(pid),
            cpu_seconds=proc.cpu_seconds(pid),
            threads=proc.threads(pid),
            files=proc.open_files(pid),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One process over the window: `memory_mb` is the most that was seen, `cpu_percent` of one core."""

    memory_mb: float
    cpu_percent: float
    threads: int
    files: int


def watch(pids: dict[str, int], minutes: float) -> dict[str, Watched]:
    """What processes use over some minutes; raises FileNotFoundError when one of them ends."""
    began = time.monotonic()
    seen: dict[str, list[Use]] = {name: [] for name in pids}
    while (passed := time.monotonic() - began) < minutes * 60 or not seen["daemon"]:
        for name, pid in pids.items():
            seen[name].append(Use.of(pid))
        time.sleep(SAMPLE_SECONDS)
    last = {name: Use.of(pid) for name, pid in pids.items()}
    passed = time.monotonic() - began
    return {
        name: Watched(
            memory_mb=max(use.memory_mb for use in (*uses, last[name])),
            cpu_percent=100 * (last[name].cpu_seconds - uses[0].cpu_seconds) / passed,
            threads=last[name].threads,
            files=last[name].files,
        )
        for name, uses in seen.items()
    }


def requests_made(database: Path) -> int:
    with closing(open_siaga_database(database)) as db:
        return int(db.execute("SELECT count(*) FROM fetches").fetchone()[0])


def publish(news: Synchronized[int], kind: News, seconds: float) -> None:
    """Let the sites publish for a while, and what they published be read."""
    news.value = kind
    time.sleep(seconds)
    news.value = News.NONE
    time.sleep(SAMPLE_SECONDS)


def memory(pids: dict[str, int]) -> float:
    return sum(Use.of(pid).memory_mb for pid in pids.values())


def measure(folder: Path, *, sites: int, minutes: float) -> dict[str, float]:
    program, database = Program(directory=folder), folder / "siaga.db"
    with newsrooms() as (port, news):
        program.save(config_for(port, sites, crawl="{delay: 0s}"))
        first = program.run("run", "--once", seconds=1800)
        assert first.status == 0, first.out + first.err
        lay_out_looks(database, sites)
        program.save(config_for(port, sites))
        with program.daemon() as daemon:
            publish(news, News.INDONESIAN, SETTLING_SECONDS)
            assert "1 new" in daemon.log, daemon.log
            before = requests_made(database)
            pids = {"daemon": daemon.process.pid, "worker": daemon.workers[-1]}
            watched = watch(pids, minutes)
            looks = requests_made(database) - before
            publish(news, News.FOREIGN, FOREIGN_SECONDS)
            found = figures(watched, looks=looks, sites=sites, minutes=minutes)
            found["foreign_memory_mb"] = memory(pids)
            daemon.stop()
    return found


def figures(
    watched: dict[str, Watched], *, looks: int, sites: int, minutes: float
) -> dict[str, float]:
    together = watched.values()
    cpu, usual = sum(one.cpu_percent for one in together), sites * LOOKS_PER_DAY / 24 / 60
    return {
        "sites": sites,
        "minutes": minutes,
        "looks_per_minute": looks / minutes,
        "usual_looks_per_minute": usual,
        **{f"{name}_mb": one.memory_mb for name, one in watched.items()},
        "memory_mb": sum(one.memory_mb for one in together),
        **{f"{name}_cpu_percent": one.cpu_percent for name, one in watched.items()},
        "cpu_percent": cpu,
        "threads": sum(one.threads for one in together),
        "files": sum(one.files for one in together),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sites", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=3.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="siaga-bench-") as folder:
        found = measure(Path(folder), sites=asked.sites, minutes=asked.minutes)
    print(f"{'':10}{'PSS MB':>8}{'% of a core':>13}")
    for name in ("daemon", "worker"):
        print(f"{name:10}{found[f'{name}_mb']:8.1f}{found[f'{name}_cpu_percent']:13.2f}")
    print(f"{'together':10}{found['memory_mb']:8.1f}{found['cpu_percent']:13.2f}")
    print(f"{'later':10}{found['foreign_memory_mb']:8.1f}   once a foreign text was read")
    print(
        f"{asked.sites} sites, {found['looks_per_minute']:.1f} looks a minute (the budget is "
        f"{found['usual_looks_per_minute']:.1f}), {found['threads']:.0f} threads, "
        f"{found['files']:.0f} open files, over {asked.minutes:g} minutes"
    )
    print(json.dumps({name: round(value, 2) for name, value in found.items()}))


if __name__ == "__main__":
    main()
