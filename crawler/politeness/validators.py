"""Whether a server's "unchanged" is to be believed (RFC 9110, 13.1): when to look for ourselves. Pure.

A server lies when it says "unchanged", by a 304 or by the validators of old bytes, while it has news for
us. What it changes besides news, a clock in the feed or a new ETag every time, is of no account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

FIRST_CHECK = 4
MOST_UNCHECKED = 64
"""304s in a row after which we look for ourselves: few at first, more with each check."""
CHECKED_EVERY = timedelta(days=1)
DISBELIEVED_FOR = timedelta(days=21)


class Asking(StrEnum):
    """How a source is asked for."""

    CONDITIONALLY = "conditionally"
    TO_CHECK = "to-check"  # whole: it is time to see whether "unchanged" was true
    DISBELIEVED = "disbelieved"  # whole: it was found out to lie


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What a source has answered so far: 304s in a row, checks made, and when it came whole or lied last."""

    not_modified: int = 0
    checks: int = 0
    whole_at: datetime | None = None
    lied_at: datetime | None = None


def asking(trust: Trust, now: datetime) -> Asking:
    """How to ask a source now."""
    if trust.lied_at is not None and now - trust.lied_at < DISBELIEVED_FOR:
        return Asking.DISBELIEVED
    if trust.not_modified >= min(FIRST_CHECK * 2 ** min(trust.checks, 8), MOST_UNCHECKED):
        return Asking.TO_CHECK
    unchecked_for = now - trust.whole_at if trust.whole_at is not None else timedelta()
    if trust.not_modified and unchecked_for >= CHECKED_EVERY:
        return Asking.TO_CHECK
    return Asking.CONDITIONALLY


def heard(trust: Trust, *, asked: Asking, status: int | None, lied: bool, at: datetime) -> Trust:
    """What to believe after an answer that could be used."""
    if status == 304:
        return Trust(
            not_modified=trust.not_modified + 1,
            checks=trust.checks,
            whole_at=trust.whole_at,
            lied_at=trust.lied_at,
        )
    return Trust(
        checks=trust.checks + (asked is Asking.TO_CHECK),
        whole_at=at,
        lied_at=at if lied else trust.lied_at,
    )


def same(etag: str | None, modified: str | None, *, old: tuple[str | None, str | None]) -> bool:
    """Whether these validators stand for the same bytes as the old ones; an ETag counts before a date."""
    if etag is not None or old[0] is not None:
        return etag == old[0]
    return modified is not None and modified == old[1]
