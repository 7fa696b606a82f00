"""A webhook receiver on loopback: one path per behaviour, and everything that it was sent."""

from __future__ import annotations

import json
import random
import socket
import ssl
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_DRIP_SECONDS = 0.05
_HANG_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One POST or PATCH: `accepted` says whether the receiver took the message, whatever it answered.

    It came `at` an instant of time.monotonic(), and was asked to come again after `rest` seconds.
    """

    path: str
    headers: Mapping[str, str]
    body: bytes
    accepted: bool
    method: str = "POST"
    rest: float | None = None
    at: float = field(default_factory=time.monotonic)

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@dataclass
class WebhookReceiver:
    """Listens on 127.0.0.1 while it is entered. The first part of a path says what it does:

    /accept             204
    /slow               204 after a while of chance, `slow_seconds` at most
    /status/CODE/WORDS  the code, with the words as its body; /rest/CODE/VALUE with a Retry-After
    /json/CODE/JSON     the code, with this (percent-encoded) as its body, whatever follows
    /redirect           302 to /accept
    /drip               a status line that comes byte by byte and never ends; nothing is taken
    /drip-body          400, and a body that never ends
    /reset              a reset instead of an answer, nothing taken; /hang no answer for seconds
    /garbage            bytes that are no HTTP
    /drop               takes the message and resets
    /echo               400 with the path and the headers as its body
    /flaky              one of them by chance, by `fault_rate`; the `mood`, while there is one
    """

    fault_rate: float = 0.0
    seed: int = 1
    tls: Path | None = None
    hang_seconds: float = _HANG_SECONDS
    rest_seconds: int = 0
    slow_seconds: float = 0.0
    mood: tuple[str, ...] = ()
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.rng = random.Random(self.seed)
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.receiver = self
        if self.tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.tls)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    @property
    def accepted(self) -> list[Received]:
        return [one for one in list(self.received) if one.accepted]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    receiver: WebhookReceiver

    def handle_error(self, *_: object) -> None:
        """A caller that was killed is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 10

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(self.body) < int(self.headers["Content-Length"]):
            return  # the caller was killed in the middle
        path, _, _ = self.path.partition("?")
        kind, *self.words = path.removeprefix("/").split("/")
        if kind == "flaky":
            kind, self.words = self._by_chance()
        getattr(self, "do_" + kind.replace("-", "_"))()

    def do_PATCH(self) -> None:
        self.do_POST()

    def _by_chance(self) -> tuple[str, list[str]]:
        receiver = self.server.receiver
        if receiver.mood:
            return receiver.mood[0], list(receiver.mood[1:])
        if receiver.rng.random() >= receiver.fault_rate:
            return "accept", []
        faults: list[tuple[str, list[str]]] = [
            ("status", ["500"]),
            ("rest", ["429", str(receiver.rest_seconds)]),
            ("reset", []),
            ("hang", []),
            ("drop", []),
            ("garbage", []),
        ]
        return receiver.rng.choice(faults)

    def keep(self, *, accepted: bool, rest: float | None = None) -> None:
        self.server.receiver.received.append(
            Received(
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.body,
                accepted=accepted,
                method=self.command,
                rest=rest,
            )
        )

    def do_accept(self) -> None:
        self.keep(accepted=True)
        self.answer(204)

    def do_slow(self) -> None:
        receiver = self.server.receiver
        receiver.closing.wait(receiver.rng.uniform(0, receiver.slow_seconds))
        self.do_accept()

    def do_status(self) -> None:
        code, *words = self.words
        self.keep(accepted=200 <= int(code) < 300)
        self.answer(int(code), " ".join(words).encode())

    def do_json(self) -> None:
        code, body, *_ = self.words
        self.keep(accepted=200 <= int(code) < 300)
        self.answer(int(code), unquote(body).encode(), {"Content-Type": "application/json"})

    def do_rest(self) -> None:
        code, value = self.words[0], self.words[1].replace("%20", " ")
        self.keep(accepted=False, rest=float(value) if value.isdigit() else None)
        self.answer(int(code), headers={"Retry-After": value})

    def do_redirect(self) -> None:
        self.keep(accepted=False)
        self.answer(302, headers={"Location": self.server.receiver.url("/accept")})

    def do_drip(self) -> None:
        self.keep(accepted=False)
        self.drip(b"HTTP/1.1 200 OK" + b"K" * 10_000)

    def do_drip_body(self) -> None:
        self.keep(accepted=False)
        self.wfile.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 100000\r\n\r\n")
        self.drip(b"." * 100_000)

    def drip(self, text: bytes) -> None:
        self.close_connection = True
        with suppress(OSError):
            for byte in text:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                if self.server.receiver.closing.wait(_DRIP_SECONDS):
                    return

    def do_reset(self) -> None:
        self.keep(accepted=False)
        self.reset()

    def do_hang(self) -> None:
        self.keep(accepted=False)
        self.server.receiver.closing.wait(self.server.receiver.hang_seconds)
        self.close_connection = True

    def do_drop(self) -> None:
        self.keep(accepted=True)
        self.reset()

    def do_garbage(self) -> None:
        self.keep(accepted=False)
        self.wfile.write(b"\x00\xff this is no answer\r\n\r\n")
        self.close_connection = True

    def do_echo(self) -> None:
        self.keep(accepted=False)
        self.answer(400, f"{self.path} {dict(self.headers)}".encode())

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.rfile.close()
        self.wfile.close()
        self.connection.close()

    def finish(self) -> None:
        with suppress(OSError, ValueError):
            super().finish()

    def answer(
        self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def wait_until(true: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether it became true in time; looks again every few milliseconds."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.01)):
        if true():
            return True
        pause.wait(0.01)
    return true()
