"""Scores on real pages and texts, which stand in ../shared/eval beside some checkouts and not in this one.

    python bench/scores.py [--evaluation ../shared/eval]

Runs its score.py for each question; a score is the share that is right, or F1.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EVALUATION = ROOT.parent / "shared" / "eval"
QUESTIONS = ("extraction", "dates", "seed", "watchlists", "duplicates")
_SHARE = re.compile(r"(\d+)/(\d+)")
_F1 = re.compile(r"F1 ([\d.]+)")


def score_in(line: str) -> float:
    """The score in the last line of score.py. Raises ValueError where there is none."""
    if found := _F1.search(line):
        return float(found[1])
    if found := _SHARE.search(line):
        return int(found[1]) / int(found[2])
    raise ValueError(f"no score in {line!r}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--evaluation", type=Path, default=EVALUATION)
    asked = parser.parse_args()
    scores = {}
    for question in QUESTIONS:
        command = [sys.executable, asked.evaluation / "score.py", question]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        last = done.stdout.strip().splitlines()[-1]
        print(last)
        scores[question] = round(score_in(last), 4)
    print(json.dumps(scores))


if __name__ == "__main__":
    main()
