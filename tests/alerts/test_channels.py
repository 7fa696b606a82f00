from __future__ import annotations

import base64
import email.policy
import hashlib
import hmac
import io
import json
from datetime import timedelta
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.channel import send
from alerts.outcome import Outcome, OutcomeKind
from alerts.trial import sample_alert, try_channel
from core.text import clean_line
from tests.alerts.newsdesk import make_alert, make_config, make_envelope, make_transport
from tests.clocks import NOON, HandClock
from tests.servers.smtp import MailReceiver
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from alerts.channel import ChannelConfig

KEY = b"kunci yang panjang"


@pytest.fixture(scope="module")
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as receiver:
        yield receiver


def post(config: ChannelConfig, **transport: Any) -> Outcome:
    channel = config.channel(make_transport(**transport))
    envelope = make_envelope()
    return send(config, channel, channel.render(make_alert(), envelope), envelope)


def web(kind: str, url: str, **settings: Any) -> ChannelConfig:
    return make_config(type=kind, url=url, allow_private=True, **settings)


def test_the_webhook_has_the_body_of_the_contract(receiver: WebhookReceiver) -> None:
    assert post(web("webhook", receiver.url("/accept"))).kind is OutcomeKind.ACCEPTED
    received = receiver.received[-1]
    assert received.headers["content-type"] == "application/json"
    assert received.headers["webhook-id"] == received.data["id"]
    assert "webhook-signature" not in received.headers
    assert list(received.data) == [
        *("type", "id", "watchlists", "story", "sent_at", "article", "snippet", "matched"),
        *("also_in", "change"),
    ]
    assert received.data["type"] == "alert"
    assert received.data["watchlists"] == ["astana", "suriah"]
    assert received.data["sent_at"] == "2019-01-02T04:00:00+00:00"
    assert received.data["article"]["canonical_url"] == "https://koran.example/berita/1"
    assert received.data["matched"][0] == {
        "watchlist": "astana",
        "field": "title",
        "text": "Astana",
    }
    assert received.data["also_in"] == [{"site": "harian-lain", "url": "https://harian.example/9"}]


def test_the_webhook_never_carries_the_body_of_an_article() -> None:
    config = make_config(type="webhook", url="https://hook.example/")
    alert = make_alert()
    alert = type(alert).from_data(
        {**alert.to_data(), "article": {**alert.article, "body": "seluruh teks"}}
    )
    payload = config.channel(make_transport()).render(alert, make_envelope())
    assert "body" not in json.loads(payload)["article"]


@pytest.mark.parametrize(
    ("secret", "key"),
    [("whsec_" + base64.b64encode(KEY).decode(), KEY), ("kunci biasa é", "kunci biasa é".encode())],
)
def test_the_signature_is_that_of_standard_webhooks(
    receiver: WebhookReceiver, secret: str, key: bytes
) -> None:
    clock = HandClock(NOON + timedelta(minutes=3))
    post(web("webhook", receiver.url("/accept"), secret=secret), clock=clock)
    received = receiver.received[-1]
    timestamp = received.headers["webhook-timestamp"]
    assert int(timestamp) == int(clock.now().timestamp())
    signed = f"{received.headers['webhook-id']}.{timestamp}.".encode() + received.body
    wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert received.headers["webhook-signature"] == f"v1,{wanted}"


ACCEPTED, TRANSIENT, THROTTLED = (
    OutcomeKind.ACCEPTED,
    OutcomeKind.TRANSIENT,
    OutcomeKind.THROTTLED,
)
CHANNEL, PERMANENT, GONE = OutcomeKind.CHANNEL, OutcomeKind.PERMANENT, OutcomeKind.GONE
PAYLOAD = OutcomeKind.PAYLOAD
CLASSES = {
    ACCEPTED: [200, 201, 202, 204, 206],
    CHANNEL: [300, 301, 302, 303, 304, 307, 308, 401, 403, 407],
    GONE: [410],
    THROTTLED: [429],
    TRANSIENT: [408, 425, 500, 501, 502, 503, 504, 507, 520, 599],
    PERMANENT: [400, 404, 405, 406, 409, 411, 413, 414, 415, 418, 422, 431, 451],
}


@pytest.mark.parametrize(
    ("status", "kind"), [(status, kind) for kind, codes in CLASSES.items() for status in codes]
)
def test_every_http_status_has_its_class(
    receiver: WebhookReceiver, status: int, kind: OutcomeKind
) -> None:
    outcome = post(web("webhook", receiver.url(f"/status/{status}")))
    assert outcome.kind is kind
    assert kind is ACCEPTED or str(status) in outcome.detail


def test_an_overloaded_server_that_names_a_time_is_given_it(receiver: WebhookReceiver) -> None:
    outcome = post(web("webhook", receiver.url("/rest/503/90")))
    assert (outcome.kind, outcome.retry_after) == (THROTTLED, timedelta(seconds=90))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("400/invalid_payload", PAYLOAD),
        ("400/invalid_blocks", PAYLOAD),
        ("400/no_text", PAYLOAD),
        ("400/too_many_attachments", PAYLOAD),
        ("400/msg_blocks_too_long", PAYLOAD),
        ("403/invalid_token", CHANNEL),
        ("403/action_prohibited", CHANNEL),
        ("403/posting_to_general_channel_denied", CHANNEL),
        ("404/channel_not_found", CHANNEL),
        ("404/no_service", CHANNEL),
        ("404/no_team", CHANNEL),
        ("410/channel_is_archived", CHANNEL),
        ("410/no_active_hooks", CHANNEL),
        ("500/rollup_error", TRANSIENT),
        ("400/rollup_error", TRANSIENT),
        ("500/anything", TRANSIENT),
        ("400/anything", PERMANENT),
        ("410/anything", GONE),
        ("200/ok", ACCEPTED),
        ("429/ratelimited", THROTTLED),
    ],
)
def test_slacks_word_for_an_error_tells_its_class(
    receiver: WebhookReceiver, answer: str, kind: OutcomeKind
) -> None:
    assert post(web("slack", receiver.url(f"/status/{answer}"))).kind is kind


