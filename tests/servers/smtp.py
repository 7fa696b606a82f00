"""A mail receiver on loopback, over aiosmtpd, with faults on demand and everything that it took."""

from __future__ import annotations

import asyncio
import email.policy
import random
import ssl
import threading
import warnings
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import TYPE_CHECKING, Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message that was taken."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=email.policy.default)


@dataclass
class MailReceiver:
    """Listens on 127.0.0.1 while it is entered.

    `replies` gives a step ("MAIL", "RCPT", "DATA", "AUTH") another answer; "DROP" resets the
    connection there, after the message was taken for "DATA", "HANG" never answers. With `fault_rate`,
    one of several faults by chance. `login` asks for these credentials.
    """

    fault_rate: float = 0.0
    seed: int = 1
    tls: Path | None = None
    implicit: bool = False
    login: tuple[str, str] | None = None
    replies: dict[str, str] = field(default_factory=dict)
    mails: list[Mail] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        self.rng = random.Random(self.seed)
        started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(started,))
        self._thread.start()
        started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve(started))
        finally:
            self._loop.close()

    async def _serve(self, started: threading.Event) -> None:
        self._stop = asyncio.Event()
        context = self._context()
        server = await self._loop.create_server(
            lambda: self._protocol(context), "127.0.0.1", 0, ssl=context if self.implicit else None
        )
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._stop.wait()
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)

    def _context(self) -> ssl.SSLContext | None:
        if self.tls is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.tls)
        return context

    def _protocol(self, context: ssl.SSLContext | None) -> SMTP:
        settings: dict[str, Any] = {}
        if context is not None and not self.implicit:
            settings = {"tls_context": context}
        if self.login is not None:
            settings |= {
                "authenticator": self._authenticate,
                "auth_required": True,
                "auth_require_tls": False,
            }
        with warnings.catch_warnings():  # aiosmtpd warns of log-in without TLS
            warnings.simplefilter("ignore")
            return SMTP(_Handler(self), hostname="penerima.example", loop=self._loop, **settings)

    def _authenticate(self, _s: Any, _e: Any, _c: Any, _m: str, data: Any) -> AuthResult:
        given = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode())
        if "AUTH" in self.replies:
            return AuthResult(success=False, handled=False, message=self.replies["AUTH"])
        return AuthResult(success=given == self.login, handled=False)


class _Handler:
    def __init__(self, receiver: MailReceiver) -> None:
        self._receiver = receiver

    def _chance(self) -> float:
        """Under a third of the fault rate: refuse; under two thirds: drop."""
        return self._receiver.rng.random() / max(self._receiver.fault_rate, 1e-9)

    async def _special(self, step: str, server: Any) -> str | None:
        reply = self._receiver.replies.get(step)
        if reply == "DROP":
            server.transport.abort()
            return "250 OK"
        if reply == "HANG":
            await asyncio.sleep(3600)
        return reply

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        reply = await self._special("MAIL", server)
        if reply:
            return reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        reply = await self._special("RCPT", server)
        if not reply and self._chance() < 0.3:
            reply = "451 4.7.1 greylisted"
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # as above
        reply = self._receiver.replies.get("DATA")
        chance = self._chance()
        if chance < 0.3:
            return "452 4.2.2 full"
        if chance < 0.4:
            server.transport.abort()
            return "250 OK"
        if reply is None or reply == "DROP":
            mail = Mail(
                sender=envelope.mail_from,
                recipients=tuple(envelope.rcpt_tos),
                content=envelope.original_content,
            )
            self._receiver.mails.append(mail)
        if chance < 0.7:
            server.transport.abort()
        return await self._special("DATA", server) or "250 OK"
