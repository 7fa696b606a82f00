"""Crawling beside four tools: what an article costs from the feed to the store, and a look at what is known.

    python bench/crawl.py [--houses 20] [--articles 25] [--rounds 3] [--environment FOLDER]

All crawl the same newsroom on loopback (bench/newsroom.py) in one run, each into a store of its own: once
all of it, once more with nothing new, once more when every house has published one more article. CPU is of
whole process trees, start-up included. The limit is Siaga's extraction alone, over the same pages from the
disk, in the same way; its share is also told without the pass with nothing new, as a daemon starts but once.
Slow tools (news-please, newspaper4k) crawl a quarter of the houses, in the first round only. The tools are
installed into environments of their own, kept for the next run where `--environment` names a place, and
reach nothing but this machine when they run.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import urllib.request
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.comparators.crawlers import crawlers, emptied, environment_of  # noqa: E402  # after the path is set
from bench.comparators.environment import environment  # noqa: E402
from bench.newsroom import Newsroom  # noqa: E402
from bench.process_tree import Spent, run_measured  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.comparators.crawlers import Crawler, Stored
    from bench.press.published import House, Published

COMPARATORS = ROOT / "bench" / "comparators"
COPIES = 0.1
ALL, AGAIN, MORE = "all", "nothing new", "one more a house"
PASSES = (ALL, AGAIN, MORE)
EXTRACTION = "extraction alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One pass of one tool over its part of the houses."""

    spent: Spent
    requests: int
    megabytes: float
    houses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a tool had at the end, of what was there; `twice`: copies and repetitions kept as news."""

    found: int
    of: int
    twice: int


class Contest:
    """Lets tools crawl one newsroom in turn, and keeps what each pass cost."""

    def __init__(self, room: Newsroom, tools: Sequence[Crawler], folder: Path) -> None:
        self._room = room
        self._folder = folder
        self.tools = tools
        self.passes: dict[tuple[str, str], list[Pass]] = defaultdict(list)
        self.first: dict[str, int] = {}
        """Articles that a first pass found, by tool."""
        self.kept: dict[str, Kept] = {}
        self.extraction: list[float] = []
        """CPU seconds an article."""

    def play_round(self, tools: Sequence[Crawler]) -> None:
        self.extraction.append(self._extract())
        for tool in tools:
            tool.prepare(self._houses(tool), emptied(self._folder_of(tool)))
        for which in PASSES:
            if which == MORE:
                self._publish_more()
            for tool in tools:
                self.passes[tool.name, which].append(self._crawl(tool))
                self.kept[tool.name] = self._judge(tool)
                if which == ALL:
                    self.first[tool.name] = self.kept[tool.name].found

    def _crawl(self, tool: Crawler) -> Pass:
        folder = self._folder_of(tool)
        self._room.requests()  # what was asked before
        spent = run_measured(
            tool.command(folder),
            cwd=ROOT,
            environment=environment_of(folder),
            log=self._folder / f"{tool.name}.log",
        )
        if spent.status:
            print(f"{tool.name} ended with status {spent.status}: see {self._folder}")
        asked = self._room.requests()
        return Pass(
            spent=spent,
            requests=len(asked),
            megabytes=sum(one.size for one in asked) / 1e6,
            houses=len(self._houses(tool)),
        )

    def _judge(self, tool: Crawler) -> Kept:
        names = {house.name for house in self._houses(tool)}
        there = [one for one in self._room.published if one.site in names]
        return judged(there, tool.stored(self._folder_of(tool)))

    def _publish_more(self) -> None:
        for house in self._room.houses:
            self._room.publish(house.name)

    def _extract(self) -> float:
        """CPU seconds a page of extraction alone, over what the newsroom shows now."""
        folder = emptied(self._folder / "pages")
        pages = []
        for number, one in enumerate(self._room.published):
            path = folder / f"{number}.html"
            with urllib.request.urlopen(one.url) as answer:
                path.write_bytes(answer.read())
            pages.append({"path": str(path), "url": one.url})
        (folder / "pages.json").write_text(json.dumps(pages), encoding="utf-8")
        spent = run_measured(
            [sys.executable, "-m", "bench.comparators.extract_alone", str(folder / "pages.json")],
            cwd=ROOT,
            environment=environment_of(folder),
            log=self._folder / "extraction.log",
        )
        return spent.cpu / len(pages)

    def _houses(self, tool: Crawler) -> tuple[House, ...]:
        return self._room.houses[: max(1, round(tool.part * len(self._room.houses)))]

    def _folder_of(self, tool: Crawler) -> Path:
        return self._folder / tool.name.replace(" ", "")


def judged(there: Sequence[Published], stored: Iterable[Stored]) -> Kept:
    """A story that stands in two groups of a tool's is told twice."""
    story_of = {one.url: one.story for one in there}
    groups: dict[str, set[str]] = defaultdict(set)
    found = set()
    for one in stored:
        if one.url in story_of:
            found.add(one.url)
            groups[story_of[one.url]].add(one.group)
    twice = sum(len(one) - 1 for one in groups.values())
    return Kept(found=len(found), of=len(story_of), twice=twice)


