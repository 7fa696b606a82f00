"""The contract of a channel, for every file in alerts/channels: a new one is tested by being there."""

from __future__ import annotations

import email.policy
import io
import json
import logging
import re
import subprocess
import sys
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import pytest

from alerts.channel import Editable, Textual, Threaded, edit, reply, send
from alerts.config import read_channels
from alerts.digests.digest import MOST_SHOWN, Digest, FollowUp
from alerts.notice import Notice
from alerts.outbox.forms import rendered
from alerts.outcome import OutcomeKind
from alerts.render import picture
from alerts.wording import text_of
from core.located_yaml import Document
from tests.alerts.newsdesk import MAKASSAR, TITLE, make_alert, make_envelope, make_transport
from tests.contracts.hostile import COUNT, hostile_titles, without_effect
from tests.contracts.reading import LINK, READERS
from tests.contracts.reading_text import TEXT_READERS
from tests.contracts.variants import LOGIN, SECRET, Variant, try_once, variants, ways_out
from tests.servers.smtp import MailReceiver
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from alerts.alert import Alert

MAIL_HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted", "Keywords"),
    *("MIME-Version", "Content-Type"),
}
MAIL_TAGS = {"!DOCTYPE", "html", "head", "meta", "body", "h", "p", "b", "a", "small", "br", "mark"}
EVERY = pytest.mark.parametrize("variant", variants(), ids=lambda variant: variant.name)


@EVERY
def test_the_example_of_a_channel_is_a_valid_config_that_shows_no_secret(variant: Variant) -> None:
    config = variant.config()
    assert config.type == variant.kind
    assert config == variant.config()
    assert config.recipients
    assert config.fingerprint() == variant.config().fingerprint()
    shown = f"{config!r} {config} {config.model_dump()} {config.model_dump_json()}"
    secrets = [value for key, value in variant.settings.items() if key in ("url", "token")]
    assert not any(secret in shown for secret in secrets)


@EVERY
def test_an_unknown_key_is_refused(variant: Variant) -> None:
    data = {"channels": {"kanal": {**variant.settings, "sesuatu": 1}}}
    _, problems = read_channels(Document("config.yaml", data, {}, {}))
    assert [problem.message for problem in problems] == ["unknown key 'sesuatu'"]


@EVERY
def test_rendering_is_pure(variant: Variant) -> None:
    config = variant.config()
    envelope = make_envelope(recipient=config.recipients[0])
    for plain in (False, True):
        renders = {
            rendered(variant.config().channel(ways_out()), make_alert(), envelope, plain=plain)
            for _ in range(3)
        }
        assert len(renders) == 1


@EVERY
def test_no_hostile_title_takes_effect(variant: Variant) -> None:
    config = variant.config()
    channel = config.channel(ways_out())
    envelope = make_envelope(recipient=config.recipients[0])
    assert variant.kind in READERS, f"tell the contract tests how a {variant.kind} message is read"
    read, count = READERS[variant.kind], 0
    for title in hostile_titles():
        count += 1
        alert = make_alert(title=title, snippet=f"{title} Suriah {title}")
        shown = read(channel.render(alert, envelope))
        seen, wanted = without_effect(shown), without_effect(title)
        if variant.kind == "webhook":
            assert shown == title
        elif variant.kind == "console":
            assert bare(seen) == bare(wanted)
        elif wanted:
            assert seen == wanted or wanted.startswith(seen.removesuffix("…").rstrip())
    assert count == COUNT


def bare(text: str) -> str:
    """Without brackets, in which the console puts what matched."""
    return without_effect(text.replace("[", "").replace("]", ""))


@EVERY
def test_no_hostile_title_takes_effect_in_the_plainest_form_either(variant: Variant) -> None:
    config = variant.config()
    channel = config.channel(ways_out())
    envelope = make_envelope(recipient=config.recipients[0])
    if not isinstance(channel, Textual):
        assert variant.kind == "webhook"
        return
    for title in hostile_titles():
        alert = make_alert(title=title, snippet=f"{title} Suriah {title}")
        text = text_of(picture(alert, MAKASSAR))
        seen = without_effect(
            TEXT_READERS[variant.kind](channel.render_text(text, alert, envelope))
        )
        wanted = without_effect(text)
        assert seen == wanted or wanted.startswith(seen.removesuffix("…").rstrip())


@EVERY
def test_no_hostile_title_takes_effect_in_a_digest_or_a_follow_up(variant: Variant) -> None:
    config = variant.config()
    channel = config.channel(ways_out())
    envelope = make_envelope(recipient=config.recipients[0])
    titles = list(hostile_titles())
    for start in range(0, len(titles), MOST_SHOWN):
        shown = titles[start : start + MOST_SHOWN]
        digest = digest_of(*(make_alert(title=title) for title in shown), left_out=3)
        payload = rendered(channel, digest, envelope, plain=False, text_room=config.text_room)
        seen = read_digest(variant.kind, payload)
        assert without_effect("Ringkasan") in without_effect(seen)
    for title in titles:
        alert = make_alert(title=title)
        told = FollowUp(alert=alert, fresh=alert.also_in)
        payload = rendered(channel, told, envelope, plain=False, text_room=config.text_room)
        if variant.kind != "webhook":
            assert "Kini di 2 media" in TEXT_READERS[variant.kind](payload).replace("\u2060", "")


