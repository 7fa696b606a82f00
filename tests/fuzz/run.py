"""`make fuzz`: every reader in turn, with inputs made of its seeds, until the time is up.

A finding is shrunk, written to `found/` beside the seeds, and ends the run: make it a test in
test_fuzz.py, mend it, and go on.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import signal
import sys
import time
import traceback
import warnings
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.mutations import mutants
from tests.fuzz.readers import READERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fuzz.readers import Reader

FOUND = Path(__file__).parent / "found"
ROUND = 100
HANGS = 20  # seconds after which an input counts as one that hangs its reader


class HungError(Exception):
    """A reader took too long over one input."""


class FindingError(Exception):
    """A reader failed on `data`, which is as small as it could be made."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        super().__init__(repr(data))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--reader", choices=sorted(READERS), action="append")
    asked = parser.parse_args()
    signal.signal(signal.SIGALRM, _hung)
    warnings.simplefilter("error")  # what prints a warning may print what it read
    names = asked.reader or list(READERS)
    tried, ends = dict.fromkeys(names, 0), time.monotonic() + asked.seconds
    for name in cycle(names):
        if time.monotonic() > ends:
            break
        try:
            tried[name] += a_round(name, READERS[name], number=random.getrandbits(32))
        except FindingError as finding:
            traceback.print_exc()
            print(_said(tried))  # noqa: T201
            sys.exit(f"a finding: the {name} reader fails on {_keep(name, finding.data)}")
    print(_said(tried))  # noqa: T201


def a_round(name: str, reader: Reader, *, number: int, inputs: int = ROUND) -> int:
    """Try so many inputs, the same ones for the same number; how many. Raises FindingError."""
    tried = 0
    last = b""

    @seed(number)
    @settings(
        max_examples=inputs,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=mutants(name))
    def attempt(data: bytes) -> None:
        nonlocal tried, last
        tried, last = tried + 1, data
        signal.alarm(HANGS)
        try:
            reader(data)
        finally:
            signal.alarm(0)

    try:
        attempt()
    except Exception as error:
        raise FindingError(last) from error
    return tried


def _said(tried: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count:,} inputs" for name, count in tried.items())


def _keep(name: str, data: bytes) -> Path:
    FOUND.mkdir(exist_ok=True)
    path = FOUND / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    return path


def _hung(*_: object) -> None:
    raise HungError(f"an input took longer than {HANGS} s")


if __name__ == "__main__":
    main()
