"""The contract of a channel, for every file in alerts/channels: a new one is tested by being there."""

from __future__ import annotations

import email.policy
import io
import json
import logging
import random
import re
import subprocess
import sys
import unicodedata
from email import message_from_bytes
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from alerts.channel import send
from alerts.config import read_channels
from alerts.notice import Notice
from alerts.outcome import Outcome, OutcomeKind
from alerts.registry import channel_types
from core.located_yaml import Document
from tests.alerts.newsdesk import TITLE, make_alert, make_config, make_envelope, make_transport
from tests.servers.smtp import MailReceiver
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from email.message import EmailMessage

    from alerts.channel import ChannelConfig

TYPES = sorted(channel_types())
HOSTILE = 400
NASTY = (
    "<!channel>",
    "<!here|here>",
    "<@U123ABC>",
    "<https://jahat.example|klik di sini>",
    "[klik](https://jahat.example)",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</mark></p></body>",
    '"><a href="https://jahat.example">',
    "&lt;!channel&gt;",
    "&amp;amp;",
    "@everyone @here",
    "*tebal* _miring_ ~coret~ `kode`",
    "```\nblok\n```",
    "=?UTF-8?Q?=0D=0A?=Bcc: korban@jahat.example",
    "=?utf-8?b?DQpCY2M6IHg=?=",
    "=?=?utf-8?q?x?=?=",
    "\r\nBcc: korban@jahat.example",
    "\nX-Jahat: 1\n\n<h1>isi</h1>",
    "\x0b\x0c\x85\u2028\u2029Bcc: korban@jahat.example",
    "\u202eterbalik\u202c",
    "\u2066\u200b\ufeff",
    "\x1b[31mmerah\x1b[0m\x07",
    "\x00nol",
    "%s %(nama)s {0} ${HOME} {{7*7}}",
    "Kabupaten\u00ad Gowa — “Suriah”",
    "e\u0301ra 🇮🇩 👩\u200d👧",
    "a" * 300,
    "kata " * 100,
    ":rotating_light:",
    "http://jahat.example/?a=1&b=2",
    ".",
)


def hostile_titles() -> Iterator[str]:
    """Nasty pieces in every mixture, the same in every run."""
    rng = random.Random(20190102)
    yield from NASTY
    yield ""
    for _ in range(HOSTILE):
        pieces = rng.choices(NASTY, k=rng.randint(1, 4))
        yield rng.choice(("", " ", "Suriah ")).join(pieces)


def example(kind: str, **changes: Any) -> ChannelConfig:
    return make_config(**{**channel_types()[kind].EXAMPLE, **changes})


def without_effect(text: str) -> str:
    """What may be seen of a text: its characters but those that cannot be seen, spaces made one."""
    shown = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    unseen = ("Cc", "Cf", "Cs", "Co", "Cn")
    shown = "".join(
        c for c in shown if c in "\u200c\u200d" or unicodedata.category(c) not in unseen
    )
    return " ".join(unicodedata.normalize("NFC", shown).split())


# How to read what each channel renders: the title as its reader sees it. Each also asserts that
# nothing but the title was put there. A new channel adds its own.


def read_webhook(payload: bytes) -> str:
    return str(json.loads(payload)["article"]["title"])


