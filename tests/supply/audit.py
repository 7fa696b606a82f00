"""Asks the index of known faults about everything that the locks pin, with pip-audit.

Exit status: 0 when nothing is known, or nobody could be asked (it says which); 1 for a known fault.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock")
SECONDS = 300.0
_NOBODY = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|HTTPError|ServiceError|resolve", re.IGNORECASE
)
_UNKNOWN = re.compile("could not be audited")
_FOUND = re.compile(r"Found \d+ known vulnerabilit")


def main() -> None:
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--progress-spinner=off",
        "--disable-pip",
        "--no-deps",
    ]
    for lock in LOCKS:
        command += ["--requirement", str(ROOT / lock)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        status, said = 0, "the index of known faults does not answer: nothing was looked up"
    else:
        status, said = verdict(done.returncode, done.stdout + done.stderr)
    print(f"audit: {said}")  # noqa: T201
    sys.exit(status)


def verdict(status: int, output: str) -> tuple[int, str]:
    """The exit status and the words for what pip-audit said."""
    unknown = len(_UNKNOWN.findall(output))
    if status == 0 and unknown:
        return 0, f"no known fault found, but the index that answers knows {unknown} packages not"
    if status == 0:
        return 0, "no known fault in what is pinned"
    if _FOUND.search(output):
        return 1, output.strip()
    if "No module named pip_audit" in output:
        return 0, "pip-audit cannot be installed from here: nothing was looked up"
    if _NOBODY.search(output):
        return 0, "the index of known faults cannot be reached from here: nothing was looked up"
    return 1, output.strip()[-2000:]


if __name__ == "__main__":
    main()
