"""A newsroom of troubled sites: is all news told once, is no site pressed, is each fault named?

    python bench/faults.py [--sites 50] [--minutes 10]

Sites on loopback, each on a host of its own with a Crawl-delay, publish an article every few seconds: hours
of a newsroom's time in minutes. In the middle third of the time the troubled ones fail, each in its own
way. What was asked, and when, is read from the sites' own logs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.troubled.newsroom import EVERY, troubled_newsroom  # noqa: E402  # after the path is set
from tests.e2e.press import titles_in  # noqa: E402
from tests.e2e.program import Program, in_time  # noqa: E402
from tests.servers.webhook import WebhookReceiver  # noqa: E402

if TYPE_CHECKING:
    from tests.e2e.faulty_newsroom import FaultyNewsroom, Member
    from tests.e2e.program import Daemon

LAST_SECONDS = 180.0  # for the last news to come in, and for backoff to end


def play(room: FaultyNewsroom, program: Program, daemon: Daemon, minutes: float) -> list[str]:
    """Let the newsroom publish; returns the troubles that status did not name while they lasted."""
    for member in room.members:
        assert daemon.says(f"{member.name}: 1 new", 120.0), f"{member.name} was not looked at"
    rounds = int(minutes * 60 / EVERY)
    unnamed: list[str] = []
    started = time.monotonic()
    for number in range(rounds):
        time.sleep(max(0.0, started + number * EVERY - time.monotonic()))
        if number == rounds // 3:
            room.fall_ill()
        if number == 2 * rounds // 3:
            unnamed = room.unnamed(program.ask("status")[0]["sites"])
            room.recover()
        room.publish()
    return unnamed


def row(member: Member, told: Counter[str], unnamed: list[str]) -> str:
    missed = sum(not told[title] for title in member.published[1:])
    repeated = sum(told[title] > 1 for title in member.published)
    named = "-" if member.trouble is None else "no" if unnamed else "yes"
    shortest = min(member.pauses(), default=timedelta()).total_seconds()
    counts = f"{len(member.published) - 1:9d} {missed:6d} {repeated:8d}"
    pauses = f"{len(member.site.requests):8d} {shortest:8.2f} {member.crawl_delay:6.1f}"
    return f"{member.name:10} {member.about:30} {named:5} {counts} {pauses}"


def figures(room: FaultyNewsroom, told: Counter[str], unnamed: list[str]) -> dict[str, int]:
    news = [title for member in room.members for title in member.published[1:]]
    return {
        "sites": len(room.members),
        "published": len(news),
        "missed": sum(not told[title] for title in news),
        "repeated": sum(count > 1 for count in told.values()),
        "too_fast": sum(len(member.too_fast()) for member in room.members),
        "requests": sum(len(member.site.requests) for member in room.members),
        "not_named": len(unnamed),
    }


def show(room: FaultyNewsroom, told: Counter[str], unnamed: list[str]) -> None:
    head = ("site", "what is wrong", "named", "published", "missed", "repeated")
    print("{:10} {:30} {:5} {:>9} {:>6} {:>8}".format(*head), "requests shortest  asked")
    for member in room.members:
        print(row(member, told, [one for one in unnamed if one.startswith(f"{member.name},")]))
    print(json.dumps(figures(room, told, unnamed)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10.0)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="siaga-bench-") as folder,
        troubled_newsroom(asked.sites) as room,
        WebhookReceiver() as hook,
    ):
        program = Program(directory=Path(folder))
        program.save(room.config(hook.url("/accept"), every=f"{EVERY:.0f}s"))
        room.publish()  # what was there before: it is told to nobody
        with program.daemon() as daemon:
            unnamed = play(room, program, daemon, asked.minutes)
            news = len(room.titles()) - len(room.members)
            in_time(lambda: len(set(titles_in(hook))) >= news, LAST_SECONDS)
            daemon.stop()
        show(room, Counter(titles_in(hook)), unnamed)


if __name__ == "__main__":
    main()
