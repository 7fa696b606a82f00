"""Channels are asked whether they know us, and nothing is sent to anybody."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from alerts.outcome import OutcomeKind
from alerts.registry import channel_types
from alerts.trial import check_channel
from tests.alerts.newsdesk import make_config, make_transport
from tests.servers.smtp import MailReceiver
from tests.servers.webhook import WebhookReceiver

TOKEN = "110000000:AAAbcdefghijklmnop"


def outcome_of(**config: Any) -> OutcomeKind | None:
    outcome = check_channel(make_config(**config, allow_private=True), make_transport())
    return outcome.kind if outcome is not None else None


def mail(port: int, **smtp: Any) -> dict[str, Any]:
    server = {"host": "127.0.0.1", "port": port, "tls": "none", **smtp}
    return {"type": "email", "to": ["ani@a.example"], "from": "s@a.example", "smtp": server}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ('json/200/{"ok":true}', OutcomeKind.ACCEPTED),
        ('json/200/{"ok":false,"error":"invalid_auth"}', OutcomeKind.CHANNEL),
        ("status/503/nanti", OutcomeKind.TRANSIENT),
    ],
)
def test_a_bot_of_slack_is_asked_who_it_is(answer: str, kind: OutcomeKind) -> None:
    with WebhookReceiver() as receiver:
        api = receiver.url(f"/{quote(answer)}")
        assert outcome_of(type="slack", token="xoxb-satu", channel="C1", api=api) is kind
    (asked,) = receiver.received
    assert asked.path.endswith("/auth.test")
    assert asked.headers["authorization"] == "Bearer xoxb-satu"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ('json/200/{"ok":true,"result":{"id":-1}}', OutcomeKind.ACCEPTED),
        ('json/400/{"description":"Bad Request: chat not found"}', OutcomeKind.CHANNEL),
        ('json/401/{"description":"Unauthorized"}', OutcomeKind.CHANNEL),
    ],
)
def test_a_bot_of_telegram_is_asked_for_its_chat(answer: str, kind: OutcomeKind) -> None:
    with WebhookReceiver() as receiver:
        url = receiver.url(f"/{quote(answer)}")
        assert outcome_of(type="telegram", token=TOKEN, chat_id="-1", url=url) is kind
    (asked,) = receiver.received
    assert asked.path.endswith("/getChat")
    assert asked.data == {"chat_id": "-1"}


def test_a_mail_server_is_logged_in_to_and_handed_nothing() -> None:
    with MailReceiver(login=("ani", "kata sandi")) as receiver:
        right = mail(receiver.port, username="ani", password="kata sandi")
        wrong = mail(receiver.port, username="ani", password="bukan")
        assert outcome_of(**right) is OutcomeKind.ACCEPTED
        assert outcome_of(**wrong) is OutcomeKind.CHANNEL
        assert outcome_of(**mail(receiver.port)) is OutcomeKind.ACCEPTED
    assert receiver.mails == []
    assert outcome_of(**mail(receiver.port)) is OutcomeKind.TRANSIENT


def test_what_takes_messages_only_is_not_asked() -> None:
    asked = {"email", "telegram"}  # and slack, where it has a token
    for kind, model in channel_types().items():
        if kind not in asked:
            assert (
                check_channel(model.model_validate(dict(model.EXAMPLE)), make_transport()) is None
            )
