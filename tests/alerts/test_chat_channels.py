"""What the channels of chat programs send, edit and thread."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from alerts.channel import edit, reply, send
from alerts.outcome import OutcomeKind
from alerts.transport.roles import Reply
from core.addresses import AddressPolicy
from tests.alerts.newsdesk import make_alert, make_config, make_envelope, make_transport
from tests.contracts.variants import Variant, answering, variants, ways_out
from tests.servers.smtp import MailReceiver
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alerts.channel import ChannelConfig

BY_NAME = {variant.name: variant for variant in variants()}
LINK = "https://koran.example/berita/1?utm_source=umpan"


@pytest.fixture
def http() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as receiver:
        yield receiver


def reaching(variant: Variant, http: WebhookReceiver, path: str = "") -> ChannelConfig:
    return variant.reaching(path or variant.welcome, http, MailReceiver())


def played(config: ChannelConfig) -> list[OutcomeKind]:
    """Send, edit and, where the channel can, reply."""
    channel: Any = config.channel(ways_out())
    envelope = make_envelope()
    payload = channel.render(make_alert(), envelope)
    sent = send(config, channel, payload, envelope)
    outcomes = [sent, edit(config, channel, sent.peer_id or "", payload, envelope)]
    if hasattr(channel, "reply"):
        outcomes.append(reply(config, channel, sent.peer_id or "", payload, envelope))
    return [outcome.kind for outcome in outcomes]


def rendered(**settings: Any) -> Any:
    config = make_config(**settings)
    return json.loads(config.channel(make_transport()).render(make_alert(), make_envelope()))


def test_discord_waits_for_the_id_of_a_message_and_edits_it_there(http: WebhookReceiver) -> None:
    config = reaching(BY_NAME["discord"], http)
    assert played(config) == [OutcomeKind.ACCEPTED] * 2
    sent, edited = http.received
    assert (sent.method, sent.path.rpartition("?")[2]) == ("POST", "wait=true")
    assert edited.method == "PATCH"
    assert edited.path.endswith("/messages/1100000000000000001")
    assert edited.data == sent.data


def test_discord_keeps_the_thread_that_an_address_names(http: WebhookReceiver) -> None:
    config = reaching(BY_NAME["discord"], http, f"{BY_NAME['discord'].welcome}?thread_id=9")
    assert played(config) == [OutcomeKind.ACCEPTED] * 2
    sent, edited = http.received
    assert sent.path.endswith("?thread_id=9&wait=true")
    assert edited.path.endswith("/messages/1100000000000000001?thread_id=9")


def test_discord_marks_what_matched_and_names_the_watchlists() -> None:
    message = rendered(type="discord", url="https://discord.example/api/webhooks/1/x")
    (embed,) = message["embeds"]
    assert "di **Suriah** diperpanjang" in embed["description"]
    assert embed["author"]["name"] == "koran-contoh · Rab, 2 Jan 2019 11.18 WITA"
    assert embed["footer"]["text"] == "Watchlist: astana, suriah\nJuga di: harian-lain"


def test_telegram_names_the_chat_with_every_call_and_the_token_in_the_address_only(
    http: WebhookReceiver,
) -> None:
    assert played(reaching(BY_NAME["telegram"], http)) == [OutcomeKind.ACCEPTED] * 3
    sent, edited, replied = http.received
    methods = [one.path.rpartition("/")[2] for one in http.received]
    assert methods == ["sendMessage", "editMessageText", "sendMessage"]
    assert all("/bot123456:rahasia-sekali/" in one.path for one in http.received)
    assert not any(b"rahasia" in one.body for one in http.received)
    assert {one.data["chat_id"] for one in http.received} == {"-1001100000000"}
    assert edited.data["message_id"] == 77
    assert replied.data["reply_parameters"]["message_id"] == 77
    assert "message_id" not in sent.data


@pytest.mark.parametrize("name", ["-1002200000000:77", "77", ""])
def test_telegram_touches_no_message_that_is_not_known_to_be_in_its_chat(
    http: WebhookReceiver, name: str
) -> None:
    config = reaching(BY_NAME["telegram"], http)
    channel: Any = config.channel(ways_out())
    payload = channel.render(make_alert(), make_envelope())
    edited = edit(config, channel, name, payload, make_envelope())
    assert (edited.kind, http.received) == (OutcomeKind.PERMANENT, [])
    replied = reply(config, channel, name, payload, make_envelope())
    assert (replied.kind, replied.peer_id) == (OutcomeKind.ACCEPTED, "-1001100000000:77")
    assert "reply_parameters" not in http.received[0].data


def test_telegram_counts_its_entities_in_utf_16() -> None:
    config = make_config(**BY_NAME["telegram"].settings)
    alert = make_alert(title="👩‍👧 kabar", snippet="𝒳𝒳 Suriah 👧 aman")
    message = json.loads(config.channel(make_transport()).render(alert, make_envelope()))
    text = message["text"].encode("utf-16-le")
    marked = [
        text[one["offset"] * 2 : (one["offset"] + one["length"]) * 2].decode("utf-16-le")
        for one in message["entities"]
    ]
    assert marked == ["👩‍👧 kabar", "Suriah", "Buka artikel"]


def test_ntfy_publishes_to_the_topics_server_under_the_id_of_the_message(
    http: WebhookReceiver,
) -> None:
    assert played(reaching(BY_NAME["ntfy"], http)) == [OutcomeKind.ACCEPTED] * 2
    sent, edited = http.received
    assert sent.path == "/accept/"
    assert sent.headers["authorization"] == "Bearer rahasia-sekali"
    assert sent.data["topic"] == "topik"
    assert (sent.data["click"], sent.data["priority"]) == (LINK, 3)
    assert sent.data["sequence_id"] == edited.data["sequence_id"] == "msg_0123456789abcdef"


def test_ntfy_logs_in_with_a_name_and_hides_it_however_it_is_written(http: WebhookReceiver) -> None:
    config = make_config(
        type="ntfy",
        url=http.url("/echo/topik"),
        username="siaga",
        password="rahasia-sekali",
        priority=5,
        allow_private=True,
    )
    channel = config.channel(ways_out())
    payload = channel.render(make_alert(), make_envelope())
    outcome = send(config, channel, payload, make_envelope())
    written = base64.b64encode(b"siaga:rahasia-sekali").decode()
    assert http.received[0].headers["authorization"] == f"Basic {written}"
    assert http.received[0].data["priority"] == 5
    assert "•••" in outcome.detail or "uthorization" not in outcome.detail
    assert written not in config.redact(f"Authorization: Basic {written}")


def test_a_bot_of_slack_posts_edits_and_threads(http: WebhookReceiver) -> None:
    assert played(reaching(BY_NAME["slack-2"], http)) == [OutcomeKind.ACCEPTED] * 3
    sent, edited, replied = http.received
    methods = [one.path.rpartition("/")[2] for one in http.received]
    assert methods == ["chat.postMessage", "chat.update", "chat.postMessage"]
    assert all(one.headers["authorization"] == "Bearer rahasia-sekali" for one in http.received)
    assert "ts" not in sent.data
    assert (edited.data["channel"], edited.data["ts"]) == ("C0SIAGA00", "1546402800.0001")
    assert replied.data["thread_ts"] == "1546402800.0001"
    assert sent.data["parse"] == "none"
    assert sent.data["link_names"] is False


def test_teams_is_told_by_a_card_with_a_button(http: WebhookReceiver) -> None:
    config = reaching(BY_NAME["teams"], http)
    channel = config.channel(ways_out())
    payload = channel.render(make_alert(), make_envelope())
    assert send(config, channel, payload, make_envelope()).kind is OutcomeKind.ACCEPTED
    card = http.received[0].data["attachments"][0]["content"]
    runs = [run for block in card["body"] for run in block["inlines"]]
    assert [run["text"] for run in runs if run.get("highlight")] == ["Suriah"]
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Buka artikel", "url": LINK}]


def test_the_answer_of_a_peer_is_read_only_where_it_says_something(http: WebhookReceiver) -> None:
    url, loopback = http.url(answering(200, {"a": 1})), AddressPolicy.of(["127.0.0.0/8"])
    poster = ways_out().http
    unread = poster.post(url, b"", {}, policy=loopback)
    read = poster.post(url, b"", {}, policy=loopback, read_answer=True)
    assert isinstance(unread, Reply)
    assert isinstance(read, Reply)
    assert (unread.body, read.data) == (b"", {"a": 1})
