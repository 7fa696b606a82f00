"""Where the CPU of an article goes, from its page's bytes to the deliveries that wait for their channels.

    python bench/hotpath.py [--articles 400]

Pages of 60 to 300 kB (bench/press) are read, cleaned, handed over as JSON, stored, placed among the
stories, matched with 200 watchlists and told on a channel where one is met: with the daemon's own functions,
in one process. A timer that counts CPU only looks again and again at which of the stages below is at work;
what libraries do counts for the stage that called them. Beside each stage stands what was done about it.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.press.printing import Printer  # noqa: E402  # after the path is set
from bench.press.prose import indonesian_press  # noqa: E402
from core.clock import SystemClock  # noqa: E402
from core.text import count  # noqa: E402
from crawler.cleaning import finished  # noqa: E402
from crawler.discovery.announcement import Announcement  # noqa: E402
from crawler.duplicates import content_hash  # noqa: E402
from crawler.extraction import extract_page  # noqa: E402
from crawler.extraction.errors import PageError  # noqa: E402
from crawler.job import CrawlReport, Fetch, PageRead, page_from_data, to_data  # noqa: E402
from crawler.outcomes import Outcome  # noqa: E402
from monitor.config import read_config  # noqa: E402
from monitor.database import open_siaga_database  # noqa: E402
from monitor.newsdesk import Newsdesk  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

    from bench.newswire.pieces import Press

SITES = 20
A_LOOK = 5  # articles that a look brings
WARM_UP = 40  # articles before anything is counted: what is loaded and compiled once
WATCHLISTS = 200
INTERVAL = 0.001  # of CPU time; the kernel may look more rarely
TOP = 5
ELSEWHERE = "what stands between"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of the path: its modules, each with all that it contains, and what was done about its cost."""

    name: str
    modules: tuple[str, ...]
    done: str


