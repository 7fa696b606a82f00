"""What came of asking a site for something, and when to ask again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """The result of one fetch."""

    READ = "read"  # it came and was understood
    UNCHANGED = "unchanged"  # 304, or the same bytes as before
    DUPLICATE = "duplicate"  # it is an article that is already known under another address
    REFUSED = "refused"  # the site does not let us: 401, 402, 403, 451, a wall
    NO_TEXT = "no-text"  # the page came without the article's text
    NOT_AN_ARTICLE = "not-an-article"
    GONE = "gone"  # 404, 410, or a redirect to the home page
    THROTTLED = "throttled"  # 429, or 503 with Retry-After
    SERVER_ERROR = "server-error"
    TIMEOUT = "timeout"
    NO_SUCH_HOST = "no-such-host"
    TLS_ERROR = "tls-error"
    CONNECTION_ERROR = "connection-error"
    TOO_LARGE = "too-large"
    CUT_SHORT = (
        "cut-short"  # fewer bytes than the server announced, or pages of an article than it has
    )
    UNREADABLE = "unreadable"  # no feed, no HTML
    ROBOTS = "robots"  # robots.txt asks us not to
    ROBOTS_UNKNOWN = "robots-unknown"  # robots.txt cannot be had for the moment: we wait
    ADDRESS = "address"  # an address that must not be dialled
    QUARANTINED = "quarantined"  # it hung or broke the worker


ANNOUNCED = "announced"
"""What stands for an outcome where a page was announced and has not been asked for yet."""
SENT_HOME = "redirected to the home page"
"""The detail of a GONE page that says so in this way."""
OURS = frozenset({Outcome.ROBOTS, Outcome.ROBOTS_UNKNOWN, Outcome.ADDRESS, Outcome.QUARANTINED})
"""Refusals of our own: nobody hears of a page that we chose not to read."""
PASSING = frozenset(
    {
        Outcome.THROTTLED,
        Outcome.SERVER_ERROR,
        Outcome.TIMEOUT,
        Outcome.NO_SUCH_HOST,
        Outcome.CONNECTION_ERROR,
        Outcome.CUT_SHORT,
        Outcome.ROBOTS_UNKNOWN,
    }
)
"""Failures that say nothing of what was asked for: another time it may well come."""

_HIDING_AT_ONCE = frozenset(
    {
        Outcome.REFUSED,
        Outcome.NO_TEXT,
        Outcome.NOT_AN_ARTICLE,
        Outcome.TOO_LARGE,
        Outcome.CUT_SHORT,
    }
)
_NEVER_HIDING = OURS | {Outcome.GONE}
_FINAL = frozenset({Outcome.READ, Outcome.DUPLICATE, Outcome.NOT_AN_ARTICLE})
_WAITS = tuple(
    timedelta(minutes=minutes) for minutes in (5, 30, 120, 360, 1440, 2880, 2880, 2880, 2880)
)
_GONE_WAITS = _WAITS[1:4]


def stands_in(outcome: Outcome, tries: int) -> bool:
    """Whether what the feed says of an article is to stand in for its page after this many tries.

    A page that refuses us must not hide the news; one that merely failed gets a second try first.
    """
    if outcome in _NEVER_HIDING:
        return False
    return outcome in _HIDING_AT_ONCE or tries >= 2


def next_try(outcome: Outcome, tries: int, now: datetime) -> datetime | None:
    """When to ask for a page again after its `tries`-th try, or None for never."""
    if outcome in _FINAL:
        return None
    waits = _GONE_WAITS if outcome is Outcome.GONE else _WAITS
    return now + waits[tries - 1] if tries <= len(waits) else None


def of_status(status: int, *, retry_after: bool) -> Outcome:
    """The outcome that an HTTP status by itself means."""
    if status == 304:
        return Outcome.UNCHANGED
    if status == 429 or (status == 503 and retry_after):
        return Outcome.THROTTLED
    if status in (404, 410):
        return Outcome.GONE
    if 200 <= status < 300:
        return Outcome.READ
    return Outcome.SERVER_ERROR if status >= 500 else Outcome.REFUSED
