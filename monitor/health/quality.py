"""Whether a site's articles have become poorer: without text, without date, or much shorter. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RECENT = 20
FORMER = 60
SAMPLE = RECENT + FORMER
"""How many of a site's newest articles are asked for."""
_FEWEST = 10  # fewer articles tell nothing
_MOST = 0.8  # so large a share is poor whatever was usual
_SOME = 0.3  # a smaller share is no matter even where it is new
_CHANCE = 1e-4  # what chance brings about less often than this is a change
_SHORT = 0.25  # of the length that was usual


class Poorer(StrEnum):
    """What the articles lack."""

    NO_TEXT = "no-text"
    NO_DATE = "no-date"
    SHORTER = "shorter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one article came with; `length` of its text in characters."""

    thin: bool
    dated: bool
    length: int


def poorer(articles: Sequence[Sample], *, already: bool = False) -> Poorer | None:
    """What the newest articles lack that they should have; None while they are as they were.

    `articles` are the newest first. Most of them lack something, or more than chance makes of the share
    that lacked it before. What was poor `already` is so until the share is small: else it would flap.
    """
    recent, former = articles[:RECENT], articles[RECENT:SAMPLE]
    if len(recent) < _FEWEST:
        return None
    usual = median([one.length for one in former]) if len(former) >= _FEWEST else 0
    marks: tuple[tuple[Poorer, Callable[[Sample], bool]], ...] = (
        (Poorer.NO_TEXT, lambda one: one.thin),
        (Poorer.NO_DATE, lambda one: not one.dated),
        (Poorer.SHORTER, lambda one: not one.thin and one.length < _SHORT * usual),
    )
    for lack, has in marks:
        before = (sum(map(has, former)), len(former))
        if _is_poor(sum(map(has, recent)), len(recent), before, already=already):
            return lack
    return None


def _is_poor(count: int, of: int, before: tuple[int, int], *, already: bool) -> bool:
    share = count / of
    if share >= _MOST or (already and share >= _SOME):
        return True
    lacking, known = before
    if share < _SOME or known < _FEWEST:
        return False
    return tail(count, of, (lacking + 1) / (known + 2)) < _CHANCE


def tail(count: int, of: int, share: float) -> float:
    """The probability that at least `count` of `of` independent ones are so, each with this probability."""
    return sum(
        math.comb(of, number) * share**number * (1 - share) ** (of - number)
        for number in range(count, of + 1)
    )
