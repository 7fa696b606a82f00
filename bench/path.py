"""The whole path, measured: how fast articles are stored and matched, and how soon people hear of them.

    python bench/path.py [--articles 2000] [--seconds 30] [--rate 10]

Stored and matched: reports as a worker would send them, taken in by the newsdesk with 100 watchlists, into a
real database (WAL, synchronous=FULL). Stored to accepted: the real daemon on an invented site that publishes
at a steady rate, from the commit of an alert to the webhook receiver's 200.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.clock import SystemClock  # noqa: E402  # after the path is set
from crawler.article import Article  # noqa: E402
from crawler.discovery.announcement import Announcement  # noqa: E402
from crawler.job import CrawlReport, Fetch, PageRead  # noqa: E402
from crawler.outcomes import Outcome  # noqa: E402
from monitor.config import read_config  # noqa: E402
from monitor.database import open_siaga_database  # noqa: E402
from monitor.demo.receivers import WebhookReceiver  # noqa: E402
from monitor.newsdesk import Newsdesk  # noqa: E402
from tests.servers.newsroom import FEED, NewsSite  # noqa: E402
from tests.servers.prose import invented_words  # noqa: E402

CHUNK = 50
WATCHLISTS = 100


def reports(count: int, rng: random.Random) -> list[CrawlReport]:
    """Articles of 400 words, one in twenty of them about Suriah, in reports of 50 pages."""
    made: list[CrawlReport] = []
    for start in range(0, count, CHUNK):
        pages = tuple(page(number, rng) for number in range(start, min(start + CHUNK, count)))
        made.append(CrawlReport(job=f"job-{start}", site="koran", pages=pages))
    return made


def page(number: int, rng: random.Random) -> PageRead:
    url = f"https://koran.example/berita/{number}/judul-berita-ini"
    now = datetime.now(UTC)
    topic = " Suriah" if number % 20 == 0 else ""
    body = "\n\n".join(invented_words(rng, 40) for _ in range(10)) + topic
    article = Article(
        url=url,
        canonical_url=url,
        site="koran",
        title=invented_words(rng, 8).capitalize(),
        body=body,
        published_at=now,
    )
    fetch = Fetch(url=url, kind="page", at=now, outcome=Outcome.READ, status=200)
    return PageRead(
        announcement=Announcement(url=url), announced_by=("feed",), fetch=fetch, article=article
    )


def measure_storing(count: int, folder: Path) -> dict[str, float]:
    rng = random.Random(1)
    rows = [f"  - {{name: w{n}, any: [{invented_words(rng, 2)}]}}" for n in range(WATCHLISTS - 1)]
    config_path = folder / "storing.yaml"
    config_path.write_text(
        "sites: []\nchannels: {konsol: {type: console}}\nwatchlists:\n"
        "  - {name: suriah, any: [Suriah]}\n" + "\n".join(rows)
    )
    db = open_siaga_database(folder / "storing.db")
    clock = SystemClock()
    desk = Newsdesk(db, read_config(config_path), clock=clock, heed_baseline=False)
    batches = reports(count, rng)
    wall, cpu = time.perf_counter(), time.process_time()
    for report in batches:
        desk.take_report(report)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    db.close()
    return {"articles_per_s": count / wall, "cpu_ms_per_article": cpu / count * 1000}


def measure_telling(rate: float, seconds: float, folder: Path) -> dict[str, float]:
    """Publish `rate` articles a second for so long, each of which alerts, and read the delays."""
    database = folder / "telling.db"
    with NewsSite(name="koran") as site, WebhookReceiver() as receiver:
        config = folder / "telling.yaml"
        config.write_text(
            "crawl: {delay: 0s, min_every: 1s}\nnetwork: {allow_private: ['127.0.0.0/8']}\n"
            f"sites: [{{name: koran, url: '{site.url}/', feeds: ['{site.url}{FEED}'], "
            "timezone: Asia/Makassar, every: 1s}]\n"
            "watchlists: [{name: suriah, any: [Suriah]}]\n"
            f"channels: {{hook: {{type: webhook, url: '{receiver.url}', secret: '{receiver.secret}', "
            "allow_private: true}}\n"
        )
        command = [sys.executable, "-m", "monitor", "--config", str(config), "--db", str(database)]
        daemon = subprocess.Popen(
            [*command, "run", "--no-baseline"], stderr=subprocess.DEVNULL, cwd=ROOT
        )
        count = publish(site, rate, seconds)
        receiver.wait_for(count, timedelta(seconds=60))
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(15)
        return {**delays(database), "published": count, "received": len(receiver.received)}


def publish(site: NewsSite, rate: float, seconds: float) -> int:
    rng = random.Random(2)
    count = int(rate * seconds)
    started = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, started + number / rate - time.monotonic()))
        paragraphs = [
            f"Kabar dari Suriah nomor {number}. {invented_words(rng, 60)}." for _ in "abc"
        ]
        site.publish(f"/berita/{number}", invented_words(rng, 8), paragraphs, datetime.now(UTC))
    return count


def delays(database: Path) -> dict[str, float]:
    with sqlite3.connect(database) as connection:
        rows = connection.execute(
            "SELECT (julianday(finished_at) - julianday(alerts.created_at)) * 86400 FROM attempts "
            "JOIN deliveries ON deliveries.id = delivery_id JOIN alerts ON alerts.id = alert_id "
            "WHERE state = 'sent'"
        ).fetchall()
    seconds = sorted(row[0] for row in rows)
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50_s": statistics.median(seconds), "p99_s": cuts[98]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=10.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="siaga-bench-") as name:
        storing = measure_storing(asked.articles, Path(name))
        telling = measure_telling(asked.rate, asked.seconds, Path(name))
    print(f"stored and matched   {storing['articles_per_s']:8.0f} articles/s")
    print(f"                     {storing['cpu_ms_per_article']:8.2f} ms CPU an article")
    print(f"stored to accepted   {telling['p50_s']:8.3f} s (median)")
    print(f"                     {telling['p99_s']:8.3f} s (99th percentile)")
    print(f"published, received  {telling['published']:8.0f} {telling['received']:8.0f}")
    print(json.dumps({key: round(value, 4) for key, value in {**storing, **telling}.items()}))


if __name__ == "__main__":
    main()
