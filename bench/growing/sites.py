"""What a look and an article cost with so many sites, by the daemon's own look from plan to next plan."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bench.looks import Cpu, Looks
from bench.newsroom import Newsroom
from core.clock import SystemClock
from monitor.config import read_config
from monitor.rhythm.timetable import Timetable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.press.published import House
    from crawler.sites import SiteConfig
    from monitor.config import Config

LOOKS = 200
"""Looks that are counted, at unchanged sites and at sites with one new article each."""
OLD_NEWS = 1  # article of each site that is there at the first look


class PlannedLooks:
    """Looks after each of which the next one is planned, as the daemon does it."""

    def __init__(self, looks: Looks, config: Config) -> None:
        self._looks, self._config = looks, config
        self._timetable = Timetable({})
        self._timetable.follow(
            config.crawl, zone=config.timezone, weights={}, now=SystemClock().now()
        )

    async def look_at(self, site: SiteConfig) -> int:
        """Returns how many articles were stored."""
        began = SystemClock().now()
        look = await self._looks.look_at(site)
        writer, timetable = self._looks.writer, self._timetable
        learned = timetable.learn(site, look.found, more=look.more)
        not_before = await writer.not_before(site, self._config)
        planned = timetable.next(
            site, planned_at=began, not_before=not_before, now=SystemClock().now()
        )
        await writer.plan_look(site.name, planned, learned)
        return look.taken.new

    async def cost(self, room: Newsroom | None) -> Cpu:
        """CPU seconds of a look, the mean over LOOKS; in a `room`, each finds one new article."""
        spent, found, sites = Cpu(0.0, 0.0), 0, self._config.crawl.sites
        for number in range(LOOKS):
            site = sites[number % len(sites)]
            if room is not None:
                room.publish(site.name)
            before = self._looks.cpu()
            found += await self.look_at(site)
            spent = spent.plus(self._looks.cpu().since(before))
        if found != (LOOKS if room is not None else 0):
            raise SystemExit(f"{LOOKS} looks found {found} articles")
        return Cpu(spent.daemon / LOOKS, spent.worker / LOOKS)


def measure_sites(count: int, folder: Path) -> dict[str, float]:
    """CPU in ms of a look that finds nothing, and of what one article adds to a look, by process."""
    path = folder / f"sites-{count}.yaml"
    with Newsroom(houses=count, articles=OLD_NEWS) as room:
        path.write_text(config_for(room.houses, database=f"sites-{count}.db"))
        quiet, added = asyncio.run(_costs(read_config(path), room))
    figures = {
        "look_ms": sum(quiet),
        "look_daemon_ms": quiet.daemon,
        "look_worker_ms": quiet.worker,
        "article_ms": sum(added),
        "article_daemon_ms": added.daemon,
        "article_worker_ms": added.worker,
    }
    return {name: round(seconds * 1_000, 3) for name, seconds in figures.items()}


async def _costs(config: Config, room: Newsroom) -> tuple[Cpu, Cpu]:
    sites = config.crawl.sites
    async with Looks(config) as looks:
        planned = PlannedLooks(looks, config)
        for number in range(max(len(sites), LOOKS // 2)):
            await planned.look_at(sites[number % len(sites)])
        quiet = await planned.cost(None)
        busy = await planned.cost(room)
    return quiet, busy.since(quiet)


def config_for(houses: Sequence[House], *, database: str) -> str:
    """Sites with one feed each, asked without pauses, and nobody to be told."""
    sites = "".join(
        f"  - {{name: {one.name}, url: '{one.url}', feeds: ['{one.feed}'], timezone: Asia/Makassar}}\n"
        for one in houses
    )
    return (
        f"database: {database}\ncrawl: {{delay: 0s}}\nnetwork: {{allow_private: ['127.0.0.0/8']}}\n"
        f"sites:\n{sites}watchlists: []\nchannels: {{}}\n"
    )
