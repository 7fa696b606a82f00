"""Prints the licence of everything that a lock pins, as the packages themselves state it."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK = Path(__file__).parents[2] / "requirements.lock"
UNKNOWN = "not stated"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
_CLASSIFIER = "License :: "


def main() -> None:
    rows = [(name, version, licence_of(name)) for name, version in pinned(LOCK.read_text())]
    for name, version, licence in rows:
        print(f"{name:<28} {version:<14} {licence}")  # noqa: T201
    silent = [name for name, _, licence in rows if licence == UNKNOWN]
    if silent:
        sys.exit(f"licences: {', '.join(silent)} state none: look into their sources")


def pinned(lock: str) -> Iterator[tuple[str, str]]:
    """Each package of a lock with its version, in the lock's order."""
    for found in _PINNED.finditer(lock):
        yield found[1], found[2]


def licence_of(package: str) -> str:
    """An SPDX expression (PEP 639), else what the classifiers say, else the field of old; one line."""
    try:
        facts = metadata(package)
    except PackageNotFoundError:
        return "not installed here"
    classified = [
        one.removeprefix(_CLASSIFIER).rpartition(" :: ")[2]
        for one in facts.get_all("Classifier") or ()
        if one.startswith(_CLASSIFIER)
    ]
    named = (facts.json.get(field) for field in ("license_expression", "license"))
    expression, field = (str(one or "") for one in named)
    stated = expression or ", ".join(classified) or field
    return stated.strip().partition("\n")[0][:60] or UNKNOWN


if __name__ == "__main__":
    main()
