"""What tests show rather than measurements: the proofs of the suite, by the goal that they stand for.

    python bench/proofs.py

Runs the tests that bench/report/proofs.py names, two at a time, as `make test` does.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.report.proofs import PROOFS, Tried, all_tests, counted  # noqa: E402  # after the path is set

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARAMETERS = re.compile(r"\[.*", re.DOTALL)


def tried(report: Path) -> Iterator[Tried]:
    """The cases of a JUnit report that were not skipped."""
    for case in ET.parse(report).iter("testcase"):
        file = case.get("classname", "").replace(".", "/") + ".py"
        name = _PARAMETERS.sub("", case.get("name", ""))
        if case.find("skipped") is None:
            failed = case.find("failure") is not None or case.find("error") is not None
            yield Tried(test=f"{file}::{name}", passed=not failed)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="siaga-bench-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *all_tests()]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        if not report.exists():
            raise SystemExit(done.stdout[-2_000:] + done.stderr[-2_000:])
        counts = counted(tried(report))
    for proof in PROOFS:
        one = counts.get(proof.name, {"passed": 0, "failed": 0})
        print(f"{one['passed']:5} passed {one['failed']:3} failed   {proof.subject}: {proof.text}")
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
