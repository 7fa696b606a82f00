"""How a child process is started: the same packages, and next to nothing of the daemon's environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Where OpenSSL finds the authorities that it trusts, where that is not its usual place."""


def command(module: str) -> list[str]:
    """What runs a module of ours in a process of its own."""
    return [sys.executable, "-P", "-m", module]


def environment(*kept: str) -> Mapping[str, str]:
    """Where our packages are, and those of the variables `kept` that are set.

    The environment of a daemon holds secrets and proxies, and everything that a user's processes have
    in theirs can be read in /proc.
    """
    found = (str(Path(entry).absolute()) for entry in sys.path)  # "" is where we stand
    paths = {"PYTHONPATH": os.pathsep.join(found), "PYTHONUTF8": "1"}
    return paths | {name: os.environ[name] for name in kept if name in os.environ}
