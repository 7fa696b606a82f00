"""The one database of Siaga: the tables of every package in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.schema import MIGRATIONS as ALERTS
from core.database import open_database
from crawler.schema import MIGRATIONS as CRAWLER
from monitor.schema import MIGRATIONS as MONITOR

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database


def open_siaga_database(path: Path) -> Database:
    """The database with the tables of every package, for the calling thread. Raises DatabaseError."""
    return open_database(path, migrations=[CRAWLER, ALERTS, MONITOR])