# The first that fits counts: what is particular stands before what contains it.
STAGES = (
    Stage(
        name="walking the page",
        modules=(
            "crawler.extraction.outline",
            "crawler.extraction.names",
            "crawler.extraction.teasers",
        ),
        done="One walk over the tree serves every reader of it; scripts and what is hidden are skipped "
        "whole; what a class says is remembered, since a site's pages share their names; elements are "
        "plain ones, whose class is not looked up in Python.",
    ),
    Stage(
        name="parsing the HTML",
        modules=("crawler.extraction.document", "crawler.extraction.charsets"),
        done="One parse by libxml2 for all readers, without comments; nothing is parsed twice but for "
        "trafilatura, which is asked only where our own reading gives too little.",
    ),
    Stage(
        name="finding the text",
        modules=("crawler.extraction.body", "crawler.extraction.boilerplate"),
        done="Gains are summed up over subtrees in one pass over lists, not once for each element.",
    ),
    Stage(
        name="reading the metadata",
        modules=(
            "crawler.extraction.structured",
            "crawler.extraction.microdata",
            "crawler.extraction.metas",
        ),
        done="Microdata are found by compiled XPath, in half the time of a search in Python; broken JSON "
        "is mended only where it does not load.",
    ),
    Stage(
        name="dates and people",
        modules=(
            "crawler.extraction.dates",
            "crawler.extraction.visible_dates",
            "crawler.extraction.publication",
            "crawler.extraction.people",
            "crawler.extraction.datelines",
            "crawler.extraction.clocks",
            "crawler.extraction.relative_dates",
        ),
        done="Patterns of our own, at some microseconds a date; htmldate only where nothing else gives one.",
    ),
    Stage(
        name="language",
        modules=("crawler.extraction.language",),
        done="Frequent words decide plain Indonesian and English, in a third of the detector's time and "
        "without its 74 MB.",
    ),
    Stage(
        name="headline, links, tags",
        modules=("crawler.extraction",),
        done="Blocks are compared with the headline only where their first letter allows it; links are "
        "taken apart only where they can name a page of the same article.",
    ),
    Stage(
        name="cleaning, telling apart",
        modules=("crawler.cleaning", "crawler.duplicates", "crawler.urls", "crawler.article"),
        done="Clean text is known by two quick checks; what an article says is hashed without the places "
        "of its words, which nobody asks for there.",
    ),
    Stage(
        name="placing among stories",
        modules=(
            "crawler.stories.resemblance",
            "crawler.stories.index",
            "crawler.stories.archive",
            "crawler.stories.shingles",
            "crawler.stories.authorship",
        ),
        done="Sixteen keys an article instead of all its shingles; candidates come from one index look-up a "
        "key, capped; only they are compared.",
    ),
    Stage(
        name="handing over",
        modules=("crawler.job", "json"),
        done="Once as JSON over a pipe: the price of a worker that can be killed.",
    ),
    Stage(
        name="storing",
        modules=("crawler", "core.database"),
        done="One transaction for up to 50 articles with their matches and deliveries; full text is written "
        "again only when title or body change.",
    ),
    Stage(
        name="matching",
        modules=(
            "monitor.matching.matcher",
            "monitor.query",
            "monitor.matching.matchers",
            "monitor.matching.candidates",
        ),
        done="One pass of Aho-Corasick finds the watchlists that can be met at all; only those are "
        "evaluated.",
    ),
    Stage(
        name="deciding and telling",
        modules=("monitor", "alerts"),
        done="Only articles that met a watchlist come here; the outbox is written in the same transaction.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a stage costs: µs of CPU an article, and its share of the whole."""

    stage: str
    us: int
    share: float
    done: str


class Profile:
    """Counts, at each tick of a timer of CPU time, the stage that is at work."""

    def __init__(self) -> None:
        self.ticks: Counter[str] = Counter()
        self.seconds = 0.0
        self._stages: dict[str, str | None] = {}

    @contextmanager
    def counting(self) -> Iterator[None]:
        signal.signal(signal.SIGPROF, self._tick)
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self.seconds += time.process_time() - began

    def costs(self, articles: int) -> list[Cost]:
        """What each stage costs for each of so many articles, the dearest first."""
        each = self.seconds / articles * 1e6
        done = {stage.name: stage.done for stage in STAGES}
        return [
            Cost(
                stage=stage,
                us=round(each * ticks / self.ticks.total()),
                share=round(ticks / self.ticks.total(), 4),
                done=done.get(stage, ""),
            )
            for stage, ticks in self.ticks.most_common()
        ]

    def _tick(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  # as signal calls it
        while frame is not None:
            stage = self._stage_of(str(frame.f_globals.get("__name__")))
            if stage is not None:
                self.ticks[stage] += 1
                return
            frame = frame.f_back
        self.ticks[ELSEWHERE] += 1

    def _stage_of(self, module: str) -> str | None:
        if module not in self._stages:
            self._stages[module] = next(
                (
                    stage.name
                    for stage in STAGES
                    for one in stage.modules
                    if module == one or module.startswith(f"{one}.")
                ),
                None,
            )
        return self._stages[module]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    site: str
    url: str
    html: bytes


def printed(articles: int) -> tuple[list[Page], Press]:
    """Pages of articles of the last hours, in looks at one site after another."""
    rng = random.Random(1)
    press = indonesian_press(rng)
    printer, now = Printer(rng, press), datetime.now(UTC)
    pages = []
    for number in range(articles):
        site = f"koran-{number // A_LOOK % SITES}"
        piece = press.article(number, site, now - timedelta(minutes=articles - number))
        url = f"https://{site}.example/berita/{number}/judul"
        pages.append(Page(site=site, url=url, html=printer.page(piece, url)))
    return pages, press


def config_text(press: Press) -> str:
    """Watchlists of three terms, and one that every third article meets or so."""
    word = press.word
    rows = "".join(
        f"  - {{name: w{n}, any: ['{word()} {word()}', {word()}{word()}, '{word()} NEAR/5 {word()}'], "
        "notify: [kait]}\n"
        for n in range(WATCHLISTS - 1)
    )
    return (
        "sites: []\nchannels: {kait: {type: webhook, url: 'https://kait.example/', secret: kunci}}\n"
        f"watchlists:\n{rows}  - {{name: umum, any: ['keterangan tertulis'], notify: [kait]}}\n"
    )


def read(page: Page) -> str | None:
    """What the worker does with a page, to the line that it writes; None where it finds no article."""
    now, announcement = datetime.now(UTC), Announcement(url=page.url)
    try:
        found = extract_page(page.html, page.url, timezone="Asia/Jakarta", now=now).article
    except PageError:
        return None
    article = finished(found, announcement, site=page.site)
    content_hash(article)
    fetch = Fetch(url=page.url, kind="page", at=now, outcome=Outcome.READ, status=200)
    whole = PageRead(
        announcement=announcement, announced_by=("feed",), fetch=fetch, article=article
    )
    return json.dumps(to_data(whole))


def tell(desk: Newsdesk, pages: Sequence[Page]) -> tuple[int, int]:
    """Take pages through the whole path, look by look; returns articles stored and alerts made."""
    stored = alerts = 0
    for site, group in groupby(pages, key=lambda page: page.site):
        lines = [line for page in group if (line := read(page)) is not None]
        came = tuple(page_from_data(json.loads(line)) for line in lines)
        taken, matched = desk.take_report(CrawlReport(job=f"job-{site}", site=site, pages=came))
        stored, alerts = stored + taken.new, alerts + matched.alerts
    return stored, alerts


def measure(articles: int, folder: Path) -> tuple[Profile, int, int]:
    """The profile, the articles that it saw, and the alerts made of them."""
    pages, press = printed(WARM_UP + articles)
    config = folder / "config.yaml"
    config.write_text(config_text(press), encoding="utf-8")
    db = open_siaga_database(folder / "siaga.db")
    desk = Newsdesk(db, read_config(config), clock=SystemClock(), heed_baseline=False)
    tell(desk, pages[:WARM_UP])
    profile = Profile()
    with profile.counting():
        stored, alerts = tell(desk, pages[WARM_UP:])
    db.close()
    return profile, stored, alerts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=400)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="siaga-bench-") as folder:
        profile, stored, alerts = measure(asked.articles, Path(folder))
    costs = profile.costs(stored)
    each = profile.seconds / stored * 1e6
    print(f"{count(stored, 'article')}, {count(alerts, 'alert')}: {each:.0f} µs of CPU an article")
    for cost in costs:
        print(f"{cost.stage:24}{cost.us:8.0f} µs{cost.share:8.1%}")
    for place, cost in enumerate(costs[:TOP], 1):
        print(f"{place}. {cost.stage} ({cost.us} µs, {cost.share:.0%}): {cost.done}")
    top = [asdict(cost) for cost in costs[:TOP]]
    print(
        json.dumps(
            {"articles": stored, "alerts": alerts, "us_per_article": round(each), "top": top}
        )
    )


if __name__ == "__main__":
    main()
