"""What an article costs as sites, watchlists and stored articles become more, and where one machine ends.

    python bench/growth.py [--sites 10 100 1000] [--watchlists 10 10000 100000]
                           [--stored 10000 100000 1000000]

CPU in ms. Sites: the daemon's own looks at an invented newsroom, from the plan to the plan of the next look,
half of them at sites with one new article, whose page is fetched, read, stored and matched. Watchlists and
stored articles: reports of one article, as a worker would send them, taken in by the newsdesk: stored, placed
in its story, matched, with its deliveries written; by default 100 watchlists and 10,000 stored articles. The
archive is filled as rows, with short texts.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.growing.desk import measure_stored, measure_watchlists  # noqa: E402  # after the path is set
from bench.growing.ending import Costs, Habits, end  # noqa: E402
from bench.growing.sites import measure_sites  # noqa: E402
from bench.matching import invented_language  # noqa: E402
from crawler.revisions.relooks import STEPS  # noqa: E402
from crawler.sites import CrawlConfig  # noqa: E402
from monitor.rhythm.timetable import LOOKS_PER_DAY  # noqa: E402
from monitor.visiting import AT_ONCE  # noqa: E402

ARTICLES_A_DAY = (25, 250)  # of a regional outlet, and of a large one
LATENCY = 0.5  # seconds that a site takes to answer: supposed, not measured
MANY_WATCHLISTS = 10_000


def worst(
    sites: dict[str, dict[str, float]], watchlists: dict[str, float], stored: dict[str, float]
) -> Costs:
    """Costs with the most sites, with 10,000 watchlists and with the most stored articles together."""
    most = sites[max(sites, key=int)]
    few, many = watchlists[min(watchlists, key=int)], watchlists.get(str(MANY_WATCHLISTS))
    dearer = (many or watchlists[max(watchlists, key=int)]) - few
    dearer += stored[max(stored, key=int)] - stored[min(stored, key=int)]
    return Costs(
        look_daemon_ms=most["look_daemon_ms"],
        look_worker_ms=most["look_worker_ms"],
        article_daemon_ms=most["article_daemon_ms"] + max(0.0, dearer),
        article_worker_ms=most["article_worker_ms"],
    )


def habits(articles: float) -> Habits:
    pause = CrawlConfig().delay.total_seconds()
    return Habits(
        articles=articles,
        looks=LOOKS_PER_DAY,
        relooks=len(STEPS),
        latency=LATENCY,
        pause=pause,
    )


def an_article(row: dict[str, float]) -> float:
    """CPU in ms of an article with its share of all looks, at a regional outlet."""
    return round(row["article_ms"] + row["look_ms"] * LOOKS_PER_DAY / ARTICLES_A_DAY[0], 2)


def by_sites(counts: list[int], folder: Path) -> dict[str, dict[str, float]]:
    rows = {}
    for count in sorted(counts):
        rows[str(count)] = row = measure_sites(count, folder)
        row["with_looks_ms"] = an_article(row)
        print(
            f"{count:>9,} sites:      {row['look_ms']:6.1f} ms a look, {row['article_ms']:6.1f} ms "
            f"an article, {row['with_looks_ms']:6.1f} with its looks",
            flush=True,
        )
    return rows


def at_the_newsdesk(asked: argparse.Namespace, folder: Path) -> dict[str, dict[str, float]]:
    language = invented_language(random.Random(5))
    watchlists = {}
    for count in sorted(asked.watchlists):
        watchlists[str(count)] = cost = measure_watchlists(count, language, folder)
        print(f"{count:>9,} watchlists: {cost:6.2f} ms an article", flush=True)
    stored = {}
    for count, cost in measure_stored(asked.stored, language, folder).items():
        stored[str(count)] = cost
        print(f"{count:>9,} stored:     {cost:6.2f} ms an article", flush=True)
    return {"watchlists": watchlists, "stored": stored}


def ending(costs: Costs) -> dict[str, dict[str, object]]:
    """Where one machine ends, by the articles of a site and day."""
    ends = {n: end(costs, habits(n), visits_at_once=AT_ONCE) for n in ARTICLES_A_DAY}
    for count, one in ends.items():
        print(
            f"at {count} articles a day and site one machine ends at {one.sites:,} sites, "
            f"{one.articles_a_day:,} articles a day: {one.limit}"
        )
    return {str(n): asdict(one) for n, one in ends.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sites", type=int, nargs="+", default=[10, 100, 1_000])
    parser.add_argument("--watchlists", type=int, nargs="+", default=[10, 10_000, 100_000])
    parser.add_argument("--stored", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="siaga-bench-") as name:
        sites = by_sites(asked.sites, Path(name))
        desk = at_the_newsdesk(asked, Path(name))
    costs = worst(sites, desk["watchlists"], desk["stored"])
    supposed = {"latency_s": LATENCY, "looks_a_day": LOOKS_PER_DAY, "visits_at_once": AT_ONCE}
    figures = {"sites": sites, **desk, "ends": ending(costs), "worst": asdict(costs)}
    print(json.dumps({**figures, **supposed}))


if __name__ == "__main__":
    main()
