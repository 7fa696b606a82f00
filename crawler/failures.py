"""What an exception of a fetch means, in the words that are recorded. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectionDone, ConnectionLost, DNSLookupError, SSLError
from twisted.web.client import ResponseFailed

from core.errors import AddressRefusedError
from core.text import clean_line
from crawler.certificates import UntrustedCertificateError
from crawler.extraction.errors import (
    MissingPageError,
    NoTextError,
    PageError,
    PageTooDeepError,
    PageTooLargeError,
    WallError,
)
from crawler.outcomes import Outcome

MAX_RETRY_AFTER = 86_400.0
_PLAIN: tuple[tuple[type[BaseException], Outcome], ...] = (
    (AddressRefusedError, Outcome.ADDRESS),
    (NoTextError, Outcome.NO_TEXT),
    (WallError, Outcome.REFUSED),
    (MissingPageError, Outcome.GONE),
    (PageTooLargeError, Outcome.TOO_LARGE),
    (PageTooDeepError, Outcome.UNREADABLE),
    (PageError, Outcome.NOT_AN_ARTICLE),
    (CannotResolveHostError, Outcome.NO_SUCH_HOST),
    (DNSLookupError, Outcome.NO_SUCH_HOST),
    (DownloadTimeoutError, Outcome.TIMEOUT),
    (TimeoutError, Outcome.TIMEOUT),
    (DownloadCancelledError, Outcome.TOO_LARGE),
    (ResponseDataLossError, Outcome.CUT_SHORT),
    (DownloadConnectionRefusedError, Outcome.CONNECTION_ERROR),
    (UntrustedCertificateError, Outcome.TLS_ERROR),
    (SSLError, Outcome.TLS_ERROR),
)
_SPOKEN = {
    Outcome.NO_SUCH_HOST: "the host name is not known (or there is no network)",
    Outcome.TIMEOUT: "no answer in time",
    Outcome.TOO_LARGE: "larger than the limit",
    Outcome.CUT_SHORT: "fewer bytes came than were announced",
}
_LOST = "the connection was lost"
_NO_HTTP = "what it answers is no HTTP"
_OF_TLS = ("OpenSSL", "service_identity")
_SPOKEN_TLS = {
    "Mismatch": "its certificate is for another host",
    "certificate verify failed": "its certificate is not trusted",
    "handshake failure": "it refused the handshake",
    "protocol version": "it speaks no version of TLS that is safe",
    "unsupported protocol": "it speaks no version of TLS that is safe",
    "wrong version number": "it does not speak TLS",
}


class RobotsRefusal(IgnoreRequest):  # Scrapy's own are named so
    """robots.txt asks us not to fetch this, or cannot be had: `outcome` says which."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        self.outcome = outcome
        super().__init__(detail)


def outcome_of_failure(error: BaseException) -> tuple[Outcome, str]:
    """The outcome that an exception stands for, and one line that says what happened."""
    for cause in _causes(error):
        if isinstance(cause, RobotsRefusal):
            return cause.outcome, str(cause)
        for kind, outcome in _PLAIN:
            if isinstance(cause, kind):
                return outcome, _SPOKEN.get(outcome) or _one_line(cause)
        if type(cause).__module__.startswith(_OF_TLS) or "Certificate" in type(cause).__name__:
            return Outcome.TLS_ERROR, _spoken_tls(cause)
    if isinstance(error, IgnoreRequest):
        outcome = _of_ignored(str(error))
        if outcome is Outcome.REFUSED:
            return outcome, "it redirects without end"
        return outcome, _SPOKEN.get(outcome) or _one_line(error)
    return Outcome.CONNECTION_ERROR, _spoken_connection(error)


def _spoken_connection(error: BaseException) -> str:
    causes = _causes(error)
    if any(isinstance(cause, ConnectionLost | ConnectionDone) for cause in causes):
        return _LOST
    if any(type(cause).__name__ == "ParseError" for cause in causes):  # it has no public name
        return _NO_HTTP
    return _one_line(error)


def _spoken_tls(error: BaseException) -> str:
    said = _one_line(error)
    return next((words for sign, words in _SPOKEN_TLS.items() if sign in said), said)


def named(error: BaseException) -> str:
    """One line that names an error nobody expected, and says what it says."""
    return _one_line(error, f"{type(error).__name__}: ")


def _of_ignored(reason: str) -> Outcome:
    """What Scrapy's own middlewares mean by dropping a request, which they say in words only."""
    if "MAXSIZE" in reason:
        return Outcome.TOO_LARGE
    # A redirect without end is how a wall treats who brings no cookie.
    return Outcome.REFUSED if "redirections" in reason else Outcome.CONNECTION_ERROR


def retry_after_of(header: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (RFC 9110, 10.2.3), at most a day; None for none."""
    if header is None:
        return None
    if header.isascii() and header.isdigit():
        return min(float(header), MAX_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(header)
    except (ValueError, OverflowError):  # a year, or a zone, of twenty digits
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), MAX_RETRY_AFTER)


def _causes(error: BaseException) -> list[BaseException]:
    """The error, what it wraps and what it came from, outermost first."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting and len(found) < 20:
        one = waiting.pop(0)
        found.append(one)
        if isinstance(one, ResponseFailed):
            waiting.extend(reason.value for reason in one.reasons)
        waiting.extend(inner for inner in (one.__cause__, one.__context__) if inner is not None)
    return found


def _one_line(error: BaseException, before: str = "") -> str:
    return before + clean_line(str(error))[:300] or type(error).__name__
