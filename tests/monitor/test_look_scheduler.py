"""Each look plans the next: no site is ever forgotten, whatever happens to a look or to its plan."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import Counter
from contextlib import asynccontextmanager, closing
from datetime import UTC
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.config import read_config
from monitor.look_scheduler import LookScheduler
from monitor.service.vitals import Vitals
from monitor.visiting import Look
from monitor.writer import Writer
from tests.clocks import HandClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    import pytest

    from crawler.sites import SiteConfig
    from monitor.config import Config

SECONDS = 20.0
ENOUGH = 5  # looks that show that there will always be another


def config_in(directory: Path, *sites: str) -> Config:
    path = directory / "config.yaml"
    entries = ", ".join(f"{{name: {name}, url: 'https://{name}.example/'}}" for name in sites)
    path.write_text(f"sites: [{entries}]\n")
    return read_config(path, environment={})


class Scout:
    """Looks at nothing, counts what it was asked to look at, and fails where it is told to."""

    def __init__(self, failing: str | None = None, finds: Sequence[Look] = ()) -> None:
        """`finds`: what the first looks at any site come to."""
        self.looks: Counter[str] = Counter()
        self._finds = list(finds)
        self._failing = failing
        self._looked = asyncio.Condition()

    async def look(self, site: SiteConfig, config: Config) -> Look:
        async with self._looked:
            self.looks[site.name] += 1
            self._looked.notify_all()
        if site.name == self._failing:
            message = "the scout fell into a ditch"
            raise OSError(message)
        return self._finds.pop(0) if self._finds else Look(site=site.name)

    async def has_looked(self, *sites: str, times: int = ENOUGH) -> None:
        """Wait until each of the sites was looked at so often; raises TimeoutError."""
        async with asyncio.timeout(SECONDS), self._looked:
            await self._looked.wait_for(lambda: all(self.looks[site] >= times for site in sites))


@asynccontextmanager
async def looking(config: Config, scout: Scout) -> AsyncIterator[LookScheduler]:
    """A scheduler at work. The clock stands still in the past: each look is due before its plan is made."""
    clock = HandClock()
    writer = Writer(config.database, clock=clock)
    await writer.open(config, heed_baseline=True)
    jobs = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None})
    looks = LookScheduler(jobs, scout, writer, Vitals(clock, delivery=lambda: None), clock=clock)
    await looks.start(config)
    jobs.start()
    try:
        yield looks
    finally:
        looks.stop()
        jobs.pause()
        await looks.settle(SECONDS)
        jobs.shutdown(wait=False)
        await writer.close()


def test_a_look_that_is_due_already_when_it_is_planned_is_made(tmp_path: Path) -> None:
    async def test() -> None:
        scout = Scout()
        async with looking(config_in(tmp_path, "koran", "harian"), scout):
            await scout.has_looked("koran", "harian")

    asyncio.run(test())


def test_a_site_whose_look_fails_on_our_side_is_looked_at_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def test() -> None:
        scout = Scout(failing="koran")
        async with looking(config_in(tmp_path, "koran", "harian"), scout):
            await scout.has_looked("koran", "harian")

    asyncio.run(test())
    assert {(one.message, one.exc_info is None) for one in caplog.records} == {
        ("looking at koran failed", False)
    }


def test_a_plan_that_cannot_be_stored_costs_no_look_and_is_told_of_in_a_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def test() -> None:
        scout, config = Scout(), config_in(tmp_path, "koran")
        async with looking(config, scout):
            with sqlite3.connect(config.database) as database:
                database.execute("DROP TABLE looks")
            database.close()
            await scout.has_looked("koran", times=scout.looks["koran"] + ENOUGH)

    asyncio.run(test())
    assert {one.exc_info for one in caplog.records} == {None}
    assert all(one.message.endswith("no such table: looks") for one in caplog.records)


def test_a_site_that_left_the_config_is_looked_at_no_more(tmp_path: Path) -> None:
    async def test() -> None:
        scout = Scout()
        async with looking(config_in(tmp_path, "koran", "harian"), scout) as looks:
            await scout.has_looked("koran", "harian")
            await looks.apply(config_in(tmp_path, "harian"))
            after = scout.looks["koran"] + 1  # one may have been under way
            await scout.has_looked("harian", times=scout.looks["harian"] + ENOUGH)
            assert scout.looks["koran"] <= after

    asyncio.run(test())


def planned(config: Config) -> set[str]:
    with closing(sqlite3.connect(config.database)) as database:
        return {site for (site,) in database.execute("SELECT site FROM looks")}


def test_the_plan_for_a_site_that_left_the_config_is_forgotten_then_or_at_the_next_start(
    tmp_path: Path,
) -> None:
    async def test() -> None:
        scout = Scout()
        both, harian = config_in(tmp_path, "koran", "harian"), config_in(tmp_path, "harian")
        async with looking(both, scout) as looks:
            await scout.has_looked("koran", "harian")
            assert planned(both) == {"koran", "harian"}
            await looks.apply(harian)
            await scout.has_looked("harian", times=scout.looks["harian"] + ENOUGH)
            assert planned(harian) == {"harian"}
        async with looking(config_in(tmp_path, "koran"), scout):
            await scout.has_looked("koran", times=scout.looks["koran"] + ENOUGH)
            assert planned(harian) == {"koran"}

    asyncio.run(test())


def test_after_stop_no_look_begins(tmp_path: Path) -> None:
    async def test() -> None:
        scout = Scout()
        async with looking(config_in(tmp_path, "koran"), scout) as looks:
            await scout.has_looked("koran")
            looks.stop()
            await looks.settle(SECONDS)
            made = scout.looks["koran"]
        assert scout.looks["koran"] == made

    asyncio.run(test())


def test_a_look_that_was_cut_short_is_no_sign_that_a_site_works_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    down, cut = Look(site="koran", problem="mati"), Look(site="koran", cut_short=True)

    async def test() -> None:
        scout = Scout(finds=(down, cut, down))
        async with looking(config_in(tmp_path, "koran"), scout):
            await scout.has_looked("koran")

    with caplog.at_level(logging.INFO):
        asyncio.run(test())
    said = [one.getMessage() for one in caplog.records if one.name == "siaga.crawler"]
    assert said == ["koran: mati; it is looked at again", "koran: works again"]
