"""The cost of looking at a source that has not changed, and whether looking for long takes more memory.

    python bench/looks.py [--sources 300] [--looks 5000] [--crawls 10]

The sources stand on loopback, each on a host of its own, and answer conditional requests with 304. Looks are
the daemon's own, from the plan to the record of what came: CPU of the daemon's side and of the worker are
counted together. Beside it: the same look as a process of its own, `scrapy crawl SITE`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import proc  # noqa: E402  # after the path is set
from bench.answering import Answering  # noqa: E402
from core.clock import SystemClock  # noqa: E402
from crawler.supervisor import Supervisor, resident_memory  # noqa: E402
from monitor.config import Config, read_config  # noqa: E402
from monitor.visiting import Visiting, worker_settings  # noqa: E402
from monitor.writer import Writer  # noqa: E402

if TYPE_CHECKING:
    from crawler.sites import SiteConfig
    from monitor.visiting import Look

ITEMS = "".join(
    f"<item><title>Kabar lama nomor {n}</title><link>/berita/{n}</link></item>" for n in range(30)
)
FEED = (
    f'<?xml version="1.0"?><rss version="2.0"><channel><title>Koran</title>{ITEMS}</channel></rss>'
)
WARM_UP = 2  # looks at each source before anything is counted: the first one reads it


class Unchanged(Answering):
    """A feed that never changes, without any article to be had."""

    def respond(self) -> None:
        if self.path == "/robots.txt":
            self.answer(b"User-agent: *\nAllow: /\n", "text/plain")
        elif self.path == "/feed.xml":
            self.answer(FEED.encode(), "application/rss+xml")
        else:
            self.answer(b"", "text/html", status=404)


def serve(ports: multiprocessing.Queue[int]) -> None:
    server = ThreadingHTTPServer(("0.0.0.0", 0), Unchanged)
    ports.put(server.server_address[1])
    server.serve_forever()


def config_for(port: int, sources: int, folder: Path) -> Path:
    path = folder / "config.yaml"
    hosts = [f"http://127.0.{1 + n // 250}.{1 + n % 250}:{port}" for n in range(sources)]
    sites = "".join(
        f"  - {{name: s{n}, url: '{host}/', feeds: ['{host}/feed.xml'], timezone: Asia/Makassar}}\n"
        for n, host in enumerate(hosts)
    )
    path.write_text(
        f"crawl: {{delay: 0s}}\nnetwork: {{allow_private: ['127.0.0.0/8']}}\nsites:\n{sites}"
        "watchlists: []\nchannels: {}\n"
    )
    return path


class Cpu(NamedTuple):
    """Seconds of CPU, user and system, of the daemon's side and of its worker."""

    daemon: float
    worker: float

    def since(self, before: Cpu) -> Cpu:
        return Cpu(self.daemon - before.daemon, self.worker - before.worker)

    def plus(self, other: Cpu) -> Cpu:
        return Cpu(self.daemon + other.daemon, self.worker + other.worker)


class Looks:
    """Looks at all sources in turn, as the daemon makes them, inside its `async with` block."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.writer = Writer(config.database, clock=SystemClock())
        self._supervisor = Supervisor(worker_settings(config.crawl), clock=SystemClock())
        self._visiting = Visiting(
            self.writer, self._supervisor, clock=SystemClock(), on_alert=lambda: None
        )

    async def __aenter__(self) -> Self:
        await self.writer.open(self._config, heed_baseline=True)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._supervisor.stop()
        await self.writer.close()

    async def look(self, count: int) -> None:
        """So many looks, at one source after the other."""
        sites = self._config.crawl.sites
        for number in range(count):
            await self.look_at(sites[number % len(sites)])

    async def look_at(self, site: SiteConfig) -> Look:
        look = await self._visiting.look(site, self._config)
        if look.problem is not None:
            raise SystemExit(f"a look failed: {look.problem}")
        return look

    def cpu(self) -> Cpu:
        """What was used so far."""
        return Cpu(time.process_time(), proc.cpu_seconds(self._supervisor.pid or 0))

    def memory(self) -> int:
        """Bytes that daemon and worker have in memory."""
        return resident_memory(os.getpid()) + resident_memory(self._supervisor.pid or 0)


async def measure(config: Config, looks: int) -> dict[str, float]:
    """Begins with a warm-up; memory is taken after a fifth of the looks and after the last."""
    async with Looks(config) as looking:
        await looking.look(WARM_UP * len(config.crawl.sites))
        before = looking.cpu()
        await looking.look(looks // 5)
        early = looking.memory()
        await looking.look(looks - looks // 5)
        late, cpu = looking.memory(), looking.cpu().since(before)
    return {
        "cpu_ms_per_look": sum(cpu) / looks * 1000,
        "memory_mb_early": early / 2**20,
        "memory_mb_late": late / 2**20,
    }


def measure_crawls(config: Path, crawls: int) -> float:
    """CPU seconds of `scrapy crawl`, a process for each look."""
    environment = {**os.environ, "SIAGA_CONFIG": str(config)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for number in range(crawls):
        command = [sys.executable, "-m", "scrapy", "crawl", f"s{number}"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) / crawls


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sources", type=int, default=300)
    parser.add_argument("--looks", type=int, default=5000)
    parser.add_argument("--crawls", type=int, default=10)
    asked = parser.parse_args()
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(ports,), daemon=True)
    server.start()
    with tempfile.TemporaryDirectory(prefix="siaga-bench-") as name:
        config = config_for(ports.get(), asked.sources, Path(name))
        figures = asyncio.run(measure(read_config(config), asked.looks))
        figures["cpu_ms_process_per_crawl"] = 1000 * measure_crawls(config, asked.crawls)
    server.terminate()
    print(f"a look at an unchanged source  {figures['cpu_ms_per_look']:8.1f} ms CPU")
    print(f"a process for each look        {figures['cpu_ms_process_per_crawl']:8.1f} ms CPU")
    print(
        f"memory, daemon and worker      {figures['memory_mb_early']:8.1f} MB after "
        f"{asked.looks // 5} looks, {figures['memory_mb_late']:.1f} MB after {asked.looks}"
    )
    print(json.dumps({key: round(value, 2) for key, value in figures.items()}))


if __name__ == "__main__":
    main()
