"""A small web server on 127.0.0.1 that stops without leaving a thread or a socket behind."""

from __future__ import annotations

import hashlib
import socket
import sys
from dataclasses import dataclass, field
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

HOST = "127.0.0.1"
_BODY_LIMIT = 4 * 1024 * 1024


class LoopbackServer(ThreadingHTTPServer):
    """A thread for every connection, all ended by `stop`. A context manager that serves inside it.

    A handler that waits must stop waiting when its socket is shut down.
    """

    daemon_threads = False  # so that server_close() waits for them
    request_queue_size = 128

    def __init__(
        self, handler: type[BaseHTTPRequestHandler], *, host: str = HOST, port: int = 0
    ) -> None:
        super().__init__((host, port), handler)
        self._connections: set[socket.socket] = set()
        self._lock = Lock()
        self._thread = Thread(target=self.serve_forever, args=(0.05,), name="loopback-server")

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://{self.server_address[0]!s}:{self.port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection, and wait for their threads."""
        self.shutdown()
        self._thread.join()
        with self._lock:
            for connection in self._connections:
                _hang_up(connection)
        self.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, peer = super().get_request()
        with self._lock:
            self._connections.add(connection)
        return connection, peer

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that left."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the client has hung up already


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asked; header names are in lower case, `path` keeps its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What it is told."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Something to be served, with what conditional requests need; `modified_at` is UTC."""

    content_type: str
    body: bytes
    modified_at: datetime | None = None

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'

    def answer(self, headers: Mapping[str, str]) -> Answer:
        """200 with the document, or 304 where the request headers show it known (RFC 9110, 13)."""
        validators = {"ETag": self.etag}
        if self.modified_at is not None:
            validators["Last-Modified"] = format_datetime(self.modified_at, usegmt=True)
        if self._is_known(headers):
            return Answer(status=304, headers=validators)
        return Answer(
            status=200, headers={"Content-Type": self.content_type, **validators}, body=self.body
        )

    def _is_known(self, headers: Mapping[str, str]) -> bool:
        tags = headers.get("if-none-match")
        if tags is not None:
            return self.etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        since = headers.get("if-modified-since")
        if since is None or self.modified_at is None:
            return False
        try:
            return self.modified_at.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):  # no date, or one without a zone
            return False


class AnsweringServer(LoopbackServer):
    """A loopback server whose every request is answered by one function.

    `answer` is called from several threads at once.
    """

    def __init__(self, answer: Callable[[Request], Answer], *, port: int = 0) -> None:
        self.answer = answer
        super().__init__(AnsweringHandler, port=port)


class AnsweringHandler(BaseHTTPRequestHandler):
    """Reads a request, and writes what the server's function answers."""

    protocol_version = "HTTP/1.1"
    server_version = "peragaan"
    server: AnsweringServer

    def do_GET(self) -> None:
        self._reply(b"")

    def do_HEAD(self) -> None:
        self._reply(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _BODY_LIMIT:
            self.close_connection = True
            self._write(Answer(status=413))
            return
        self._reply(self.rfile.read(int(length)))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's word
        """Nothing: what was asked is kept by those who answer."""

    def _reply(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(method=self.command, path=self.path, headers=headers, body=body)
        self._write(self.server.answer(request))

    def _write(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.wfile.write(answer.body)
