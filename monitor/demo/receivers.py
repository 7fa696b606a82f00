"""Who receives the demo's alerts, on loopback: a webhook, Slack's stand-in and a mail server."""

from __future__ import annotations

import json
import secrets
import socket
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

from aiosmtpd.controller import Controller

from monitor.demo.inbox import Inbox
from monitor.demo.loopback import HOST, Answer, AnsweringServer
from monitor.demo.signatures import Verdict, judge

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine, Iterator, Mapping
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session

    from monitor.demo.loopback import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A JSON object that was posted; header names are in lower case."""

    headers: Mapping[str, str]
    data: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The idempotency key of a signed webhook, or "" where there is none."""
        return self.headers.get("webhook-id", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message with its envelope."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


class PostReceiver(Inbox[Post]):
    """Keeps every JSON object posted to it and answers "ok", as Slack does. A context manager."""

    def __init__(self) -> None:
        super().__init__()
        self._server = AnsweringServer(self._take)

    @property
    def port(self) -> int:
        return self._server.port

    @property
    def url(self) -> str:
        """Where alerts are to be posted."""
        return f"{self._server.url}/alerts"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def _take(self, request: Request) -> Answer:
        data = _json_object(request.body)
        if request.method != "POST" or data is None:
            return _answer(HTTPStatus.BAD_REQUEST, "invalid_payload")
        self.keep(Post(headers=request.headers, data=data))
        return _answer(HTTPStatus.OK, "ok")


class WebhookReceiver(PostReceiver):
    """Keeps what is signed after Standard Webhooks; `refused` tells why the rest was not kept."""

    def __init__(self, secret: str | None = None) -> None:
        super().__init__()
        self.secret = secret or f"siaga-{secrets.token_hex(16)}"
        self.refused: Inbox[Verdict] = Inbox()

    def _take(self, request: Request) -> Answer:
        verdict = judge(request.headers, request.body, secret=self.secret, now=datetime.now(UTC))
        if verdict is not Verdict.GENUINE:
            self.refused.keep(verdict)
            return _answer(HTTPStatus.UNAUTHORIZED, verdict)
        return super()._take(request)


class MailReceiver(Inbox[Mail]):
    """A mail server without TLS that keeps every message. A context manager."""

    def __init__(self) -> None:
        super().__init__()
        self._controller = _MailController(self)

    @property
    def port(self) -> int:
        return self._controller.port

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802  # aiosmtpd calls it so
        content = envelope.content or b""
        message = BytesParser(policy=policy.default).parsebytes(
            content if isinstance(content, bytes) else content.encode()
        )
        recipients = tuple(str(one) for one in envelope.rcpt_tos)
        self.keep(Mail(sender=envelope.mail_from or "", recipients=recipients, message=message))
        return "250 OK"


class _MailController(Controller):
    """aiosmtpd's, on a port that the system chooses: its own cannot start on port 0."""

    def __init__(self, handler: MailReceiver) -> None:
        self._socket = socket.create_server((HOST, 0))
        super().__init__(handler, hostname=HOST, port=int(self._socket.getsockname()[1]))

    def _create_server(self) -> Coroutine[None, None, asyncio.Server]:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivers:
    """One of each."""

    webhook: WebhookReceiver
    slack: PostReceiver
    mail: MailReceiver

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Self]:
        """Receive until the block ends."""
        with ExitStack() as stack:
            yield cls(
                webhook=stack.enter_context(WebhookReceiver()),
                slack=stack.enter_context(PostReceiver()),
                mail=stack.enter_context(MailReceiver()),
            )


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(body)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _answer(status: HTTPStatus, text: str) -> Answer:
    return Answer(
        status=status, headers={"Content-Type": "text/plain; charset=utf-8"}, body=text.encode()
    )