def unescaped(text: str) -> str:
    assert "<" not in text
    assert ">" not in text
    assert not re.search("&(?!amp;|lt;|gt;)", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read_slack(payload: bytes) -> str:
    message = json.loads(payload)
    assert set(message) == {"text", "blocks", "mrkdwn", "unfurl_links", "unfurl_media"}
    assert message["mrkdwn"] is message["unfurl_links"] is message["unfurl_media"] is False
    assert len(message["blocks"]) <= 50
    assert len(payload.decode()) < 10_000
    unescaped(message["text"])
    links = []
    for block in message["blocks"]:
        assert block["type"] in ("header", "rich_text", "context")
        for element in block.get("elements", ()):
            if element["type"] == "plain_text":
                assert element["emoji"] is False
                unescaped(element["text"])
                continue
            (*parts,) = element["elements"]
            assert sum(len(part["text"]) for part in parts) <= 3000
            assert all(part["type"] in ("text", "link") and part["text"] for part in parts)
            links += [part["url"] for part in parts if part["type"] == "link"]
    assert links == ["https://koran.example/berita/1?utm_source=umpan"]
    header = message["blocks"][0]["text"]
    assert header["type"] == "plain_text"
    assert 0 < len(header["text"]) <= 150
    return unescaped(header["text"])


class Tags(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []
        self.titles: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = self._inside or tag == "h2"

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "h2"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.titles.append(data)


def read_email(payload: bytes) -> str:
    message: EmailMessage = message_from_bytes(payload, policy=email.policy.default)
    head = payload.partition(b"\r\n\r\n")[0]
    assert payload.isascii()
    assert b"\n" not in payload.replace(b"\r\n", b"")
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert sorted(names) == sorted(
        b"From To Subject Date Message-ID References List-Id Keywords Auto-Submitted"
        b" MIME-Version Content-Type".split()
    )
    assert all(len(line) <= 998 for line in payload.split(b"\r\n"))
    assert message["To"] == "ani@redaksi.example"
    assert message["Bcc"] is None
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    tags = Tags()
    tags.feed(html.get_content())
    allowed = {"html", "head", "meta", "body", "h2", "p", "a", "mark", "small", "br"}
    assert {tag for tag, _ in tags.tags} <= allowed
    links = [attributes["href"] for tag, attributes in tags.tags if tag == "a"]
    assert links == ["https://koran.example/berita/1?utm_source=umpan"]
    subject = str(message["Subject"])
    assert len(subject) <= 210
    assert "\n" not in subject
    assert "\r" not in subject
    assert "=?" not in subject
    return "".join(tags.titles)


def read_console(payload: bytes) -> str:
    lines = payload.decode().split("\n")
    assert len(lines) <= 7
    assert all(line.isprintable() or "\u200d" in line for line in lines)
    return lines[0].removeprefix("●")


READERS: Mapping[str, Callable[[bytes], str]] = {
    "webhook": read_webhook,
    "slack": read_slack,
    "email": read_email,
    "console": read_console,
}


@pytest.mark.parametrize("kind", TYPES)
def test_the_example_of_a_channel_is_a_valid_config_that_shows_no_secret(kind: str) -> None:
    config = example(kind)
    assert config.type == kind
    assert config == example(kind)
    assert config.recipients
    assert config.fingerprint() == example(kind).fingerprint()
    shown = f"{config!r} {config} {config.model_dump()} {config.model_dump_json()}"
    assert config.redact(shown) == shown


@pytest.mark.parametrize("kind", TYPES)
def test_an_unknown_key_is_refused(kind: str) -> None:
    data = {"channels": {"kanal": {**channel_types()[kind].EXAMPLE, "sesuatu": 1}}}
    _, problems = read_channels(Document("config.yaml", data, {}, {}))
    assert [problem.message for problem in problems] == ["unknown key 'sesuatu'"]


@pytest.mark.parametrize("kind", TYPES)
def test_rendering_is_pure(kind: str) -> None:
    renders = {
        example(kind)
        .channel(make_transport())
        .render(make_alert(), make_envelope(recipient=example(kind).recipients[0]))
        for _ in range(3)
    }
    assert len(renders) == 1


@pytest.mark.parametrize("kind", TYPES)
def test_no_hostile_title_takes_effect(kind: str) -> None:
    config = example(kind)
    channel = config.channel(make_transport())
    envelope = make_envelope(recipient=config.recipients[0])
    assert kind in READERS, f"tell the contract tests how a {kind} message is read"
    for title in hostile_titles():
        alert = make_alert(title=title, snippet=f"{title} Suriah {title}")
        seen = without_effect(READERS[kind](channel.render(alert, envelope)))
        wanted = without_effect(title)
        if kind == "webhook":
            assert READERS[kind](channel.render(alert, envelope)) == title
        elif kind == "console":
            assert without_effect(seen.replace("[", "").replace("]", "")) == without_effect(
                wanted.replace("[", "").replace("]", "")
            )
        elif wanted:
            assert seen == wanted or wanted.startswith(seen.removesuffix("…").rstrip())


@pytest.mark.parametrize("kind", TYPES)
def test_a_message_shows_what_an_alert_must(kind: str) -> None:
    config = example(kind)
    envelope = make_envelope(recipient=config.recipients[0])
    payload = config.channel(make_transport()).render(make_alert(), envelope)
    text = payload.decode()
    if kind == "email":
        message: Any = message_from_bytes(payload, policy=email.policy.default)
        text = "\n".join(part.get_content() for part in message.iter_parts())
    for wanted in ("koran-contoh", "suriah", "astana", "gencatan senjata", "harian-lain"):
        assert wanted in text
    assert "https://koran.example/berita/1" in text
    if kind != "webhook":
        assert "Rab, 2 Jan 2019 11.18 WITA" in text


def shown_by_notice(kind: str, payload: bytes) -> str:
    """The words of a notice as its reader sees them."""
    if kind == "email":
        mail: Any = message_from_bytes(payload, policy=email.policy.default)
        return without_effect(mail.get_body(("plain",)).get_content())
    text = payload.decode()
    if kind in ("slack", "webhook"):
        return without_effect(json.dumps(json.loads(text), ensure_ascii=False))
    return without_effect(text)


@pytest.mark.parametrize("kind", TYPES)
def test_a_notice_is_shown_without_any_article(kind: str) -> None:
    config = example(kind)
    envelope = make_envelope(recipient=config.recipients[0])
    notice = Notice(title="config.yaml belum dapat dipakai", text="baris 3: kunci tak dikenal")
    payload = config.channel(make_transport()).render(notice, envelope)
    seen = shown_by_notice(kind, payload)
    assert notice.title in seen
    assert notice.text in seen
    assert "atchlist" not in seen
    if kind == "webhook":
        assert json.loads(payload) == {
            "type": "notice",
            "id": envelope.message_id,
            "sent_at": envelope.sent_at.isoformat(),
            "title": notice.title,
            "text": notice.text,
        }


def reachable(kind: str, path: str, http: WebhookReceiver, mail: MailReceiver) -> ChannelConfig:
    """The example of a channel with our receivers in the place of its peers."""
    changes: dict[str, Any] = {"allow_private": True}
    fields = channel_types()[kind].model_fields
    if "url" in fields:
        changes["url"] = http.url(path)
    if "smtp" in fields:
        changes["smtp"] = {
            "host": "127.0.0.1",
            "port": mail.port,
            "tls": "none",
            "username": "siaga",
            "password": "rahasia-sekali",
        }
    return example(kind, **changes)


def try_once(config: ChannelConfig, seconds: float = 5.0) -> Outcome:
    channel = config.channel(make_transport(seconds=seconds))
    envelope = make_envelope(recipient=config.recipients[0])
    return send(config, channel, channel.render(make_alert(), envelope), envelope)


@pytest.mark.parametrize("kind", TYPES)
def test_a_working_peer_accepts(kind: str) -> None:
    with WebhookReceiver() as http, MailReceiver(login=("siaga", "rahasia-sekali")) as mail:
        assert try_once(reachable(kind, "/accept", http, mail)).kind is OutcomeKind.ACCEPTED


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize(
    ("path", "reply"),
    [
        ("/status/500/rahasia-sekali", "451 rahasia-sekali"),
        ("/echo/rahasia-sekali", "550 rahasia-sekali"),
        ("/redirect/rahasia-sekali", "530 rahasia-sekali"),
        ("/reset/rahasia-sekali", "DROP"),
        ("/garbage/rahasia-sekali", "553 rahasia-sekali"),
        ("/hang/rahasia-sekali", "HANG"),
    ],
)
def test_no_failure_shows_a_secret_or_raises(
    kind: str, path: str, reply: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    login = ("siaga", "rahasia-sekali")
    with (
        WebhookReceiver() as http,
        MailReceiver(login=login, replies={"RCPT": reply}) as mail,
    ):
        config = reachable(kind, path, http, mail)
        outcome = try_once(config, seconds=0.5)
    ours = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("mail."))
    assert outcome.kind is not OutcomeKind.ACCEPTED or kind == "console"
    assert "rahasia-sekali" not in f"{outcome!r} {config!r} {ours}"


@pytest.mark.parametrize("kind", TYPES)
def test_a_peer_at_a_private_address_is_refused_unless_allowed(kind: str) -> None:
    with WebhookReceiver() as http, MailReceiver() as mail:
        config = reachable(kind, "/accept", http, mail)
        outcome = try_once(config.model_copy(update={"allow_private": False}))
        taken = http.received + mail.mails
    assert kind == "console" or outcome.kind is OutcomeKind.CHANNEL
    assert kind == "console" or "loopback" in outcome.detail
    assert taken == []


def test_channels_are_found_without_importing_the_network() -> None:
    """`siaga check` loads every channel's config, and must answer at once."""
    heavy = "{'requests', 'urllib3', 'smtplib', 'sqlite_utils', 'scrapy'}"
    code = f"import sys, alerts.config; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_console_survives_an_encoding_that_lacks_letters() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    config = example("console")
    transport = make_transport(out=out)  # type: ignore[arg-type]  # any text stream will do
    channel = config.channel(transport)
    payload = channel.render(make_alert(title=f"{TITLE} — “kabar”"), make_envelope())
    assert send(config, channel, payload, make_envelope()).kind is OutcomeKind.ACCEPTED
    assert b"Astana" in raw.getvalue()
    out.close()
