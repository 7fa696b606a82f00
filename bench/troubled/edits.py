"""Edits of a config.yaml while it is in use: what editors do to it, and the mistakes that they make."""

from __future__ import annotations

import re
from dataclasses import dataclass

APPLIED = "config.yaml applied"
REFUSED = "config.yaml stays as it was"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A new text of the file, and what the daemon must say of it."""

    text: str
    answer: str


def edits(config: str, number: int) -> tuple[Edit, ...]:
    """The `number`-th visit of an editor to a config.yaml of a troubled newsroom; the last one is applied."""
    kinds = (_another_watchlist, _a_site_less, _broken, _other_intervals, _cut_off)
    return kinds[number % len(kinds)](config, number)


def _another_watchlist(config: str, number: int) -> tuple[Edit, ...]:
    new = f"watchlists: [{{name: w{number}, any: [tiada{number}]}}, "
    return (_applied(config.replace("watchlists: [", new)),)


def _a_site_less(config: str, number: int) -> tuple[Edit, ...]:
    """A site is taken out, and put back: what it publishes meanwhile is news all the same."""
    lines = config.splitlines(keepends=True)
    sites = [at for at, line in enumerate(lines) if line.startswith("  - {name: koran-")]
    gone = sites[-1 - number % 5]
    return (_applied("".join(lines[:gone] + lines[gone + 1 :])), _applied(config))


def _broken(config: str, number: int) -> tuple[Edit, ...]:
    """A term that is none, beside a change that would be fine."""
    broken = config.replace("watchlists: [", f"watchlists: [{{name: rusak{number}, any: [AND]}}, ")
    return (Edit(text=broken, answer=REFUSED), *_another_watchlist(config, number))


def _other_intervals(config: str, number: int) -> tuple[Edit, ...]:
    """Every site is looked at a little more often."""
    return (_applied(re.sub(r"every: \d+s", f"every: {7 + number % 3}s", config)),)


def _cut_off(config: str, number: int) -> tuple[Edit, ...]:
    """The end is missing, as when the disk was full; then the whole of it."""
    start, _, _ = config.partition("watchlists:")
    return (Edit(text=start, answer=REFUSED), *_another_watchlist(config, number))


def _applied(text: str) -> Edit:
    return Edit(text=text, answer=APPLIED)
