"""Which scripts `make bench` runs, how, and for how long at most: all of it in half an hour. Pure."""

from __future__ import annotations

from dataclasses import dataclass

WHOLE_RUN = 30 * 60  # seconds
ENVIRONMENTS = "{environments}"
"""Stands in arguments for the folder in which comparators are kept installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script of bench/. After `limit` seconds it is stopped; a `long` one runs only when it is named."""

    name: str
    arguments: tuple[str, ...] = ()
    limit: float = 600.0
    long: bool = False


SCRIPTS = (
    Script(name="crawl", arguments=("--environment", ENVIRONMENTS)),
    Script(name="monitoring", arguments=("--environment", f"{ENVIRONMENTS}/monitors")),
    Script(name="extraction", arguments=("--environment", f"{ENVIRONMENTS}/general")),
    Script(name="matching", arguments=("--environment", f"{ENVIRONMENTS}/matching")),
    Script(name="duplicates"),
    Script(name="backtest"),
    Script(name="rhythm"),
    Script(name="looks"),
    Script(name="idle"),
    Script(name="path"),
    Script(name="delivery"),
    Script(name="faults", arguments=("--minutes", "2")),
    Script(name="hotpath"),
    Script(name="growth"),
    Script(name="soak", limit=3_600.0, long=True),
)


def chosen(only: list[str], *, there: frozenset[str]) -> list[Script]:
    """The scripts to run: those named, or all but the long ones; in each case of those that are there."""
    wanted = [one for one in SCRIPTS if (one.name in only if only else not one.long)]
    return [one for one in wanted if one.name in there]
