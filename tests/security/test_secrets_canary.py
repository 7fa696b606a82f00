"""A word that stands in every secret, through every way to fail: it must show up nowhere."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.press import Press, watching
from tests.e2e.program import Program, in_time
from tests.servers.certificates import make_certificates
from tests.servers.smtp import MailReceiver
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "kenari"
SECRET_KEYS = ("url", "secret", "token", "password")
COMMANDS = ("status", "deliveries", "alerts", "articles")


def forms_of(word: str) -> list[bytes]:
    """The word, and what base64 makes of it at each of the three places where it can begin."""
    raw = word.encode()
    encoded = [base64.b64encode(b"\0" * shift + raw) for shift in range(3)]
    return [raw, encoded[0][:8], encoded[1][2:9], encoded[2][3:10]]


def leaks(shown: dict[str, bytes]) -> list[str]:
    """Where the canary can be seen."""
    return [
        place for place, data in shown.items() if any(form in data for form in forms_of(CANARY))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivers:
    """Who refuses, breaks off and repeats what it was told."""

    web: WebhookReceiver
    tls: WebhookReceiver
    mail: MailReceiver
    closed: int

    def channels(self) -> dict[str, dict[str, Any]]:
        """A channel for each way to fail, with the canary in everything that is secret."""
        web = self.web.url
        closed = f"http://127.0.0.1:{self.closed}/kenari"
        mail = {"to": ["ani@redaksi.example"], "from": "siaga@redaksi.example"}
        login = {"tls": "none", "username": "siaga", "password": "kenari-sandi"}
        return {
            "tertutup": {"type": "webhook", "url": closed, "secret": "kenari-kunci"},
            "ditolak": {"type": "webhook", "url": web("/status/401/kenari"), "secret": "kenari-1"},
            "rusak": {"type": "webhook", "url": web("/status/500/kenari"), "secret": "kenari-2"},
            "gema": {"type": "webhook", "url": web("/echo/kenari?kunci=kenari")},
            "sampah": {"type": "webhook", "url": web("/garbage/kenari")},
            "putus": {"type": "webhook", "url": web("/reset/kenari")},
            "pindah": {"type": "webhook", "url": web("/redirect/kenari")},
            "palsu": {"type": "webhook", "url": self.tls.url("/accept/kenari")},
            "slack": {"type": "slack", "url": web("/echo/services/kenari")},
            "bot": {"type": "slack", "token": "xoxb-kenari", "channel": "C0", "api": web("/echo")},
            "discord": {"type": "discord", "url": web("/echo/webhooks/1/kenari")},
            "teams": {"type": "teams", "url": web("/echo/alur?sig=kenari")},
            "telegram": {
                "type": "telegram",
                "token": "110000000:AAAkenari",
                "chat_id": "-100",
                "url": web("/echo"),
            },
            "ntfy": {"type": "ntfy", "url": web("/echo/kenari-topik"), "token": "tk_kenari"},
            "ntfy-masuk": {
                "type": "ntfy",
                "url": web("/echo/kenari-lain"),
                "username": "ani",
                "password": "kenari-sandi",
            },
            "apprise": {
                "type": "apprise",
                "url": f"json://ani:kenari@127.0.0.1:{self.web.port}/echo/kenari",
            },
            "surat": {
                "type": "email",
                **mail,
                "smtp": {"host": "127.0.0.1", "port": self.mail.port, **login},
            },
            "surat-tertutup": {
                "type": "email",
                **mail,
                "smtp": {"host": "127.0.0.1", "port": self.closed, **login},
            },
        }


@pytest.fixture
def receivers(tmp_path: Path) -> Iterator[Receivers]:
    with ExitStack() as stack:
        enter = stack.enter_context
        closed = enter(socket.socket())
        closed.bind(("127.0.0.1", 0))  # and not listening
        certificate = make_certificates(tmp_path).server
        yield Receivers(
            web=enter(WebhookReceiver()),
            tls=enter(WebhookReceiver(tls=certificate)),
            mail=enter(
                MailReceiver(
                    login=("siaga", "lain"),
                    replies={"AUTH": "535 5.7.8 kenari-sandi is no password of siaga"},
                )
            ),
            closed=closed.getsockname()[1],
        )


def hidden(channels: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The channels with `${NAME}` in the place of every secret, and the environment that holds them."""
    environment: dict[str, str] = {}

    def hide(value: Any, place: str) -> Any:
        if isinstance(value, dict):
            return {key: hide(inner, f"{place}_{key}") for key, inner in value.items()}
        if isinstance(value, str) and CANARY in value:
            name = place.upper().replace("-", "_")
            environment[name] = value
            return f"${{{name}}}"
        return value

    return hide(channels, "rahasia"), environment


