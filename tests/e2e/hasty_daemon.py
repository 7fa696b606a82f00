"""`siaga run` with less patience for sites that fail: a quarter of an hour is too long for a test."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

from core.clock import SystemClock
from monitor.config import read_config
from monitor.configfile import ConfigFile
from monitor.daemon import Daemon
from monitor.health.state import Patience, Rules

HASTY = Rules(site=Patience(looks=2, lasting=timedelta()), gather=timedelta())
CONFIG = Path("config.yaml")


async def serve() -> None:
    file = ConfigFile(CONFIG, database=None)
    await Daemon(read_config(CONFIG), file=file, clock=SystemClock(), health_rules=HASTY).run()


if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG, format="%(levelname)-7s %(message)s")
    asyncio.run(serve())
