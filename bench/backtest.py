"""`siaga backtest`, measured: articles a second of one core, from rows of the archive to what changed.

    python bench/backtest.py [--articles 20000] [--sizes 1,10,100,1000]

An archive of invented articles of 410 words, of which a twentieth was recorded to meet a watchlist;
watchlists of three terms over the same words. The time is that of the process, reading included.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.matching import WORDS, invented_language, invented_queries  # noqa: E402  # after the path is set
from core.database import immediate  # noqa: E402
from crawler.archive import Archive  # noqa: E402
from crawler.article import Article  # noqa: E402
from crawler.intake import Origin  # noqa: E402
from monitor.archive.backtest import Backtest  # noqa: E402
from monitor.archive.past_articles import PastArticles  # noqa: E402
from monitor.database import open_siaga_database  # noqa: E402
from monitor.decisions import Decision  # noqa: E402
from monitor.matching.matcher import Watchlist  # noqa: E402
from monitor.query.parser import parse  # noqa: E402
from monitor.records import MonitorRecords  # noqa: E402

if TYPE_CHECKING:
    import sqlite3

    from bench.matching import Language

SIZES = (1, 10, 100, 1_000)
BEGAN = datetime(2026, 10, 1, tzinfo=UTC)
CHUNK = 1_000
RECORDED = 20  # one article in so many


def fill(connection: sqlite3.Connection, language: Language, numbers: range) -> None:
    """Store articles, a minute apart, and record a few matches."""
    rng = random.Random(numbers.start)
    archive, records = Archive(connection), MonitorRecords(connection)
    for number in numbers:
        at = BEGAN + timedelta(minutes=number)
        url = f"https://koran.example/berita/{number}"
        article = Article(
            url=url,
            canonical_url=url,
            site="koran",
            title=language.text(rng, 10),
            body=language.text(rng, WORDS - 10),
            published_at=at,
            authors=("Rina Wulandari",),
            tags=("kota", "warga"),
            language="id",
        )
        stored = archive.add(article, content_hash=str(number), origin=Origin.CRAWL, at=at)
        if number % RECORDED == 0:
            records.put_match(
                article_id=stored,
                story=stored,
                watchlist="0",
                version=1,
                spans=(),
                decision=Decision.ALERT,
                at=at,
            )


def measure(connection: sqlite3.Connection, watchlists: list[Watchlist]) -> dict[str, float]:
    """Articles a second, and how many matches there were an article."""
    start = time.process_time()
    test = Backtest(watchlists)
    read = 0
    for chunk in PastArticles(connection, since=None, zone=UTC).chunks():
        for subject, met in chunk:
            test.read(subject, met)
        read += len(chunk)
    spent = time.process_time() - start
    met_now = sum(tally.now for tally in test.tallies.values())
    return {"a_second": round(read / spent), "matches": round(met_now / read, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    args = parser.parse_args()
    rng = random.Random(5)
    language = invented_language(rng)
    pairs = ["satu dua"]
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        db = open_siaga_database(Path(folder) / "siaga.db")
        for start in range(0, args.articles, CHUNK):
            with immediate(db) as connection:
                fill(connection, language, range(start, min(start + CHUNK, args.articles)))
        for size in map(int, args.sizes.split(",")):
            queries = invented_queries(rng, size, language.words[100:], pairs)
            watchlists = [
                Watchlist(name=str(n), query=parse(text)) for n, text in enumerate(queries)
            ]
            rows[str(size)] = row = measure(db.conn, watchlists)
            print(
                f"{size:>6,} watchlists: {row['a_second']:>7,.0f} articles a second, "
                f"{row['matches']:.2f} matches an article",
                flush=True,
            )
        db.close()
    print(
        json.dumps(
            {
                "articles": args.articles,
                "articles_a_second": {size: row["a_second"] for size, row in rows.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