@EVERY
def test_a_digest_says_how_many_alerts_it_does_not_show_and_how_to_see_them(
    variant: Variant,
) -> None:
    config = variant.config()
    channel = config.channel(ways_out())
    envelope = make_envelope(recipient=config.recipients[0])
    digest = digest_of(*[make_alert()] * MOST_SHOWN, left_out=3)
    payload = rendered(channel, digest, envelope, plain=False, text_room=config.text_room)
    if variant.kind == "webhook":
        data = json.loads(payload)
        assert (data["total"], len(data["alerts"])) == (MOST_SHOWN + 3, MOST_SHOWN)
        return
    text = read_digest(variant.kind, payload)
    shown = text.count(TITLE)
    assert shown >= 5
    assert f"{digest.total - shown} lagi tidak tampil di sini: siaga alerts --digest 17" in text


def digest_of(*alerts: Alert, left_out: int) -> Digest:
    ids = tuple(f"msg_{n}" for n in range(len(alerts)))
    return Digest(number=17, total=len(alerts) + left_out, alerts=alerts, ids=ids)


def read_digest(kind: str, payload: bytes) -> str:
    """What a digest shows, as text; what is markup there must be none of an article's."""
    if kind == "webhook":
        return f"Ringkasan {json.loads(payload)['total']}"
    if kind == "slack":
        return slack_text(json.loads(payload))
    if kind == "email":
        mail = message_from_bytes(payload, policy=email.policy.default)
        assert set(mail.keys()) <= MAIL_HEADERS
        assert mail["Subject"].startswith("[Siaga] Ringkasan: ")
        text = mail.get_body(("plain",))
        page = mail.get_body(("html",))
        assert text is not None
        assert page is not None
        tags = set(re.findall(r"</?([a-zA-Z!]+)", page.get_content()))
        assert tags <= MAIL_TAGS
        return str(text.get_content())
    if kind == "teams":
        body = json.loads(payload)["attachments"][0]["content"]["body"]
        return "\n".join(run["text"] for block in body for run in block["inlines"]).replace(
            "\u2060", ""
        )
    if kind == "ntfy":
        said = json.loads(payload)
        payload = json.dumps(
            {**said, "click": LINK}
        ).encode()  # it has no article of its own to open
    return TEXT_READERS[kind](payload).replace("\u2060", "")


def slack_text(data: Any) -> str:
    """All texts of a Slack message; links lead to articles of the digest and nowhere else."""
    assert data["mrkdwn"] is False
    head, *entries, last = data["blocks"]
    assert len(data["blocks"]) <= 50
    texts = [head["text"]["text"], *(one["text"] for one in last["elements"])]
    for entry in entries:
        for element in entry["elements"][0]["elements"]:
            assert element["type"] in ("link", "text")
            assert element.get("url", LINK).startswith("https://koran.example/berita/")
            texts.append(element["text"])
    assert sum(map(len, texts)) < 10_000
    return "\n".join(texts)


@EVERY
def test_a_text_of_any_length_is_cut_to_what_the_peer_takes(variant: Variant) -> None:
    config = variant.config()
    channel = config.channel(ways_out())
    envelope = make_envelope(recipient=config.recipients[0])
    if not isinstance(channel, Textual):
        return
    for text in ("kata " * 5000, "&" * 5000, "@a" * 5000, "𝒳" * 5000, f"{LINK}\n" * 400, "", "\n"):
        TEXT_READERS[variant.kind](channel.render_text(text, make_alert(), envelope))


@EVERY
def test_a_message_shows_what_an_alert_must(variant: Variant) -> None:
    config = variant.config()
    envelope = make_envelope(recipient=config.recipients[0])
    payload = config.channel(ways_out()).render(make_alert(), envelope)
    text = words_of(variant, payload)
    for wanted in ("koran-contoh", "suriah", "astana", "gencatan senjata", "harian-lain"):
        assert wanted in text
    assert "https://koran.example/berita/1" in payload.decode().replace("=\r\n", "")
    if variant.kind != "webhook":
        assert "Rab, 2 Jan 2019 11.18 WITA" in text


def words_of(variant: Variant, payload: bytes) -> str:
    """The words of a message, without what cannot be seen and without escapes."""
    if variant.kind == "email":
        message: Any = message_from_bytes(payload, policy=email.policy.default)
        return "\n".join(part.get_content() for part in message.iter_parts())
    text = payload.decode()
    if text.startswith("{"):
        text = json.dumps(json.loads(text), ensure_ascii=False).replace("\\\\", "")
    return without_effect(text)


