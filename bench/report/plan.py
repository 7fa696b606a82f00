"""Which scripts `make bench` runs, how, and for how long at most: all of it in half an hour. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE_RUN = 30 * 60  # seconds
ENVIRONMENTS = "{environments}"
"""Stands in arguments for the folder in which comparators are kept installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script of bench/. After `limit` seconds it is stopped; a `long` one runs only when it is named.

    `needs` is a path, from the root of the checkout, without which it cannot run. What is not `timed` says
    nothing of speed, and may run beside another such.
    """

    name: str
    arguments: tuple[str, ...] = ()
    limit: float = 600.0
    long: bool = False
    timed: bool = True
    needs: str | None = None

    def files(self) -> list[str]:
        """What must be there for it to run."""
        return [f"bench/{self.name}.py", *([self.needs] if self.needs is not None else [])]


SCRIPTS = (
    Script(name="crawl", arguments=("--environment", ENVIRONMENTS, "--rounds", "2")),
    Script(
        name="monitoring",
        arguments=(
            *("--environment", f"{ENVIRONMENTS}/monitors"),
            *("--seconds", "60", "--rounds", "2"),
        ),
    ),
    Script(name="extraction", arguments=("--environment", f"{ENVIRONMENTS}/general")),
    Script(name="matching", arguments=("--environment", f"{ENVIRONMENTS}/matching")),
    Script(name="duplicates"),
    Script(name="backtest"),
    Script(name="rhythm", timed=False),
    Script(name="looks"),
    Script(name="idle", arguments=("--minutes", "2"), timed=False),
    Script(name="path"),
    Script(name="delivery"),
    Script(name="faults", arguments=("--minutes", "2"), timed=False),
    Script(name="hotpath"),
    Script(name="growth", limit=900.0),
    Script(name="proofs", timed=False),
    Script(name="scores", timed=False, needs="../shared/eval/score.py"),
    Script(name="soak", arguments=("--record", "docs/operations.md"), limit=3_600.0, long=True),
)


def chosen(only: list[str], *, there: Callable[[str], bool]) -> list[Script]:
    """The scripts to run: those named, or all but the long ones; in each case of those that can run.

    `there` says whether a path, from the root of the checkout, is there.
    """
    wanted = [one for one in SCRIPTS if (one.name in only if only else not one.long)]
    return [one for one in wanted if all(map(there, one.files()))]
