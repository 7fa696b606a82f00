"""The machine and the versions that were measured."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from bench.report.results import Machine

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = (
    *("scrapy", "twisted", "lxml", "trafilatura", "htmldate", "ahocorasick-rs", "google-re2"),
    *("apscheduler", "sqlite-utils", "requests", "pydantic"),
)
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[\w.]+)", re.MULTILINE)


def this_machine() -> Machine:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        memory_gb=round(memory / 2**30, 1),
        kernel=f"{platform.system()} {platform.release()}",
    )


def _cpu() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except FileNotFoundError:
        return platform.processor()
    found = re.search(r"^model name\s*: (.*)$", told, re.MULTILINE)
    return found[1] if found else platform.machine()


def versions() -> dict[str, str]:
    """Of Siaga, Python, SQLite and the libraries that matter to speed."""
    own = {
        "Siaga": f"{version('siaga')} at {_commit()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
    }
    return {**own, **{name: version(name) for name in LIBRARIES}}


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip() or "an unknown commit"


def comparators() -> dict[str, str]:
    """The pins of bench/comparators."""
    files = sorted((ROOT / "bench" / "comparators").glob("*.txt"))
    return {
        pin["name"]: pin["version"]
        for file in files
        for pin in _PIN.finditer(file.read_text(encoding="utf-8"))
    }