def config_of(press: Press, channels: dict[str, Any]) -> str:
    lines = press.config(watchlists=["{name: suriah, any: [Suriah]}"], channels=())
    named = {name: {"allow_private": True, **one} for name, one in channels.items()}
    return lines.replace("channels:\n", f"channels: {json.dumps(named)}\n")


def processes_of(daemon: int) -> dict[str, bytes]:
    """The title of the daemon and of its children, and what the children have in their environment."""
    tasks = Path(f"/proc/{daemon}/task")
    children = " ".join(one.read_text() for one in tasks.glob("*/children")).split()
    shown = {"the title": Path(f"/proc/{daemon}/cmdline").read_bytes()}
    for pid in children:
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            for name in ("cmdline", "environ"):
                shown[f"{name} of a child"] = Path(f"/proc/{pid}/{name}").read_bytes()
    return shown


def test_the_canary_is_found_in_every_form() -> None:
    said = [b"Basic " + base64.b64encode(f"{user}:kenari".encode()) for user in ("a", "an", "ani")]
    assert leaks({str(number): one for number, one in enumerate(said)}) == ["0", "1", "2"]


def test_no_secret_shows_in_logs_tables_titles_or_messages_whatever_fails(
    receivers: Receivers, tmp_path: Path
) -> None:
    channels, environment = hidden(receivers.channels())
    assert len(environment) > 20
    program = Program(directory=tmp_path, environment=environment)
    shown: dict[str, bytes] = {}
    with Press.open() as press, watching(program, press, config_of(press, channels)) as daemon:
        config = program.config.read_text()
        press.publish("/suriah", "Utusan Suriah tiba di Astana")
        assert in_time(lambda: all_tried(program, len(channels)), 60)
        shown |= processes_of(daemon.process.pid)
        os.kill(daemon.workers[-1], signal.SIGKILL)
        program.save(config.replace("suriah, any", "suriah, mana"))
        assert daemon.says("config.yaml stays"), daemon.log
        program.save(f"{config}zona: *kenari\n")
        assert in_time(lambda: daemon.log.count("config.yaml stays") == 2), daemon.log
        assert in_time(lambda: len(daemon.workers) > 1)
        shown |= {one: program.run(one, "--json").out.encode() for one in COMMANDS}
        shown |= files_in(tmp_path)
        assert daemon.stop() == 0
        shown["the log"] = daemon.log.encode()
    broken = program.run("check")
    shown["siaga check"] = (broken.out + broken.err).encode()
    shown |= {f"{name}, later": data for name, data in files_in(tmp_path).items()}
    for one in [*receivers.web.received, *receivers.tls.received]:
        if "webhook-id" in one.headers:  # an ntfy server is told its topic in the body
            shown[f"the body sent to {one.path}"] = one.body
    assert leaks(shown) == []


def all_tried(program: Program, expected: int) -> bool:
    deliveries = [one for one in program.deliveries() if one.kind == "alert"]
    return len(deliveries) >= expected and all(one.attempts for one in deliveries)


def files_in(directory: Path) -> dict[str, bytes]:
    """The database's files as they lie on the disk."""
    return {path.name: path.read_bytes() for path in directory.glob("siaga.db*")}
