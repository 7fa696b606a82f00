"""How a child process of the alerts is started: the same packages, and nothing of the environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def command(module: str) -> list[str]:
    """What runs a module of ours in a process of its own."""
    return [sys.executable, "-P", "-m", module]


def environment() -> dict[str, str]:
    """Where our packages are, and no more: the environment of a daemon holds secrets and proxies."""
    found = (str(Path(entry).absolute()) for entry in sys.path)  # "" is where we stand
    return {"PYTHONPATH": os.pathsep.join(found), "PYTHONUTF8": "1"}
