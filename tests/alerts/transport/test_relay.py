"""Apprise in its own process: what it may do there, and what it tells of it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from alerts.outcome import OutcomeKind, of_failure, of_reply
from alerts.transport.relay import AppriseRelay
from alerts.transport.roles import Failure, FailureStage, Reply
from core import children
from core.addresses import AddressPolicy
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOPBACK = AddressPolicy.of(["127.0.0.0/8"])


@pytest.fixture(scope="module")
def http() -> Iterator[WebhookReceiver]:
    with WebhookReceiver(hang_seconds=2.0) as receiver:
        yield receiver


def relay(url: str, *, policy: AddressPolicy = LOOPBACK, seconds: float = 20.0) -> Reply | Failure:
    return AppriseRelay(seconds=seconds).relay(url, "Kabar", "Suriah", policy=policy)


def address(http: WebhookReceiver, path: str) -> str:
    return f"json://127.0.0.1:{http.port}{path}"


def test_a_message_reaches_its_one_receiver_as_it_was_written(http: WebhookReceiver) -> None:
    assert relay(address(http, "/accept")) == Reply(status=200)
    data = http.received[-1].data
    assert (data["title"], data["message"]) == ("Kabar", "Suriah")


def test_a_redirect_is_not_followed_even_where_the_address_asks_for_it(
    http: WebhookReceiver,
) -> None:
    before = len(http.accepted)
    answer = relay(address(http, "/redirect?redirect=yes"))
    assert isinstance(answer, Reply)
    assert of_reply(answer).kind is OutcomeKind.CHANNEL
    assert len(http.accepted) == before


def test_a_refusal_is_told_with_its_status_and_tried_once(http: WebhookReceiver) -> None:
    before = len(http.received)
    assert relay(address(http, "/status/401?retry=3")) == Reply(status=401)
    assert len(http.received) == before + 1


def test_an_address_that_must_not_be_dialled_is_refused_where_it_is_dialled(
    http: WebhookReceiver,
) -> None:
    before = len(http.received)
    answer = relay(f"json://localhost:{http.port}/accept", policy=AddressPolicy())
    assert isinstance(answer, Failure)
    assert answer.stage is FailureStage.REFUSED
    assert "loopback" in answer.detail
    assert len(http.received) == before


def test_an_address_with_several_receivers_is_refused_before_any_is_told() -> None:
    answer = relay("tgram://123456789:abcdefg_hijklmnop/111/222")
    assert isinstance(answer, Failure)
    assert answer.stage is FailureStage.UNSUPPORTED
    assert "2 receivers" in answer.detail


def test_an_answer_that_does_not_come_may_mean_that_the_message_arrived(
    http: WebhookReceiver,
) -> None:
    lost = relay(address(http, "/reset"))
    assert isinstance(lost, Failure)
    assert of_failure(lost).kind is OutcomeKind.AMBIGUOUS
    late = relay(address(http, "/hang"), seconds=0.01)
    assert isinstance(late, Failure)
    assert of_failure(late).kind is OutcomeKind.AMBIGUOUS


def test_a_peer_that_was_never_reached_took_nothing() -> None:
    with WebhookReceiver() as closed:
        nobody = f"json://127.0.0.1:{closed.port}/"
    for url in ("json://tidak-ada.invalid/", nobody):
        answer = relay(url)
        assert isinstance(answer, Failure)
        assert of_failure(answer).kind is OutcomeKind.TRANSIENT


@pytest.mark.parametrize(
    "attempt",
    [
        "subprocess.run(['true'])",
        "os.system('true')",
        "socket.socket(socket.AF_UNIX).connect('/tmp/x')",
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('10.0.0.1', 53))",
    ],
)
def test_a_plugin_can_neither_start_programs_nor_dial_what_is_not_allowed(attempt: str) -> None:
    code = (
        "import os, socket, subprocess, sys\n"
        "from alerts.transport.relay_child import Warden\n"
        "from core.addresses import AddressPolicy\n"
        "from core.errors import AddressRefusedError\n"
        "sys.addaudithook(Warden(AddressPolicy()).watch)\n"
        f"try:\n    {attempt}\nexcept AddressRefusedError:\n    print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "refused\n"


def test_a_missing_package_is_told_with_what_to_do() -> None:
    url = "json://127.0.0.1:9/"
    code = (
        "import sys; sys.modules['apprise'] = None\n"
        "from alerts.config import read_channels\n"
        "from alerts.transport.relay_child import handed_over\n"
        "from core.located_yaml import load\n"
        f"text = 'channels: {{a: {{type: apprise, url: \"{url}\"}}}}'\n"
        "print(*read_channels(load(text, 'config.yaml'))[1])\n"
        f"print(handed_over({{'url': '{url}', 'allowed': []}}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    at_check, at_send = done.stdout.splitlines()
    assert "apprise is not installed: pip install 'siaga[apprise]'" in at_check
    assert "pip install 'siaga[apprise]'" in at_send


def test_a_plugin_that_prints_does_not_spoil_the_answer() -> None:
    request = {"url": "json://tidak-ada.invalid/", "title": "", "text": "x", "allowed": []}
    done = subprocess.run(
        children.command("alerts.transport.relay_child"),
        env=children.environment(),
        input=json.dumps(request).encode(),
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["stage"] == FailureStage.UNSENT
