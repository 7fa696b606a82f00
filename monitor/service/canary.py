"""Holds the daily drill: an article of our own goes the whole way, from a crawl to every channel.

It is fetched by a worker of its own, which may dial nothing but this machine, and taken in and matched
in a database of its own, so that no list, search, story or count ever holds it; the alert that comes out
goes into the outbox with all others.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alerts.addressing import address, address_all
from alerts.outbox.ledger import last_alert
from alerts.outbox.outbox import enqueue, enqueue_notice
from core.clock import from_text
from crawler.supervisor import Supervisor
from monitor.config import read_config
from monitor.database import open_siaga_database
from monitor.service.drill import (
    FEED,
    MARK,
    PAGE,
    Step,
    about_failure,
    about_missing,
    config_text,
    days_at,
    feed,
    marked,
    notice_key_of,
    page,
    step,
    story_of,
)
from monitor.service.endpoint import Page, Server
from monitor.service.sections import Endpoint
from monitor.visiting import Visiting, worker_settings
from monitor.writer import Writer

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from alerts.alert import Alert
    from alerts.channel import ChannelConfig
    from alerts.notice import Notice
    from core.clock import Clock
    from monitor.config import Config
    from monitor.service.sections import CanaryConfig

_HERE = Endpoint(host="127.0.0.1", port=0)

logger = logging.getLogger("siaga")


class Canary:
    """Used from the daemon's event loop; `on_alert` is called when something was put into the outbox."""

    def __init__(self, writer: Writer, *, clock: Clock, on_alert: Callable[[], None]) -> None:
        self._writer = writer
        self._clock = clock
        self._on_alert = on_alert
        self._done: set[date] = set()  # the days whose drill has failed or was judged

    async def turn(self, config: Config) -> None:
        """Do what the drills need now. A drill takes some seconds; turns must not overlap."""
        canary, zone = config.service.canary, ZoneInfo(config.timezone)
        if canary is None:
            return
        days = days_at(self._clock.now(), zone)
        self._done.intersection_update(days)
        for day in days:
            if day not in self._done:
                await self._turn(config, canary, day)

    async def _turn(self, config: Config, canary: CanaryConfig, day: date) -> None:
        published_at = await self._writer.transact(lambda rows: _published_at(rows, day))
        zone, now = ZoneInfo(config.timezone), self._clock.now()
        match step(canary, day, now=now, zone=zone, published_at=published_at):
            case Step.PUBLISH:
                await self._publish(config, day)
            case Step.JUDGE:
                await self._judge(config, canary, day)
                self._done.add(day)

    async def _publish(self, config: Config, day: date) -> None:
        alert, problem = await _rehearse_safely(config.timezone, clock=self._clock)
        if alert is None:
            logger.error("the drill failed: %s", problem)
            key = notice_key_of(day, Step.PUBLISH)
            await self._tell(about_failure(problem), config.channels, key)
            self._done.add(day)
            return
        drill, now = marked(alert, day), self._clock.now()
        everyone = {MARK: tuple(config.channels)}
        addressed = address(drill, everyone, config.channels, urgent=(MARK,))
        await self._writer.transact(lambda rows: enqueue(rows, drill, addressed, at=now))
        logger.info("the drill is on its way to every channel")
        self._on_alert()

    async def _judge(self, config: Config, canary: CanaryConfig, day: date) -> None:
        missing = await self._writer.transact(lambda rows: _missing(rows, day))
        if not missing:
            logger.info("the drill has arrived everywhere")
            return
        logger.error("the drill did not arrive on %s", ", ".join(missing))
        others = {name: one for name, one in config.channels.items() if name not in missing}
        key = notice_key_of(day, Step.JUDGE)
        await self._tell(about_missing(missing, canary.within), others, key)

    async def _tell(self, notice: Notice, channels: Mapping[str, ChannelConfig], key: str) -> None:
        now, everyone = self._clock.now(), address_all(channels)
        await self._writer.transact(
            lambda rows: enqueue_notice(rows, notice, everyone, at=now, key=key)
        )
        self._on_alert()


async def _rehearse_safely(zone: str, *, clock: Clock) -> tuple[Alert | None, str]:
    """As `rehearse`; whatever it raises is what went wrong."""
    try:
        return await rehearse(zone, clock=clock)
    except Exception as error:  # a full disk, no process to be had: it would stop real news, too
        logger.exception("the drill broke off")
        return None, str(error) or type(error).__name__


async def rehearse(zone: str, *, clock: Clock) -> tuple[Alert | None, str]:
    """Crawl, store and match the drill article; the alert that came of it, or None and what went wrong."""
    at = clock.now().astimezone(ZoneInfo(zone))
    with TemporaryDirectory(prefix="siaga-") as folder, _published(at) as server:
        path = Path(folder) / "config.yaml"
        path.write_text(config_text(_address(server), zone), encoding="utf-8")
        config = read_config(path, environment={})
        problem = await _look(config, clock)
        alert = await asyncio.to_thread(_last_alert, config.database)
        return alert, problem or "the drill article met no watchlist"


async def _look(config: Config, clock: Clock) -> str | None:
    """Look at the drill's site as the daemon looks at any; returns what was wrong with it."""
    writer = Writer(config.database, clock=clock)
    supervisor = Supervisor(worker_settings(config.crawl), clock=clock)
    await writer.open(config, heed_baseline=False)
    try:
        visiting = Visiting(writer, supervisor, clock=clock, on_alert=lambda: None)
        look = await visiting.look(config.crawl.sites[0], config)
    finally:
        await supervisor.stop()
        await writer.close()
    return look.problem


def _published(at: datetime) -> Server:
    """The drill's site, on a port of this machine."""
    pages: dict[str, Callable[[], Page]] = {PAGE: lambda: Page(body=page(at), kind="text/html")}
    server = Server(_HERE, pages)
    pages[FEED] = lambda: Page(body=feed(_address(server), at), kind="application/rss+xml")
    return server


def _address(server: Server) -> str:
    return f"http://{_HERE.host}:{server.port}"


def _last_alert(database: Path) -> Alert | None:
    with closing(open_siaga_database(database)) as db:
        return last_alert(db)


def _published_at(rows: sqlite3.Connection, day: date) -> datetime | None:
    sql = "SELECT created_at FROM alerts WHERE kind = 'alert' AND story = ?"
    found = rows.execute(sql, (story_of(day),)).fetchone()
    return from_text(found[0]) if found else None


def _missing(rows: sqlite3.Connection, day: date) -> tuple[str, ...]:
    """The channels on which somebody has not got the day's drill."""
    found = rows.execute(
        "SELECT DISTINCT channel FROM deliveries WHERE story = ? AND state <> 'sent' ORDER BY channel",
        (story_of(day),),
    )
    return tuple(row[0] for row in found)
