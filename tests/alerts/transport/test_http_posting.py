from __future__ import annotations

import logging
import socket
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.transport.http import HttpPoster, retry_after
from alerts.transport.roles import Failure, FailureStage, Reply
from core.addresses import AddressPolicy
from core.clock import SystemClock
from tests.servers.certificates import make_certificates
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOOPBACK = AddressPolicy.of(["127.0.0.0/8", "::1/128"])
NOW = datetime(2019, 1, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as receiver:
        yield receiver


def post(url: str, policy: AddressPolicy = LOOPBACK, seconds: float = 5.0) -> Reply | Failure:
    poster = HttpPoster(SystemClock(), seconds=seconds)
    return poster.post(url, b'{"a": 1}', {"webhook-id": "msg_1"}, policy=policy)


def test_a_post_arrives_with_its_headers_and_body(receiver: WebhookReceiver) -> None:
    assert post(receiver.url("/accept/headers")) == Reply(status=204)
    received = receiver.received[-1]
    assert received.body == b'{"a": 1}'
    assert received.headers["webhook-id"] == "msg_1"


def test_a_redirect_is_an_answer_and_is_not_followed(receiver: WebhookReceiver) -> None:
    before = len(receiver.accepted)
    answer = post(receiver.url("/redirect"))
    assert isinstance(answer, Reply)
    assert answer.status == 302
    assert len(receiver.accepted) == before


def test_the_beginning_of_an_error_is_read(receiver: WebhookReceiver) -> None:
    answer = post(receiver.url("/status/400/no_text"))
    assert answer == Reply(status=400, body=b"no_text")


def test_what_a_server_asks_for_in_retry_after_is_handed_on(receiver: WebhookReceiver) -> None:
    answer = post(receiver.url("/rest/429/17"))
    assert answer == Reply(status=429, retry_after=timedelta(seconds=17))


@pytest.mark.parametrize("path", ["/drip", "/hang"])
def test_a_server_that_drips_or_hangs_cannot_hold_the_call(
    receiver: WebhookReceiver, path: str
) -> None:
    begun = time.monotonic()
    answer = post(receiver.url(path), seconds=0.4)
    assert isinstance(answer, Failure)
    assert answer.stage is FailureStage.SENT
    assert "no answer in time" in answer.detail
    assert time.monotonic() - begun < 4.5  # the server itself would go on for five seconds or more


def test_a_body_that_never_ends_leaves_the_status_to_decide(receiver: WebhookReceiver) -> None:
    answer = post(receiver.url("/drip-body"), seconds=0.6)
    assert isinstance(answer, Reply)
    assert answer.status == 400


@pytest.mark.parametrize("path", ["/reset", "/garbage", "/drop"])
def test_an_answer_that_is_lost_after_the_request_may_mean_acceptance(
    receiver: WebhookReceiver, path: str
) -> None:
    answer = post(receiver.url(path))
    assert isinstance(answer, Failure)
    assert answer.stage is FailureStage.SENT


def test_a_connection_that_is_refused_has_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    answer = post(f"http://127.0.0.1:{port}/geheim")
    assert answer == Failure(
        stage=FailureStage.UNSENT, detail="127.0.0.1: the connection was refused"
    )


def test_a_name_that_cannot_be_resolved_has_sent_nothing() -> None:
    answer = post("http://tidak-ada.invalid/geheim")
    assert isinstance(answer, Failure)
    assert answer.stage is FailureStage.UNSENT
    assert "geheim" not in answer.detail


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_a_private_address_is_refused_when_it_is_dialled(
    receiver: WebhookReceiver, host: str
) -> None:
    before = len(receiver.received)
    answer = post(receiver.url("/accept", host=host), policy=AddressPolicy())
    assert isinstance(answer, Failure)
    assert answer.stage in (FailureStage.REFUSED, FailureStage.UNSENT)  # UNSENT: no IPv6 here
    assert host == "[::1]" or "loopback" in answer.detail
    assert len(receiver.received) == before


def test_tls_is_verified_for_the_name_although_an_address_is_dialled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = make_certificates(tmp_path)
    with WebhookReceiver(tls=certificates.server) as receiver:
        distrusted = post(receiver.url("/accept", host="localhost"))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
        trusted = post(receiver.url("/accept", host="localhost"))
        other_name = post(receiver.url("/accept", host="127.0.0.1"))
    assert isinstance(distrusted, Failure)
    assert distrusted.stage is FailureStage.UNTRUSTED
    assert "certificate" in distrusted.detail
    assert trusted == Reply(status=204)
    assert isinstance(other_name, Failure)
    assert other_name.stage is FailureStage.UNTRUSTED


def test_a_drip_over_tls_is_cut_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificates = make_certificates(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    with WebhookReceiver(tls=certificates.server) as receiver:
        answer = post(receiver.url("/drip", host="localhost"), seconds=0.5)
    assert isinstance(answer, Failure)
    assert answer.stage is FailureStage.SENT


def test_a_server_that_never_shakes_hands_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = post(f"https://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.3)
    assert isinstance(answer, Failure)
    assert answer.stage is FailureStage.UNSENT


def test_neither_proxies_nor_netrc_of_the_environment_are_used(
    receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert post(receiver.url("/accept")) == Reply(status=204)


def test_no_log_line_holds_the_address(
    receiver: WebhookReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    post(receiver.url("/status/500/geheim-sekali"))
    post("http://127.0.0.1:1/geheim-sekali")
    assert "geheim-sekali" not in caplog.text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("Wed, 02 Jan 2019 04:01:00 GMT", 60),
        ("Wed, 02 Jan 2019 03:00:00 GMT", 0),
        ("999999999999", 604_800),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 604_800),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: int | None) -> None:
    wanted = timedelta(seconds=seconds) if seconds is not None else None
    assert retry_after(text, NOW) == wanted


@given(st.text(max_size=60))
def test_no_retry_after_raises(text: str) -> None:
    wait: Any = retry_after(text, NOW)
    assert wait is None or timedelta() <= wait <= timedelta(days=7)
