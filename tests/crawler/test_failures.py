from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from service_identity.exceptions import DNSMismatch, VerificationError
from service_identity.hazmat import DNS_ID
from twisted.internet.error import ConnectionLost, DNSLookupError
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError
from twisted.web.client import ResponseFailed

from core.errors import AddressRefusedError
from crawler.extraction.errors import (
    IndexPageError,
    MissingPageError,
    NotAnArticleError,
    NoTextError,
    NotHtmlError,
    PageTooDeepError,
    PageTooLargeError,
    WallError,
)
from crawler.failures import (
    MAX_RETRY_AFTER,
    RobotsRefusal,
    named,
    outcome_of_failure,
    retry_after_of,
)
from crawler.outcomes import Outcome

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
URL = "https://koran.example/a"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (RobotsRefusal(Outcome.ROBOTS, "no"), Outcome.ROBOTS),
        (RobotsRefusal(Outcome.ROBOTS_UNKNOWN, "later"), Outcome.ROBOTS_UNKNOWN),
        (AddressRefusedError("a", "10.0.0.1", "private"), Outcome.ADDRESS),
        (NoTextError(URL), Outcome.NO_TEXT),
        (WallError(URL), Outcome.REFUSED),
        (MissingPageError(URL), Outcome.GONE),
        (IndexPageError(URL), Outcome.NOT_AN_ARTICLE),
        (NotAnArticleError(URL), Outcome.NOT_AN_ARTICLE),
        (NotHtmlError(URL), Outcome.NOT_AN_ARTICLE),
        (PageTooLargeError(URL), Outcome.TOO_LARGE),
        (PageTooDeepError(URL), Outcome.UNREADABLE),
        (CannotResolveHostError("x"), Outcome.NO_SUCH_HOST),
        (DNSLookupError(), Outcome.NO_SUCH_HOST),
        (DownloadTimeoutError("x"), Outcome.TIMEOUT),
        (TimeoutError(), Outcome.TIMEOUT),
        (DownloadCancelledError("x"), Outcome.TOO_LARGE),
        (ResponseDataLossError(), Outcome.CUT_SHORT),
        (DownloadConnectionRefusedError("x"), Outcome.CONNECTION_ERROR),
        (IgnoreRequest("max redirections reached"), Outcome.REFUSED),
        (IgnoreRequest("exceeded DOWNLOAD_MAXSIZE (8 B)"), Outcome.TOO_LARGE),
        (IgnoreRequest("anything else"), Outcome.CONNECTION_ERROR),
        (SSL.Error([("SSL routines", "", "certificate verify failed")]), Outcome.TLS_ERROR),
        (ConnectionLost(), Outcome.CONNECTION_ERROR),
        (ZeroDivisionError(), Outcome.CONNECTION_ERROR),
    ],
)
def test_an_exception_means_an_outcome_and_says_something(
    error: Exception, outcome: Outcome
) -> None:
    found, detail = outcome_of_failure(error)
    assert found is outcome
    assert detail


def failed(error: Exception) -> ResponseFailed:
    return ResponseFailed([Failure(error)])  # type: ignore[no-untyped-call]  # Twisted's


def test_what_became_of_a_connection_is_said_in_words() -> None:
    lost = outcome_of_failure(failed(ConnectionLost()))
    assert lost == (Outcome.CONNECTION_ERROR, "the connection was lost")
    no_http = ParseError("non-integer status code", b"apa")  # type: ignore[no-untyped-call]  # Twisted's
    garbage = outcome_of_failure(failed(no_http))
    assert garbage == (Outcome.CONNECTION_ERROR, "what it answers is no HTTP")


def test_what_an_exception_wraps_or_came_from_is_seen() -> None:
    wrapped = failed(DownloadCancelledError("x"))
    assert outcome_of_failure(wrapped)[0] is Outcome.TOO_LARGE
    caused = DownloadFailedError("x")
    caused.__cause__ = failed(SSL.Error([]))
    assert outcome_of_failure(caused)[0] is Outcome.TLS_ERROR


def test_exceptions_that_are_each_others_cause_come_to_an_end() -> None:
    one, two = ValueError("satu"), ValueError("dua")
    one.__context__, two.__context__ = two, one
    assert outcome_of_failure(one) == (Outcome.CONNECTION_ERROR, "satu")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SSL.Error([("SSL routines", "", "certificate verify failed")]), "not trusted"),
        (VerificationError([DNSMismatch(DNS_ID("koran.example"))]), "another host"),
        (SSL.Error([("SSL routines", "", "tls alert handshake failure")]), "refused the handshake"),
        (SSL.Error([("SSL routines", "", "wrong version number")]), "does not speak TLS"),
        (SSL.Error([("SSL routines", "", "something new")]), "something new"),
    ],
)
def test_what_is_wrong_with_tls_is_said_in_words(error: Exception, words: str) -> None:
    outcome, detail = outcome_of_failure(failed(error))
    assert outcome is Outcome.TLS_ERROR
    assert words in detail


@given(st.text(max_size=500))
@example("\ud800\0\nsatu")
def test_what_is_said_is_one_clean_line_whatever_the_error_says(text: str) -> None:
    for said in (outcome_of_failure(ConnectionError(text))[1], named(ConnectionError(text))):
        assert said.encode()
        assert said.isprintable() or said.isspace() or "\n" not in said
        assert 0 < len(said) <= 320


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("²", None),
        ("-5", None),
        ("120", 120.0),
        ("0", 0.0),
        ("9" * 400, MAX_RETRY_AFTER),
        (format_datetime(NOW + timedelta(minutes=2), usegmt=True), 120.0),
        (format_datetime(NOW - timedelta(minutes=2), usegmt=True), 0.0),
        ("Sun, 22 Nov 2026 03:02:00", 120.0),
        ("Sun, 22 Nov 99999 03:02:00 GMT", None),
        ("Sun, 22 Nov 99999999999 03:02:00 GMT", None),
        ("Sun, 22 Nov 2026 03:02:00 +99999999999999999999", None),
        ("Sun, 22 Nov 2036 03:02:00 GMT", MAX_RETRY_AFTER),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after_of(header, NOW) == seconds


@given(st.text(st.characters(max_codepoint=255), max_size=40))
def test_no_retry_after_is_a_fault(header: str) -> None:
    seconds = retry_after_of(header, NOW)
    assert seconds is None or 0 <= seconds <= MAX_RETRY_AFTER