def test_slack_shows_matched_words_in_bold_and_nothing_as_markup() -> None:
    config = make_config(type="slack", url="https://hooks.example/x")
    payload = config.channel(make_transport()).render(make_alert(), make_envelope())
    message = json.loads(payload)
    parts = message["blocks"][1]["elements"][0]["elements"]
    bold = [part["text"] for part in parts if part.get("style") == {"bold": True}]
    assert bold == ["Suriah"]
    footer = [element["text"] for element in message["blocks"][-1]["elements"]]
    assert footer[-1] == "Siaga 89abcdef"


@pytest.mark.parametrize("title", ["&" * 400, "<>&" * 100, "x" * 149 + "&&", "a&" * 200])
def test_slack_cuts_no_escape_in_half(title: str) -> None:
    config = make_config(type="slack", url="https://hooks.example/x")
    payload = config.channel(make_transport()).render(make_alert(title=title), make_envelope())
    header = json.loads(payload)["blocks"][0]["text"]["text"]
    assert len(header) <= 150
    assert header.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").count("&") == 0


MAIL_SETTINGS = {
    "type": "email",
    "to": ["ani@redaksi.example", "budi@redaksi.example"],
    "from": "siaga@redaksi.example",
    "smtp": {"host": "smtp.redaksi.example"},
}


def mail_of(**alert: Any) -> EmailMessage:
    config = make_config(**MAIL_SETTINGS)
    envelope = make_envelope(recipient="ani@redaksi.example")
    payload = config.channel(make_transport()).render(make_alert(**alert), envelope)
    return message_from_bytes(payload, policy=email.policy.default)


def test_a_mail_has_the_headers_that_thread_filter_and_identify_it() -> None:
    mail = mail_of(story=17)
    assert mail["Message-ID"] == "<msg_0123456789abcdef@redaksi.example>"
    assert mail["References"] == "<story-17@redaksi.example>"
    assert mail["List-Id"] == "<astana.siaga.redaksi.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOON
    assert mail["From"] == "siaga@redaksi.example"
    assert mail["Keywords"] == "astana, suriah"


def test_the_watchlists_of_a_mail_may_be_written_in_any_script() -> None:
    assert mail_of(watchlists=("Gempa-Böör",))["List-Id"] == "<gempa-boor.siaga.redaksi.example>"
    assert mail_of(watchlists=("地震",))["List-Id"] == "<watchlist.siaga.redaksi.example>"


def test_matched_words_are_marked_in_both_parts_of_a_mail() -> None:
    text, html = (part.get_content() for part in mail_of().iter_parts())
    assert "di *Suriah* diperpanjang" in text
    assert "di <mark>Suriah</mark> diperpanjang" in html


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=260).map(clean_line))
def test_a_subject_comes_back_as_it_was_meant(title: str) -> None:
    subject = str(mail_of(title=title, watchlists=("w",))["Subject"])
    wanted = f"[w] {title}".rstrip()
    meant = subject.replace("= ?", "=?").removesuffix("…").rstrip()
    assert wanted.startswith(meant.removesuffix("="))
    assert len(wanted) > 190 or meant == wanted


def test_every_recipient_gets_a_mail_of_their_own() -> None:
    with MailReceiver() as receiver:
        smtp = {"host": "127.0.0.1", "port": receiver.port, "tls": "none"}
        config = make_config(**{**MAIL_SETTINGS, "smtp": smtp, "allow_private": True})
        outcomes = try_channel(
            config, sample_alert(NOON), zone="Asia/Makassar", transport=make_transport()
        )
    assert list(outcomes) == ["ani@redaksi.example", "budi@redaksi.example"]
    assert [mail.recipients for mail in receiver.mails] == [
        ("ani@redaksi.example",),
        ("budi@redaksi.example",),
    ]
    assert receiver.mails[0].message["To"] == "ani@redaksi.example"
    assert "Percobaan" in str(receiver.mails[0].message["Subject"])


def test_the_console_shows_a_block_for_people() -> None:
    out = io.StringIO()
    assert post(make_config(type="console"), out=out).kind is ACCEPTED
    assert out.getvalue() == (
        "● Utusan bertemu di [Astana], bahas gencatan senjata Suriah\n"
        "  koran-contoh · Rab, 2 Jan 2019 11.18 WITA · watchlist astana, suriah\n"
        "  Para utusan sepakat bahwa gencatan senjata di [Suriah] diperpanjang hingga bulan depan.\n"
        "  https://koran.example/berita/1?utm_source=umpan\n"
        "  juga di harian-lain\n\n"
    )


def test_a_console_that_is_gone_is_a_passing_failure() -> None:
    out = io.StringIO()
    out.close()
    assert post(make_config(type="console"), out=out).kind is TRANSIENT


def test_a_channel_with_a_bug_gives_an_outcome_and_no_traceback() -> None:
    class Broken:
        def render(self, alert: Any, envelope: Any) -> bytes:
            return b""

        def send(self, payload: bytes, envelope: Any) -> Outcome:
            raise KeyError("https://hook.example/geheim")

    config = make_config(type="webhook", url="https://hook.example/geheim")
    outcome = send(config, Broken(), b"", make_envelope())
    assert outcome.kind is OutcomeKind.AMBIGUOUS
    assert "geheim" not in outcome.detail
