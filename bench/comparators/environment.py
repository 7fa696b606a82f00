"""Environments of their own for what Siaga is compared with, installed from pinned requirements."""

from __future__ import annotations

import subprocess
import venv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def environment(directory: Path, requirements: Path) -> Path | None:
    """The interpreter of an environment with the requirements in it, installed where they are not yet.

    None, after saying why, where they cannot be installed. One directory holds one environment.
    """
    directory.mkdir(parents=True, exist_ok=True)
    python = directory / "venv" / "bin" / "python"
    wanted = requirements.read_text(encoding="utf-8")
    done = directory / "installed.txt"
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return python
    venv.create(directory / "venv", with_pip=True, clear=True)
    # The pip of a fresh environment may be too old to resolve lxml[html_clean].
    steps = (["--upgrade", "pip"], ["-r", str(requirements)])
    if not all(pip(python, "install", *step) for step in steps):
        return None
    done.write_text(wanted, encoding="utf-8")
    return python


def pip(python: Path, *arguments: str) -> bool:
    """Whether pip did it; where it did not, its last words are printed."""
    done = subprocess.run(
        [python, "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check"],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        print(f"pip {arguments[0]} failed, going on without: {done.stderr.strip()[-200:]}")
    return done.returncode == 0