@EVERY
def test_a_notice_is_shown_without_any_article(variant: Variant) -> None:
    config = variant.config()
    envelope = make_envelope(recipient=config.recipients[0])
    notice = Notice(title="config.yaml belum dapat dipakai", text="baris 3: kunci tak dikenal")
    payload = config.channel(ways_out()).render(notice, envelope)
    seen = words_of(variant, payload)
    assert notice.title in seen
    assert notice.text in seen
    assert "atchlist" not in seen
    if variant.kind == "webhook":
        assert json.loads(payload) == {
            "type": "notice",
            "id": envelope.message_id,
            "sent_at": envelope.sent_at.isoformat(),
            "title": notice.title,
            "text": notice.text,
        }


# Sending ------------------------------------------------------------------------------------------


@EVERY
def test_a_working_peer_accepts(variant: Variant) -> None:
    with WebhookReceiver() as http, MailReceiver(login=LOGIN) as mail:
        config = variant.reaching(variant.welcome, http, mail)
        outcome = try_once(config)
        channel = config.channel(ways_out())
    assert outcome.kind is OutcomeKind.ACCEPTED
    assert (outcome.peer_id is not None) is isinstance(channel, Editable)


@EVERY
def test_a_message_in_its_plainest_form_is_accepted_too(variant: Variant) -> None:
    with WebhookReceiver() as http, MailReceiver(login=LOGIN) as mail:
        config = variant.reaching(variant.welcome, http, mail)
        channel = config.channel(ways_out())
        envelope = make_envelope(recipient=config.recipients[0])
        payload = rendered(channel, make_alert(), envelope, plain=True)
        assert send(config, channel, payload, envelope).kind is OutcomeKind.ACCEPTED


@EVERY
def test_what_was_sent_can_be_edited_and_replied_to_where_the_channel_says_so(
    variant: Variant,
) -> None:
    with WebhookReceiver() as http, MailReceiver(login=LOGIN) as mail:
        config = variant.reaching(variant.welcome, http, mail)
        channel = config.channel(ways_out())
        envelope = make_envelope(recipient=config.recipients[0])
        payload = channel.render(make_alert(), envelope)
        peer_id = send(config, channel, payload, envelope).peer_id or ""
        if isinstance(channel, Editable):
            edited = edit(config, channel, peer_id, payload, envelope)
            assert edited.kind is OutcomeKind.ACCEPTED
        if isinstance(channel, Threaded):
            replied = reply(config, channel, peer_id, payload, envelope)
            assert replied.kind is OutcomeKind.ACCEPTED


@EVERY
@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (f"/status/500/{SECRET}", f"451 {SECRET}"),
        (f"/echo/{SECRET}", f"550 {SECRET}"),
        (f"/redirect/{SECRET}", f"530 {SECRET}"),
        (f"/reset/{SECRET}", "DROP"),
        (f"/garbage/{SECRET}", f"553 {SECRET}"),
        (f"/hang/{SECRET}", "HANG"),
    ],
)
def test_no_failure_shows_a_secret_or_raises(
    variant: Variant, path: str, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with (
        WebhookReceiver(hang_seconds=1.0) as http,
        MailReceiver(login=LOGIN, replies={"RCPT": answer}) as mail,
    ):
        config = variant.reaching(path, http, mail)
        outcome = try_once(config, seconds=0.5)
    ours = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("mail."))
    assert outcome.kind is not OutcomeKind.ACCEPTED or variant.kind == "console"
    assert SECRET not in f"{outcome!r} {config!r} {ours}"


@EVERY
def test_a_peer_at_a_private_address_is_refused_unless_allowed(variant: Variant) -> None:
    with WebhookReceiver() as http, MailReceiver() as mail:
        config = variant.reaching("/accept", http, mail)
        outcome = try_once(config.model_copy(update={"allow_private": False}))
        taken = http.received + mail.mails
    assert variant.kind == "console" or outcome.kind is OutcomeKind.CHANNEL
    assert variant.kind == "console" or "loopback" in outcome.detail
    assert taken == []


# Beside -------------------------------------------------------------------------------------------


def test_channels_are_found_without_importing_the_network_or_the_templates() -> None:
    """`siaga check` loads every channel's config, and must answer at once."""
    heavy = "{'requests', 'urllib3', 'smtplib', 'sqlite_utils', 'scrapy', 'jinja2', 'apprise'}"
    code = f"import sys, alerts.config; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_console_survives_an_encoding_that_lacks_letters() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    (config,) = [variant.config() for variant in variants() if variant.kind == "console"]
    transport = make_transport(out=out)  # type: ignore[arg-type]  # any text stream will do
    channel = config.channel(transport)
    payload = channel.render(make_alert(title=f"{TITLE} — “kabar”"), make_envelope())
    assert send(config, channel, payload, make_envelope()).kind is OutcomeKind.ACCEPTED
    assert b"Astana" in raw.getvalue()
    out.close()
