from __future__ import annotations

import base64
import hashlib
import hmac
import smtplib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from threading import Thread

import pytest
import requests

from monitor.demo.inbox import Inbox
from monitor.demo.receivers import MailReceiver, PostReceiver, WebhookReceiver
from monitor.demo.signatures import Verdict, judge

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
KEY = b"kunci rahasia meja redaksi"
WRITTEN = "whsec_" + base64.b64encode(KEY).decode()
BODY = b'{"type": "alert"}'


def signed(at: datetime, body: bytes = BODY, key: bytes = KEY) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    mac = hmac.new(key, b"msg_1." + timestamp.encode() + b"." + body, hashlib.sha256)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(mac.digest()).decode(),
    }


@pytest.mark.parametrize("secret", [WRITTEN, KEY.decode()])
def test_a_signature_with_the_key_is_genuine_however_the_secret_is_written(secret: str) -> None:
    assert judge(signed(NOW), BODY, secret=secret, now=NOW) is Verdict.GENUINE


def test_one_good_signature_among_several_is_enough() -> None:
    headers = signed(NOW)
    headers["webhook-signature"] = "v1,bG91 v1a,xyz " + headers["webhook-signature"]
    assert judge(headers, BODY, secret=WRITTEN, now=NOW) is Verdict.GENUINE


def test_a_body_that_was_changed_is_forged() -> None:
    assert judge(signed(NOW), BODY + b" ", secret=WRITTEN, now=NOW) is Verdict.FORGED


def test_a_signature_with_another_key_or_of_strange_letters_is_forged() -> None:
    other = signed(NOW, key=b"kunci lain")
    assert judge(other, BODY, secret=WRITTEN, now=NOW) is Verdict.FORGED
    strange = {**other, "webhook-signature": "v1,é"}
    assert judge(strange, BODY, secret=WRITTEN, now=NOW) is Verdict.FORGED


@pytest.mark.parametrize("away", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_signature_of_another_time_is_stale(away: timedelta) -> None:
    assert judge(signed(NOW + away), BODY, secret=WRITTEN, now=NOW) is Verdict.STALE


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_post_without_one_of_the_headers_is_unsigned(missing: str) -> None:
    headers = {name: value for name, value in signed(NOW).items() if name != missing}
    assert judge(headers, BODY, secret=WRITTEN, now=NOW) is Verdict.UNSIGNED


def test_a_webhook_keeps_what_is_signed_and_says_why_it_refuses_the_rest() -> None:
    with WebhookReceiver(WRITTEN) as receiver:
        genuine = signed(datetime.now(UTC))
        assert requests.post(receiver.url, data=BODY, headers=genuine, timeout=5).ok
        refused = requests.post(receiver.url, data=BODY, timeout=5)
        assert (refused.status_code, refused.text) == (401, "unsigned")
        assert [(post.id, post.data) for post in receiver.received] == [
            ("msg_1", {"type": "alert"})
        ]
        assert receiver.refused.received == (Verdict.UNSIGNED,)


def test_every_webhook_receiver_has_a_secret_of_its_own() -> None:
    with WebhookReceiver() as one, WebhookReceiver() as other:
        assert one.secret != other.secret


def test_slack_s_stand_in_answers_ok_and_refuses_what_is_no_json_object() -> None:
    with PostReceiver() as receiver:
        assert requests.post(receiver.url, json={"text": "hai"}, timeout=5).text == "ok"
        for body in (b"hai", b"[1]", b"\xff"):
            refused = requests.post(receiver.url, data=body, timeout=5)
            assert (refused.status_code, refused.text) == (400, "invalid_payload")
        assert requests.get(receiver.url, timeout=5).status_code == 400
        assert [post.data for post in receiver.received] == [{"text": "hai"}]


def test_a_mail_arrives_parsed_and_with_its_envelope() -> None:
    message = EmailMessage()
    message["Subject"] = "Siaga: perundingan di Astana – hari pertama"
    message.set_content("Kabar dari Astana.")
    with MailReceiver() as receiver:
        with smtplib.SMTP("127.0.0.1", receiver.port) as client:
            client.send_message(message, "siaga@redaksi.example", ["meja@redaksi.example"])
        assert receiver.wait_for(1)
        (mail,) = receiver.received
    assert mail.sender == "siaga@redaksi.example"
    assert mail.recipients == ("meja@redaksi.example",)
    assert mail.message["Subject"] == "Siaga: perundingan di Astana – hari pertama"
    assert mail.message.get_content().strip() == "Kabar dari Astana."
    assert receiver.url == f"smtp://127.0.0.1:{receiver.port}"


def test_a_mail_receiver_leaves_no_port_open() -> None:
    with MailReceiver() as receiver:
        port = receiver.port
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", port)


def test_waiting_ends_when_enough_has_arrived_from_another_thread() -> None:
    inbox: Inbox[int] = Inbox()
    sender = Thread(target=lambda: list(map(inbox.keep, range(3))))
    sender.start()
    assert inbox.wait_for(3)
    sender.join()
    assert inbox.received == (0, 1, 2)


def test_waiting_ends_in_false_when_too_little_arrives() -> None:
    inbox: Inbox[int] = Inbox()
    inbox.keep(1)
    assert not inbox.wait_for(2, timedelta(milliseconds=10))
