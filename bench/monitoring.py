"""Siaga beside changedetection.io and urlwatch: how soon is news told, at what cost, what does a kill lose?

    python bench/monitoring.py [--environment FOLDER] [--seconds 100] [--rounds 4]

All look at the feeds of one newsroom on loopback at the same time, for the same word, and post to a receiver
each. Siaga also reads each new article; the others, which do not, look more often instead, so that all ask
for as much. An article counts as told when its title or its address stands in a message. Then each
of them is killed (SIGKILL to all its processes) a second after it begins to send some news, and started
again: with a receiver that takes its time, and with one that refuses for a while.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.comparators.environment import environment  # noqa: E402  # after the path is set
from bench.monitors import tools  # noqa: E402
from bench.monitors.contest import EVERY, GAP, WORD, Contest, Entrant  # noqa: E402
from bench.monitors.receiver import Mood, Receiver  # noqa: E402
from bench.monitors.running import Running  # noqa: E402
from bench.monitors.tally import Where, delays, delays_after_looks, percentile, told  # noqa: E402
from bench.monitors.tools import Task  # noqa: E402
from bench.newsroom import Newsroom  # noqa: E402

if TYPE_CHECKING:
    from bench.monitors.contest import News
    from bench.monitors.tally import Told
    from bench.press.published import Published

WANTED = ROOT / "bench" / "comparators" / "monitors.txt"
HOUSES = 20
ARTICLES = 6  # of each house, from before
MOODS = (Mood.SLOW, Mood.REFUSING)
ROWS = {
    "every_s": "seconds between two looks",
    "requests_a_minute": "requests a minute",
    "megabytes_a_minute": "megabytes fetched a minute",
    "published": "articles with the word in the headline",
    "told": "  told",
    "lost": "  lost",
    "repeated": "  told more than once",
    "p50_s": "seconds to the webhook, median",
    "p95_s": "seconds to the webhook, 95th percentile",
    "p50_after_look_s": "  from the first look after it, median",
    "in_text_only": "articles with the word in the text only",
    "in_text_only_told": "  told",
    "without_told": "told without the word",
    "cpu_s_a_minute": "CPU seconds a minute",
    "memory_mb": "memory at its peak, PSS, MB",
    "killed_slow_published": "killed, the receiver slow: articles",
    "killed_slow_lost": "  lost",
    "killed_slow_repeated": "  told more than once",
    "killed_slow_renamed": "    not under one id",
    "killed_refusing_published": "killed, the receiver refusing: articles",
    "killed_refusing_lost": "  lost",
    "killed_refusing_repeated": "  told more than once",
    "killed_refusing_renamed": "    not under one id",
}
NOTE = (
    "Between a look and a page Siaga leaves the site alone for a second (crawl.delay). The others"
    " ask for\nnothing but feeds, and know no more of an article than these say. urlwatch uses memory only"
    " while it runs."
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--environment", type=Path, help="where the others are kept installed")
    parser.add_argument("--seconds", type=float, default=100.0, help="of news without any trouble")
    parser.add_argument("--rounds", type=int, default=4, help="of killing")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="siaga-bench-")))
        python = environment(asked.environment or folder / "environment", WANTED)
        room = stack.enter_context(Newsroom(houses=HOUSES, articles=ARTICLES, copies=0.0))
        entrants = enter(stack, room, folder, python)
        contest = Contest(room, entrants)
        contest.settle()
        news = contest.news(asked.seconds)
        killed = kill(contest, asked.rounds)
        figures = {one.name: figures_of(one, news, killed) for one in entrants}
    show(figures)
    print(NOTE)
    print(json.dumps({"versions": versions(), "tools": figures}))


def enter(stack: ExitStack, room: Newsroom, folder: Path, python: Path | None) -> list[Entrant]:
    """All that can be installed here, each started in a folder of its own."""
    entrants: list[Entrant] = []
    for name in tools.NAMES if python else (tools.SIAGA,):
        receiver = stack.enter_context(Receiver())
        task = Task(
            houses=room.houses,
            word=WORD,
            hook=receiver.address,
            every=EVERY if name == tools.SIAGA else every_of_others(len(room.houses)),
            programs=(python or folder).parent,
        )
        home = folder / name
        home.mkdir()
        tool = tools.set_up(name, task, home)
        entrants.append(Entrant(stack.enter_context(Running(tool)), receiver, task.every))
    return entrants


def kill(contest: Contest, rounds: int) -> dict[Mood, list[Published]]:
    """The articles of all rounds, by how the receivers were."""
    killed: dict[Mood, list[Published]] = {mood: [] for mood in MOODS}
    for mood in islice(cycle(MOODS), rounds):
        killed[mood] += contest.killing(mood)
    contest.wait_for_the_last([article for articles in killed.values() for article in articles])
    return killed


def every_of_others(houses: int) -> int:
    """Seconds between two looks of who asks for feeds only, and as often as Siaga asks for anything."""
    feeds, pages = houses / EVERY, 1 / GAP
    return round(houses / (feeds + pages))


def figures_of(
    entrant: Entrant, news: News, killed: dict[Mood, list[Published]]
) -> dict[str, float | None]:
    messages, name = entrant.receiver.messages, entrant.name
    articles = news.articles[Where.HEADLINE]
    headlines, in_text = told(articles, messages), told(news.articles[Where.TEXT], messages)
    looks = [one for one in news.looks if one.agent == name]
    waits, after_looks = delays(articles, messages), delays_after_looks(articles, messages, looks)
    figures = {
        "every_s": entrant.every,
        "requests_a_minute": news.requests[name] / news.minutes,
        "megabytes_a_minute": news.megabytes[name] / news.minutes,
        "published": headlines.published,
        "told": headlines.told,
        "lost": headlines.lost,
        "repeated": headlines.repeated,
        "p50_s": percentile(waits, 0.5),
        "p95_s": percentile(waits, 0.95),
        "p50_after_look_s": percentile(after_looks, 0.5),
        "in_text_only": in_text.published,
        "in_text_only_told": in_text.told,
        "without_told": told(news.articles[Where.NOWHERE], messages).told,
        "cpu_s_a_minute": news.cpu_seconds[name] / news.minutes,
        "memory_mb": entrant.running.peak_megabytes,
    }
    for mood in MOODS:
        figures |= losses(mood, told(killed[mood], messages))
    return {key: None if value is None else round(value, 2) for key, value in figures.items()}


def losses(mood: Mood, one: Told) -> dict[str, int]:
    return {
        f"killed_{mood}_published": one.published,
        f"killed_{mood}_lost": one.lost,
        f"killed_{mood}_repeated": one.repeated,
        f"killed_{mood}_renamed": one.renamed,
    }


def show(figures: dict[str, dict[str, float | None]]) -> None:
    print(" " * 44 + "".join(f"{name:>20}" for name in figures))
    for key, about in ROWS.items():
        values = ("-" if one[key] is None else f"{one[key]:.10g}" for one in figures.values())
        print(f"{about:44}" + "".join(f"{value:>20}" for value in values))


def versions() -> dict[str, str]:
    pinned = WANTED.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in pinned if "==" in line)


if __name__ == "__main__":
    main()
