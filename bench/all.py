"""Runs every script of bench/ in turn, and writes docs/benchmarks.md from what they say.

    python bench/all.py [--only NAME …] [--render]

What a script prints goes to the terminal; its last line, one JSON object, to docs/benchmarks.json, and from
there into the page and its pictures. A script that fails is said to have failed, and the rest goes on. Of
another machine nothing is kept. `--only` runs some, long ones too, and keeps the figures of the others;
`--render` runs none.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.report import machine, page, sections  # noqa: E402  # after the path is set
from bench.report.plan import SCRIPTS, Script, chosen  # noqa: E402
from bench.report.results import Gathered, from_data, to_data  # noqa: E402
from bench.report.running import run  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.report.results import Result

DOCS = ROOT / "docs"
KEPT = DOCS / "benchmarks.json"
ENVIRONMENTS = ROOT / "bench" / ".environments"


def gathered_before() -> Gathered:
    """What is kept of this machine."""
    here = machine.this_machine()
    fresh = Gathered(machine=here, versions=machine.versions(), comparators=machine.comparators())
    if not KEPT.exists():
        return fresh
    kept = from_data(json.loads(KEPT.read_text(encoding="utf-8")))
    if kept.machine != here:
        return fresh
    return replace(fresh, results=kept.results, seconds=kept.seconds)


def measure(scripts: list[Script], gathered: Gathered) -> Gathered:
    """One after the other; those that are not timed at the end, two at a time."""
    for result in chain(_in_turn(scripts), _two_at_a_time(scripts)):
        gathered = replace(gathered, results={**gathered.results, result.script: result})
        save(gathered)
    return gathered


def _in_turn(scripts: list[Script]) -> Iterator[Result]:
    for script in scripts:
        if script.timed:
            print(f"\n== bench/{script.name}.py", flush=True)
            result = run(script, ENVIRONMENTS, say=partial(print, flush=True))
            print(_ended(result), flush=True)
            yield result


def _two_at_a_time(scripts: list[Script]) -> Iterator[Result]:
    """What each prints is shown when it has ended."""
    said: dict[str, list[str]] = {one.name: [] for one in scripts if not one.timed}
    with ThreadPoolExecutor(2) as pool:
        running = [
            pool.submit(run, one, ENVIRONMENTS, say=said[one.name].append)
            for one in scripts
            if not one.timed
        ]
        for done in as_completed(running):
            result = done.result()
            lines = (f"\n== bench/{result.script}.py", *said[result.script], _ended(result))
            print("\n".join(lines), flush=True)
            yield result


def _ended(result: Result) -> str:
    return f"-- {result.problem or 'done'}, {result.seconds:.0f} s"


def save(gathered: Gathered) -> None:
    KEPT.write_text(json.dumps(to_data(gathered), indent=1) + "\n", encoding="utf-8")


def write(gathered: Gathered) -> None:
    """The page and its pictures."""
    (DOCS / "benchmarks.md").write_text(page.render(gathered), encoding="utf-8")
    folder = DOCS / "benchmarks"
    folder.mkdir(exist_ok=True)
    for name, picture in sections.pictures(gathered.figures("growth")).items():
        (folder / name).write_text(picture, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    names = [one.name for one in SCRIPTS]
    parser.add_argument("--only", nargs="+", choices=names, default=[], metavar="NAME")
    parser.add_argument(
        "--render", action="store_true", help="write the page anew, measure nothing"
    )
    asked = parser.parse_args()
    if asked.render:
        write(from_data(json.loads(KEPT.read_text(encoding="utf-8"))))
        return
    began = time.monotonic()
    scripts = chosen(asked.only, there=lambda path: (ROOT / path).exists())
    gathered = measure(scripts, gathered_before())
    if not asked.only:
        gathered = replace(gathered, seconds=round(time.monotonic() - began, 1))
        save(gathered)
    write(gathered)
    failed = [one.name for one in scripts if gathered.results[one.name].problem]
    print(f"\ndocs/benchmarks.md is written; failed: {', '.join(failed) or 'none'}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
