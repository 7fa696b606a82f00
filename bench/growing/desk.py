"""What an article costs the newsdesk: stored, placed in its story, matched, its deliveries written."""

from __future__ import annotations

import random
import statistics
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bench.growing.articles import pairs_of, reports, store
from bench.matching import invented_queries
from core.clock import SystemClock
from monitor.config import read_config
from monitor.database import open_siaga_database
from monitor.matching.matcher import Watchlist
from monitor.newsdesk import Newsdesk
from monitor.query.parser import parse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlite_utils import Database

    from bench.matching import Language
    from crawler.job import CrawlReport
    from monitor.config import Config

ARTICLES = 300
"""Articles that are counted, each in a report and a transaction of its own."""
WARM_UP = 30
USUAL_WATCHLISTS = 100
USUAL_STORED = 10_000
CHANNEL = "hook"


def measure_watchlists(size: int, language: Language, folder: Path) -> float:
    """CPU in ms of one article where there are so many watchlists."""
    with closing(open_siaga_database(folder / f"watchlists-{size}.db")) as db:
        return _cost_beside(USUAL_STORED, 0, db, _config(size, language, folder), language)


def measure_stored(sizes: Sequence[int], language: Language, folder: Path) -> dict[int, float]:
    """CPU in ms of one article, by the number of those that are stored already: one archive that grows."""
    config, costs, last = _config(USUAL_WATCHLISTS, language, folder), dict[int, float](), 0
    with closing(open_siaga_database(folder / "archive.db")) as db:
        for size in sorted(sizes):
            costs[size] = _cost_beside(size, last, db, config, language)
            last = size + WARM_UP + ARTICLES
    return costs


def _cost_beside(stored: int, last: int, db: Database, config: Config, language: Language) -> float:
    """The watchlists are there before the articles: what is stored is behind them."""
    desk = Newsdesk(db, config, clock=SystemClock(), heed_baseline=False)
    store(db, language, last + 1, stored)
    return _cost(desk, _news(language, stored))


def _news(language: Language, stored: int) -> list[CrawlReport]:
    numbers = range(stored + 1, stored + 1 + WARM_UP + ARTICLES)
    return reports(language, numbers, SystemClock().now() - timedelta(minutes=1))


def _config(size: int, language: Language, folder: Path) -> Config:
    """A config of one channel and so many watchlists, which all tell it."""
    path = folder / "config.yaml"
    path.write_text(
        f"sites: []\nwatchlists: []\nchannels: {{{CHANNEL}: {{type: webhook, "
        "url: 'https://penerima.example/', secret: kunci}}\n"
    )
    pairs = pairs_of(_news(language, 0))
    queries = invented_queries(random.Random(size), size, language.words[100:], pairs)
    watchlists = [
        Watchlist(name=f"w{number}", query=parse(text), notify=(CHANNEL,))
        for number, text in enumerate(queries)
    ]
    return replace(read_config(path), watchlists=tuple(watchlists))


def _cost(desk: Newsdesk, news: Sequence[CrawlReport]) -> float:
    """The median of ten parts: what the machine does beside it comes in spells."""
    for report in news[:WARM_UP]:
        desk.take_report(report)
    counted = news[WARM_UP:]
    part = len(counted) // 10
    spent = []
    for start in range(0, part * 10, part):
        before = time.process_time()
        for report in counted[start : start + part]:
            desk.take_report(report)
        spent.append((time.process_time() - before) / part * 1_000)
    return round(statistics.median(spent), 3)
