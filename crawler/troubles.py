"""What went wrong with a fetch or a visit, in words for people. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.outcomes import Outcome

if TYPE_CHECKING:
    from crawler.job import CrawlReport, Fetch

LOOKED = frozenset({Outcome.READ, Outcome.UNCHANGED})

_PHRASES = {
    Outcome.REFUSED: "refuses us",
    Outcome.NO_TEXT: "came without text",
    Outcome.NOT_AN_ARTICLE: "is no article",
    Outcome.GONE: "is not there",
    Outcome.THROTTLED: "asks us to come back later",
    Outcome.SERVER_ERROR: "answers with an error",
    Outcome.TIMEOUT: "gave no answer in time",
    Outcome.NO_SUCH_HOST: "cannot be found (no such host, or no network)",
    Outcome.TLS_ERROR: "cannot be reached securely",
    Outcome.CONNECTION_ERROR: "cannot be reached",
    Outcome.TOO_LARGE: "is larger than the limit",
    Outcome.CUT_SHORT: "was cut short",
    Outcome.UNREADABLE: "cannot be read",
    Outcome.ROBOTS: "is closed to us by robots.txt",
    Outcome.ROBOTS_UNKNOWN: "is left alone while its robots.txt cannot be read",
    Outcome.ADDRESS: "must not be dialled",
    Outcome.QUARANTINED: "was set aside",
}
_SAY_IT_ALL = frozenset({Outcome.NO_SUCH_HOST, Outcome.TIMEOUT, Outcome.ROBOTS, Outcome.TOO_LARGE})


def described(fetch: Fetch) -> str:
    """A failed fetch in one sentence: its address, what happened, and the detail where it adds something."""
    detail = fetch.detail or (f"HTTP {fetch.status}" if fetch.status else None)
    return described_trouble(fetch.url, fetch.outcome, detail)


def described_trouble(url: str, outcome: Outcome, detail: str | None) -> str:
    """As `described`, for what is remembered of a fetch."""
    phrase = f"{url} {_PHRASES.get(outcome, outcome)}"
    if detail is None or outcome in _SAY_IT_ALL:
        return phrase
    return f"{phrase} ({detail})"


def problem_of(report: CrawlReport) -> str | None:
    """What was wrong with a visit of which no source could be read; None when one could, or had to wait."""
    if any(look.fetch.outcome in LOOKED for look in report.sources):
        return None
    if report.sources:
        return described(report.sources[0].fetch)
    if report.resting:
        return "its sources failed, and are left alone for a while"
    failed = [one for one in report.fetches if one.outcome not in LOOKED]
    if failed:
        return described(failed[0])
    if report.pages_first:
        return None
    if report.more:
        return "the visit's time was over before a source was asked for"
    return "no feed and no news sitemap was found"


def outcome_of(report: CrawlReport) -> Outcome | None:
    """How a visit failed of which no source could be read; None when one could."""
    if any(look.fetch.outcome in LOOKED for look in report.sources):
        return None
    fetches = [look.fetch for look in report.sources] or list(report.fetches)
    failed = [one.outcome for one in fetches if one.outcome not in LOOKED]
    return failed[0] if failed else Outcome.UNREADABLE
