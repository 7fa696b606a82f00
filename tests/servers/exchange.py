"""One request to a test server, and the raw ways to answer it, bad ones included."""

from __future__ import annotations

import os
import socket
import struct
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Protocol, TypeAlias
from urllib.parse import urlsplit

from monitor.demo.loopback import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import timedelta

HTML = "text/html; charset=utf-8"


class ServedSite(Protocol):
    """What a behaviour may know of the site that it stands in."""

    @property
    def url(self) -> str:
        """Where the site is, without a slash at the end."""
        ...

    def serve(self, exchange: Exchange) -> None:
        """Answer one request; called in a thread of its own."""
        ...

    def note(self, exchange: Exchange, status: int | None) -> None:
        """Log the request, with the status that it gets; None for one that gets none."""
        ...

    def pause(self, span: timedelta | None) -> bool:
        """Wait so long, None for ever, or until the site stops: then True."""
        ...

    def feed_text(self) -> str:
        """The RSS feed as it is now."""
        ...


class SiteServer(LoopbackServer):
    """Hands every request to its site."""

    def __init__(self, site: ServedSite, *, host: str, port: int = 0) -> None:
        self.site = site
        super().__init__(Exchange, host=host, port=port)


class Exchange(BaseHTTPRequestHandler):
    """A request (`command`, `path`, `headers`) and the ways to answer it."""

    protocol_version = "HTTP/1.1"
    server: SiteServer

    @property
    def site(self) -> ServedSite:
        return self.server.site

    @property
    def bare_path(self) -> str:
        """The path without its query."""
        return urlsplit(self.path).path

    def do_GET(self) -> None:
        self.site.serve(self)

    def do_HEAD(self) -> None:
        self.site.serve(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's word
        """Nothing: the site keeps a log of its own."""

    def send(self, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
        """A whole answer."""
        framed = status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        self.begin(status, headers if framed else {**headers, "Content-Length": str(len(body))})
        if self.command != "HEAD":
            self.wfile.write(body)

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Only the head of an answer."""
        self.site.note(self, status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def begin_chunks(self, status: int, headers: Mapping[str, str]) -> None:
        """The head of an answer whose body comes by `chunk`, and ends with an empty one."""
        self.begin(status, {**headers, "Transfer-Encoding": "chunked"})

    def chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def raw(self, data: bytes) -> None:
        """Bytes as they are, HTTP or not."""
        self.wfile.write(data)

    def hang_up(self) -> None:
        """End the connection in the ordinary way once this answer is done."""
        self.close_connection = True

    def reset(self) -> None:
        """Cut the connection at once, with a TCP reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())  # a close() would wait for the files made of it


Behaviour: TypeAlias = "Callable[[Exchange], None]"
"""What is done with a request."""
