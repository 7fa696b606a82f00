"""A small HTTP server in a thread of its own: a few fixed paths, GET and HEAD, everything bounded."""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from socketserver import BaseRequestHandler, TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Self

from core.errors import ListenError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from monitor.service.sections import Endpoint

MOST_HEAD = 8 * 1024
SECONDS = 5.0  # for a request to come, and for its answer to leave
MOST_AT_ONCE = 8
PLAIN = "text/plain; charset=utf-8"

logger = logging.getLogger("siaga")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer. `body` is text in UTF-8."""

    status: HTTPStatus = HTTPStatus.OK
    body: str
    kind: str = PLAIN


class Server:
    """Answers what is asked of its paths, until it is closed."""

    def __init__(
        self,
        endpoint: Endpoint,
        pages: Mapping[str, Callable[[], Page]],
        *,
        seconds: float = SECONDS,
    ) -> None:
        """Raises ListenError when the address cannot be had."""
        try:
            self._server = _Server(endpoint, pages, seconds)
        except OSError as error:
            raise ListenError(str(endpoint), error.strerror or str(error)) from error
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.1},
            name="http",
            daemon=True,
        )
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Listen no more. Requests under way end within their time."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingMixIn, TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 32

    def __init__(
        self, endpoint: Endpoint, pages: Mapping[str, Callable[[], Page]], seconds: float
    ) -> None:
        self.seconds = seconds
        self.address_family = socket.AF_INET6 if ":" in endpoint.host else socket.AF_INET
        self.pages = pages
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__((endpoint.host, endpoint.port), _Handler)

    def process_request(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002  # overrides
        error = sys.exception()
        if isinstance(error, OSError):  # whoever asked has gone
            logger.debug("a request over HTTP came to nothing: %s", error)
        else:
            logger.error("a request over HTTP failed", exc_info=error)


class _Handler(BaseRequestHandler):
    request: socket.socket
    server: _Server

    def handle(self) -> None:
        head = self._read_head()
        page = answer(head, self.server.pages) if head is not None else _TOO_SLOW
        method = (head or b"").partition(b" ")[0]
        self.request.settimeout(self.server.seconds)
        self.request.sendall(_written(page, whole=method != b"HEAD"))

    def _read_head(self) -> bytes | None:
        """What came up to the empty line, or as much of it as is too much; None when it took too long."""
        ends, head = time.monotonic() + self.server.seconds, b""
        while b"\r\n\r\n" not in head and len(head) <= MOST_HEAD:
            left = ends - time.monotonic()
            if left <= 0:
                return None
            self.request.settimeout(left)
            try:
                part = self.request.recv(4096)
            except TimeoutError:
                return None
            if not part:
                break
            head += part
        return head


_TOO_SLOW = Page(status=HTTPStatus.REQUEST_TIMEOUT, body="the request took too long\n")


def answer(head: bytes, pages: Mapping[str, Callable[[], Page]]) -> Page:
    """The answer to a request, by its first line: the page of the path, or what is wrong with it."""
    if len(head) > MOST_HEAD:
        return Page(
            status=HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, body="the request is too large\n"
        )
    words = head.partition(b"\r\n")[0].decode("ascii", "replace").split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1.") or b"\r\n\r\n" not in head:
        return Page(status=HTTPStatus.BAD_REQUEST, body="this is no HTTP request\n")
    method, target, _ = words
    page = pages.get(target.partition("?")[0])
    if page is None:
        return Page(status=HTTPStatus.NOT_FOUND, body=f"there is: {' '.join(pages)}\n")
    if method not in ("GET", "HEAD"):
        return Page(status=HTTPStatus.METHOD_NOT_ALLOWED, body="GET and HEAD only\n")
    return page()


def _written(page: Page, *, whole: bool) -> bytes:
    body = page.body.encode()
    head = (
        f"HTTP/1.1 {page.status.value} {page.status.phrase}\r\n"
        f"Content-Type: {page.kind}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + (body if whole else b"")
