"""What a command costs, with all its children."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from bench.process_tree import run_measured

if TYPE_CHECKING:
    from pathlib import Path

BUSY = "import time\nwhile time.process_time() < 0.2: pass"


def test_a_child_that_outlives_its_parent_counts(tmp_path: Path) -> None:
    leaves_it = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BUSY!r}])"
    spent = run_measured(
        [sys.executable, "-c", f"{leaves_it}; sys.exit(3)"],
        cwd=tmp_path,
        environment=os.environ,
        log=tmp_path / "log",
    )
    assert spent.status == 3
    assert spent.cpu >= 0.2


def test_what_does_not_end_is_killed(tmp_path: Path) -> None:
    spent = run_measured(
        ["sleep", "600"], cwd=tmp_path, environment=os.environ, log=tmp_path / "log", limit=0.2
    )
    assert spent.status == -9
