"""A handler for the sites of measurements that are served by http.server: it answers, and logs nothing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from http.server import BaseHTTPRequestHandler


class Answering(ABC, BaseHTTPRequestHandler):
    """Keeps connections open, and answers with 304 whoever has the body already."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # http.server's name
        self.respond()

    @abstractmethod
    def respond(self) -> None:
        """Answer what `path` asks for."""

    def answer(self, body: bytes, kind: str, *, status: int = 200) -> None:
        """Send the body with its media type, under an ETag of what it says."""
        tag = f'"{hash(body):x}"'
        if self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        self.send_response(status)
        self.send_header("ETag", tag)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        pass
