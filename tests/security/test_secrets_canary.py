"""A word that stands in every secret, through every way to fail: it must show up nowhere."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import sqlite3
import threading
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

from alerts.transport.network import open_transport
from alerts.trial import check_channel
from core.clock import SystemClock
from monitor.config import read_config
from tests.e2e.press import Press, watching
from tests.e2e.program import Program, in_time, is_alive
from tests.servers.certificates import make_certificates
from tests.servers.smtp import MailReceiver
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.program import Daemon

CANARY = "kenari"
SECRET_KEYS = ("url", "secret", "token", "password")
COMMANDS = (
    *("status --json", "deliveries --json", "alerts --json", "export alerts --format jsonl"),
    *("test-channel slack", "test-channel surat", "backup salinan.db"),
)
AROUND = """
http: {listen: '127.0.0.1:0'}
log: {format: json}
heartbeat: {url: "${DETAK}", allow_private: true}
"""


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
            "surat-aman": {
                "type": "email",
                **mail,
                "smtp": {"host": "127.0.0.1", "port": self.mail.port, **login, "tls": "starttls"},
            },
            "surat-palsu": {
                "type": "email",
                **mail,
                "smtp": {"host": "127.0.0.1", "port": self.tls.port, **login, "tls": "implicit"},
            },
            "templat": {
                "type": "slack",
                "url": web("/accept/services/kenari"),
                "template": "{{ title }}{% if site == 'koran' %}{{ 1 // (story - story) }}{% endif %}",
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
    return lines.replace("channels:\n", f"channels: {json.dumps(named)}\n") + AROUND


class Titles:
    """Looks again and again at a daemon's processes: their titles, and the environment of its children."""

    def __init__(self, daemon: int) -> None:
        self._daemon = daemon
        self._seen: set[bytes] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    @property
    def shown(self) -> dict[str, bytes]:
        return {f"process {number}": data for number, data in enumerate(self._seen)}

    def saw(self, words: bytes) -> bool:
        return any(words in data for data in self._seen)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self._seen.add(_read(self._daemon, "cmdline"))
            for child in _descendants(self._daemon):
                self._seen |= {_read(child, "cmdline"), _read(child, "environ")}
        # A child that is being started is its parent for an instant.
        self._seen.discard(_read(self._daemon, "environ"))


def _descendants(pid: int) -> Iterator[int]:
    children = b" ".join(_read(pid, f"task/{one.name}/children") for one in _tasks(pid)).split()
    for child in map(int, children):
        yield child
        yield from _descendants(child)


def _tasks(pid: int) -> list[Path]:
    with suppress(OSError):  # it has ended meanwhile
        return list(Path(f"/proc/{pid}/task").iterdir())
    return []


def _read(pid: int, name: str) -> bytes:
    with suppress(OSError):  # it has ended meanwhile
        return Path(f"/proc/{pid}/{name}").read_bytes()
    return b""


def test_the_canary_is_found_in_every_form() -> None:
    said = [b"Basic " + base64.b64encode(f"{user}:kenari".encode()) for user in ("a", "an", "ani")]
    assert leaks({str(number): one for number, one in enumerate(said)}) == ["0", "1", "2"]


def test_no_secret_shows_in_logs_tables_titles_or_messages_whatever_fails(
    receivers: Receivers, tmp_path: Path
) -> None:
    channels, environment = hidden(receivers.channels())
    assert len(environment) > 25
    environment["DETAK"] = receivers.web.url("/status/500/kenari-detak")
    program = Program(directory=tmp_path, environment=environment)
    shown: dict[str, bytes] = {}
    with Press.open() as press, watching(program, press, config_of(press, channels)) as daemon:
        with Titles(daemon.process.pid) as titles:
            press.publish("/suriah", "Utusan Suriah tiba di Astana")
            assert in_time(lambda: all_tried(program, len(channels)), 60)
        shown |= titles.shown | said_by_commands(program)
        shown |= {path: daemon.get(path)[1].encode() for path in ("/live", "/ready", "/metrics")}
        break_config(program, daemon)
        shown |= files_in(tmp_path)
        break_tables(tmp_path / "siaga.db", daemon)
        daemon.process.terminate()
        daemon.process.wait(20)
    assert all(titles.saw(one) for one in (b"crawler.worker", b"relay_child", b"sandbox.child"))
    assert "the heartbeat did not arrive" in daemon.log
    assert "template" in daemon.log
    shown["the log"] = daemon.log.encode()
    shown |= {f"{name}, later": data for name, data in files_in(tmp_path).items()}
    for one in [*receivers.web.received, *receivers.tls.received]:
        if "webhook-id" in one.headers:  # an ntfy server is told its topic in the body
            shown[f"the body sent to {one.path}"] = one.body
    assert leaks(shown) == []


def test_no_secret_shows_in_what_a_traceback_would_tell_of_variables(
    receivers: Receivers, tmp_path: Path
) -> None:
    channels, environment = hidden(receivers.channels())
    environment["DETAK"] = receivers.web.url("/kenari-detak")
    with Press.open() as press:
        (tmp_path / "config.yaml").write_text(config_of(press, channels), encoding="utf-8")
    config = read_config(tmp_path / "config.yaml", environment=environment)
    transport = open_transport(SystemClock())
    outcomes = [check_channel(channel, transport) for channel in config.channels.values()]
    variables = [config, *config.channels.values(), config.service, outcomes, transport]
    assert leaks({str(type(one)): f"{one!r} {one!s}".encode() for one in variables}) == []


def all_tried(program: Program, expected: int) -> bool:
    deliveries = [one for one in program.deliveries() if one.kind == "alert"]
    return len(deliveries) >= expected and all(one.attempts for one in deliveries)


def said_by_commands(program: Program) -> dict[str, bytes]:
    done = {one: program.run(*one.split()) for one in COMMANDS}
    return {one: (said.out + said.err).encode() for one, said in done.items()}


def break_config(program: Program, daemon: Daemon) -> None:
    """Two edits that are refused, and the end of a worker."""
    config = program.config.read_text()
    worker = daemon.workers[-1]
    os.kill(worker, signal.SIGKILL)
    program.save(config.replace("suriah, any", "suriah, mana"))
    assert daemon.says("config.yaml stays"), daemon.log
    program.save(f"{config}zona: *kenari\n")
    assert in_time(lambda: daemon.log.count("config.yaml stays") == 2), daemon.log
    assert in_time(lambda: not is_alive(worker))


def break_tables(database: Path, daemon: Daemon) -> None:
    """What nobody expects: a table is gone, and tracebacks are logged."""
    with closing(sqlite3.connect(database, timeout=30)) as db:
        db.execute("DROP TABLE article_log")
        db.commit()
    assert daemon.says("Traceback")


def files_in(directory: Path) -> dict[str, bytes]:
    """The files of the database and of its copies as they lie on the disk, and every table in words."""
    shown = {}
    for path in [*directory.glob("*.db*"), *directory.glob("backups/*")]:
        shown[path.name] = path.read_bytes()
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as db:
                shown[f"the tables of {path.name}"] = "\n".join(db.iterdump()).encode()
    return shown
