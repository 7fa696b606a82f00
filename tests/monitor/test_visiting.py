"""A look at a site that goes wrong: what broke the worker is set aside, and who asks for peace gets it."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from core.clock import SystemClock
from crawler.supervisor import Limits, Supervisor
from monitor.config import read_config
from monitor.visiting import Visiting
from monitor.writer import Writer
from tests.crawler.crew import LOOPBACK, PATIENCE, publish
from tests.servers import faults
from tests.servers.faults import FAULTS, answers
from tests.servers.newsroom import ATOM_FEED, FEED, NewsSite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from monitor.config import Config
    from monitor.visiting import Look

_ITEMS = "".join(
    f"<item><title>Kabar {n}</title><link>https://koran.example/{n}</link></item>"
    for n in range(40_000)
)
HEAVY_FEED = f"<rss><channel>{_ITEMS}</channel></rss>"


TOLD = """
channels: {kait: {type: webhook, url: 'https://kait.example/siaga'}}
watchlists: [{name: laut, any: [Kabar], notify: [kait]}]
"""


def config_in(directory: Path, site: NewsSite, *feeds: str, more: str = "") -> Config:
    path = directory / "config.yaml"
    addresses = ", ".join(f"'{site.url}{feed}'" for feed in feeds)
    path.write_text(
        f"crawl: {{delay: 0s}}\nsites: [{{name: koran, url: '{site.url}/', feeds: [{addresses}]}}]\n"
        + more
    )
    return read_config(path, environment={})


class Newsroom:
    """Looks at the one site of a config, with all that the daemon uses for it."""

    def __init__(self, config: Config) -> None:
        clock = SystemClock()
        self.config = config
        self.writer = Writer(config.database, clock=clock)
        self.supervisor = Supervisor(LOOPBACK, clock=clock)
        self._visiting = Visiting(self.writer, self.supervisor, clock=clock, on_alert=lambda: None)

    async def look(self) -> Look:
        return await self._visiting.look(self.config.crawl.sites[0], self.config)

    async def rests(self) -> timedelta | None:
        """How long the site is left alone from now on."""
        until = await self.writer.not_before(self.config.crawl.sites[0], self.config)
        return until - SystemClock().now() if until is not None else None


@asynccontextmanager
async def newsroom(config: Config) -> AsyncIterator[Newsroom]:
    room = Newsroom(config)
    await room.writer.open(config, heed_baseline=True)
    try:
        yield room
    finally:
        await room.supervisor.stop()
        await room.writer.close()


async def stop_while_reading(supervisor: Supervisor, url: str) -> None:
    """Halt the worker once it reads this address, and lose patience with it."""

    def reads() -> bool:
        child = supervisor._child
        return child is not None and child.reading is not None and child.reading[1].url == url

    while not reads():  # noqa: ASYNC110  # only the supervisor hears of it, and rings no bell
        await asyncio.sleep(0.01)
    assert supervisor.pid is not None
    os.kill(supervisor.pid, signal.SIGSTOP)
    supervisor._limits = Limits(page=0.3, watch=0.05)


def test_a_feed_that_hangs_is_set_aside_and_the_other_one_read(tmp_path: Path) -> None:
    async def test() -> None:
        with NewsSite() as site:
            publish(site, "/pinisi")
            site.misbehave(ATOM_FEED, answers(200, HEAVY_FEED))
            async with newsroom(config_in(tmp_path, site, FEED, ATOM_FEED)) as room:
                room.supervisor._limits = Limits(watch=0.05)
                stopping = asyncio.ensure_future(
                    stop_while_reading(room.supervisor, site.url + ATOM_FEED)
                )
                hung = await room.look()
                await stopping
                room.supervisor._limits = Limits()
                assert hung.more
                assert "hung on" in (hung.problem or "")
                again = await room.look()
                assert again.taken.new == 1
                assert not again.more
                assert len(site.requests_for(ATOM_FEED)) == 1
                assert await room.rests() is None  # the other feed works

    asyncio.run(test())


async def asked_for(site: NewsSite, path: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while not site.requests_for(path):  # noqa: ASYNC110  # a server in threads of its own rings no bell
            await asyncio.sleep(0.01)


def test_what_a_feed_listed_before_the_worker_was_killed_is_told_once_though_it_is_listed_no_more(
    tmp_path: Path,
) -> None:
    async def test() -> None:
        with NewsSite() as site:
            publish(site, "/lama", minutes=50)
            async with newsroom(config_in(tmp_path, site, FEED, more=TOLD)) as room:
                await room.look()  # the baseline
                publish(site, "/satu")
                later = site.feed_text()
                publish(site, "/dua", minutes=1)
                publish(site, "/tiga", minutes=2)
                site.misbehave("/satu", FAULTS[faults.HANG])
                looking = asyncio.ensure_future(room.look())
                await asked_for(site, "/satu")
                assert room.supervisor.pid is not None
                os.kill(room.supervisor.pid, signal.SIGKILL)
                assert "died" in ((await looking).problem or "")
                site.behave("/satu")
                site.misbehave(FEED, answers(200, later, {"Content-Type": "application/rss+xml"}))
                look = await room.look()
                assert (look.taken.new, look.taken.baseline, look.read.alerts) == (3, 0, 3)
                assert (await room.look()).read.alerts == 0
                assert [len(site.requests_for(path)) for path in ("/satu", "/dua", "/tiga")] == [
                    2,
                    1,
                    1,
                ]

    asyncio.run(test())


def test_a_site_whose_only_feed_hangs_is_left_alone(tmp_path: Path) -> None:
    async def test() -> None:
        with NewsSite() as site:
            site.misbehave(ATOM_FEED, answers(200, HEAVY_FEED))
            async with newsroom(config_in(tmp_path, site, ATOM_FEED)) as room:
                room.supervisor._limits = Limits(watch=0.05)
                stopping = asyncio.ensure_future(
                    stop_while_reading(room.supervisor, site.url + ATOM_FEED)
                )
                await room.look()
                await stopping
                again = await room.look()
                assert not again.more
                assert "left alone" in (again.problem or "")
                assert len(site.requests_for(ATOM_FEED)) == 1
                rests = await room.rests()
                assert rests is not None
                assert rests > timedelta(minutes=9)  # nearly the whole interval

    asyncio.run(test())


def test_a_site_that_asks_us_to_stay_away_is_not_asked_however_often_we_look(
    tmp_path: Path,
) -> None:
    async def test() -> None:
        with NewsSite() as site:
            site.misbehave(FEED, FAULTS[faults.TOO_MANY_REQUESTS])
            config = config_in(tmp_path, site, FEED)
            for _ in range(2):  # a start of Siaga changes nothing
                async with newsroom(config) as room:
                    await room.look()
                    look = await room.look()
                    assert "asks us to stay away until" in (look.problem or "")
            assert len(site.requests_for(FEED)) == 1

    asyncio.run(test())


def test_a_site_that_fails_is_tried_at_a_start_and_then_left_alone_for_longer(
    tmp_path: Path,
) -> None:
    async def test() -> None:
        with NewsSite() as site:
            site.misbehave(FEED, FAULTS[faults.WALL])
            config = config_in(tmp_path, site, FEED)
            rests = []
            for _ in range(2):
                async with newsroom(config) as room:
                    await room.look()
                    await room.look()
                    rests.append(await room.rests() or timedelta())
            assert len(site.requests_for(FEED)) == 2
            assert rests == sorted(rests)
            assert rests[-1] > timedelta(minutes=15)
            site.behave(FEED)
            async with newsroom(config) as room:
                await room.look()
                assert await room.rests() is None

    asyncio.run(test())