def figures_of(contest: Contest, tool: Crawler) -> dict[str, float]:
    first, again, more = (contest.passes[tool.name, which] for which in PASSES)
    cpu, look = (median(one.spent.cpu for one in passes) for passes in (first, again))
    found, houses, kept = contest.first[tool.name], first[0].houses, contest.kept[tool.name]
    return {
        "houses": houses,
        "articles": found,
        "cpu_ms_per_article": 1000 * cpu / found if found else 0.0,
        "articles_per_cpu_s": found / cpu,
        "wall_s": median(one.spent.wall for one in first),
        "requests_per_article": first[-1].requests / found if found else 0.0,
        "again_requests_per_house": again[-1].requests / houses,
        "again_mb": again[-1].megabytes,
        "again_cpu_ms_per_house": 1000 * look / houses,
        "more_requests_per_house": more[-1].requests / houses,
        "missed": kept.of - kept.found,
        "stored_twice": kept.twice,
    }


def report(contest: Contest) -> dict[str, dict[str, float]]:
    limit = 1 / median(contest.extraction)
    figures = {tool.name: figures_of(contest, tool) for tool in contest.tools}
    print(
        f"{'':24}{'an article, first pass':^35}{'a house, nothing new':^24}{'+1':>6}{'':4}at the end"
    )
    print(
        f"{'':24}{'CPU ms':>8}{'/CPU s':>8}{'requests':>10}{'wall s':>9}"
        f"{'requests':>10}{'CPU ms':>8}{'MB':>6}{'reqs':>6}{'missed':>8}{'twice':>7}"
    )
    print(f"{EXTRACTION:24}{1000 / limit:8.1f}{limit:8.1f}")
    for name, one in figures.items():
        print(
            f"{name:24}{one['cpu_ms_per_article']:8.1f}{one['articles_per_cpu_s']:8.1f}"
            f"{one['requests_per_article']:10.2f}{one['wall_s']:9.1f}"
            f"{one['again_requests_per_house']:10.1f}{one['again_cpu_ms_per_house']:8.1f}{one['again_mb']:6.2f}"
            f"{one['more_requests_per_house']:6.1f}{one['missed']:8.0f}{one['stored_twice']:7.0f}"
        )
    figures[EXTRACTION] = {"articles_per_cpu_s": limit}
    compare(figures)
    return figures


def compare(figures: dict[str, dict[str, float]]) -> None:
    """Siaga's share of the limit and of the others, into its figures and on the screen."""
    ours, limit = figures["Siaga"], figures[EXTRACTION]["articles_per_cpu_s"]
    look = ours["again_cpu_ms_per_house"] * ours["houses"] / ours["articles"]
    ours["share_of_extraction"] = ours["articles_per_cpu_s"] / limit
    ours["share_of_extraction_once_started"] = 1000 / (ours["cpu_ms_per_article"] - look) / limit
    print(
        f"Siaga: {ours['share_of_extraction']:.2f} of {EXTRACTION}, "
        f"{ours['share_of_extraction_once_started']:.2f} once it is started"
    )
    if "news-please" in figures:
        theirs = figures["news-please"]["articles_per_cpu_s"]
        ours["times_news_please"] = ours["articles_per_cpu_s"] / theirs
        print(f"Siaga: {ours['times_news_please']:.1f} times news-please's articles per CPU second")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--environment", type=Path, help="where the tools are kept installed")
    parser.add_argument("--houses", type=int, default=20)
    parser.add_argument("--articles", type=int, default=25, help="of each house")
    parser.add_argument("--rounds", type=int, default=3, help="of the quick tools")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="siaga-bench-") as name:
        folder = Path(name)
        kept = asked.environment or folder / "environments"
        tools = crawlers(
            environment(kept / "general", COMPARATORS / "requirements.txt"),
            environment(kept / "fundus", COMPARATORS / "fundus.txt"),
        )
        with Newsroom(houses=asked.houses, articles=asked.articles, copies=COPIES) as room:
            contest = Contest(room, tools, folder)
            contest.play_round(tools)
            for _ in range(asked.rounds - 1):
                contest.play_round([tool for tool in tools if tool.part == 1])
            figures = report(contest)
    rounded = {
        name: {key: round(value, 3) for key, value in one.items()} for name, one in figures.items()
    }
    print(json.dumps(rounded))


if __name__ == "__main__":
    main()
