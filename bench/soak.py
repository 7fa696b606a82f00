"""Half an hour of everything at once: failing sites, hot edits, kills, slow receivers; what is left of it?

    python bench/soak.py [--minutes 30] [--sites 50] [--record docs/operations.md] [--folder FOLDER]

The sites are those of bench/faults.py, ill and well again every minute. One receiver fails one time in five,
in six ways; the other is slow. config.yaml is edited throughout, well and badly. In the first part of the
time the daemon or its worker is killed, at instants of chance; in the last, after a while to warm up, nothing
is killed, and the memory and the open files of both are watched. In the end sites and receivers are well, and
what waits for another try is tried at once: everything published must then have been taken by both receivers,
in a message of its own or in a digest, and the database must be intact. Exits with 1 when a goal is missed.

`--record` puts the table into a page; database and logs stay in `--folder`, which must be empty.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.troubled.deliveries import digests_in, told_ids, too_early  # noqa: E402  # after the path is set
from bench.troubled.newsroom import troubled_newsroom  # noqa: E402
from bench.troubled.soaking import Receivers, Soak, SoakError  # noqa: E402
from bench.troubled.soundness import complaint_about  # noqa: E402
from bench.troubled.usage import trend  # noqa: E402
from bench.troubled.verdict import Findings, lines, missed, table  # noqa: E402
from tests.e2e.program import Program  # noqa: E402
from tests.servers.webhook import WebhookReceiver  # noqa: E402

if TYPE_CHECKING:
    from tests.e2e.faulty_newsroom import FaultyNewsroom

FAULT_RATE, REST_SECONDS, SLOW_SECONDS = 0.2, 1, 1.0
MARKS = "<!-- printed by bench/soak.py -->\n", "<!-- to here -->\n"


def soak(minutes: float, sites: int, folder: Path) -> Findings:
    with ExitStack() as stack:
        enter = stack.enter_context
        room = enter(troubled_newsroom(sites))
        receivers = Receivers(
            failing=enter(WebhookReceiver(fault_rate=FAULT_RATE, rest_seconds=REST_SECONDS)),
            slow=enter(WebhookReceiver(slow_seconds=SLOW_SECONDS)),
        )
        program = Program(directory=folder)
        played = Soak(program, room, receivers)
        with played.running():
            before = set(room.titles())
            played.play(minutes)
            news = set(room.titles()) - before
            # What is redelivered by hand may come before its time: only what came until now is judged.
            early = sum(too_early(hook, played.daemon_killed_at) for hook in receivers.both)
            played.drain(news)
        return found(played, room, receivers, program, news, minutes=minutes, early=early)


def found(
    played: Soak,
    room: FaultyNewsroom,
    receivers: Receivers,
    program: Program,
    news: set[str],
    *,
    minutes: float,
    early: int,
) -> Findings:
    database = program.directory / "siaga.db"
    digests = digests_in(database)
    told = [told_ids(hook, digests) for hook in receivers.both]
    messages = [ids.get(title, []) for ids in told for title in news]
    return Findings(
        minutes=minutes,
        load=round(os.getloadavg()[2], 1),
        cores=os.cpu_count() or 1,
        sites=len(room.members),
        troubled=sum(member.trouble is not None for member in room.members),
        published=len(news),
        edits=played.edits,
        daemon_kills=played.kills["daemon"],
        worker_kills=played.kills["worker"],
        failed_tries=sum(not one.accepted for one in receivers.failing.received),
        digests=len(digests),
        in_digests=sum(map(len, digests.values())),
        lost=sum(not ids for ids in messages),
        dead=len(program.ask("deliveries", "--state", "dead")),
        under_two_ids=sum(len(set(ids)) > 1 for ids in messages),
        taken_twice=sum(len(ids) > len(set(ids)) for ids in messages),
        too_early=early,
        unasked_restarts=played.unasked_restarts,
        database=complaint_about(database),
        daemon=trend(played.used["daemon"]),
        worker=trend(played.used["worker"]),
    )


def record(page: Path, text: str) -> None:
    """Put a text between the marks in a page; ValueError where it has none."""
    start, end = map(re.escape, MARKS)
    before = page.read_text(encoding="utf-8")
    after, replaced = re.subn(
        f"({start}).*?({end})",
        lambda match: f"{match[1]}{text}\n{match[2]}",
        before,
        flags=re.DOTALL,
    )
    if not replaced:
        raise ValueError(f"{page} has no place between {MARKS[0]!r} and {MARKS[1]!r}")
    page.write_text(after, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--record", type=Path, metavar="PAGE", help="put the table into this page")
    parser.add_argument("--folder", type=Path, help="an empty folder to leave everything in")
    asked = parser.parse_args()
    if asked.record is not None and not asked.record.is_file():  # better now than in half an hour
        parser.error(f"there is no page {asked.record}")
    try:
        with tempfile.TemporaryDirectory(prefix="siaga-soak-") as folder:
            kept = asked.folder or Path(folder)
            kept.mkdir(parents=True, exist_ok=True)
            findings = soak(asked.minutes, asked.sites, kept)
    except SoakError as error:
        raise SystemExit(f"the soak broke off: {error}") from error
    told = list(lines(findings))
    print(table(told))
    if asked.record is not None:
        record(asked.record, table(told))
    print(json.dumps(asdict(findings)))
    if complaints := missed(told):
        raise SystemExit("\n".join(["goals were missed:", *complaints]))


if __name__ == "__main__":
    main()
