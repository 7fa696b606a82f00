"""Handing mail in with smtplib: one recipient a message, verified TLS, checked addresses, and a
bounded time.
"""

from __future__ import annotations

import re
import smtplib
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from alerts.transport.dialing import Call, in_words, is_untrusted, tls_context
from alerts.transport.roles import Failure, FailureStage, MailServer, SmtpReply, SmtpStep, Tls
from core.errors import AddressRefusedError

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable

    from alerts.transport.dialing import BoundedTlsSocket
    from core.addresses import AddressPolicy

CALL_SECONDS = 60.0
_LEADING_DOT = re.compile(rb"(?m)^\.")
_READY, _GO_AHEAD = 220, 354
_Step = tuple[SmtpStep, "Callable[[], tuple[int, bytes]]"]


class SmtpMailer:
    """The Mailer of the daemon."""

    def __init__(self, *, seconds: float = CALL_SECONDS) -> None:
        self._seconds = seconds
        self._tls = tls_context()

    def submit(
        self,
        server: MailServer,
        sender: str,
        recipient: str,
        message: bytes,
        *,
        policy: AddressPolicy,
    ) -> SmtpReply | Failure:
        """Hand one message in; `message` has CRLF line ends."""
        return self._held(
            server, sender, policy, lambda dialogue: dialogue.submit(sender, recipient, message)
        )

    def log_in(
        self, server: MailServer, sender: str, *, policy: AddressPolicy
    ) -> SmtpReply | Failure:
        """Greet, secure and log in, and say goodbye."""
        return self._held(server, sender, policy, _Dialogue.log_in)

    def _held(
        self,
        server: MailServer,
        sender: str,
        policy: AddressPolicy,
        hold: Callable[[_Dialogue], SmtpReply],
    ) -> SmtpReply | Failure:
        """What came of a dialogue, whatever the server does."""
        call = Call(policy, self._seconds)
        dialogue = _Dialogue(server, call, self._tls, helo=sender.rpartition("@")[2])
        try:
            return hold(dialogue)
        except AddressRefusedError as error:
            return Failure(stage=FailureStage.REFUSED, detail=str(error))
        except smtplib.SMTPResponseException as error:
            return _reply(dialogue.step, error.smtp_code, error.smtp_error)
        except smtplib.SMTPServerDisconnected as error:
            return _failure(dialogue, server, error)
        except smtplib.SMTPException as error:  # what the server does not offer
            return Failure(stage=FailureStage.UNSUPPORTED, detail=f"{server.host}: {error}")
        except OSError as error:
            return _failure(dialogue, server, error)
        except ValueError as error:  # what smtplib cannot write as a command, before it says it
            return _unsayable(dialogue, server, error)
        finally:
            dialogue.close()


def _failure(dialogue: _Dialogue, server: MailServer, error: Exception) -> Failure:
    words = f"{server.host}: {in_words(error)}, at {dialogue.step}"
    if dialogue.dotted:
        return Failure(stage=FailureStage.SENT, detail=words)
    untrusted = is_untrusted(error)
    return Failure(stage=FailureStage.UNTRUSTED if untrusted else FailureStage.UNSENT, detail=words)


def _unsayable(dialogue: _Dialogue, server: MailServer, error: ValueError) -> Failure:
    """Nobody's passing trouble; the error's own words are left out: they may repeat a password."""
    stage = FailureStage.SENT if dialogue.dotted else FailureStage.UNSUPPORTED
    words = f"{server.host}: what is configured cannot be told to it ({type(error).__name__})"
    return Failure(stage=stage, detail=f"{words}, at {dialogue.step}")


def _reply(step: SmtpStep, code: int, text: bytes | str) -> SmtpReply:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return SmtpReply(step=step, code=code, text=said)


class _Dialogue:
    """A dialogue with a mail server.

    `step` is where it stands, `dotted` whether the final dot may be out.
    """

    def __init__(self, server: MailServer, call: Call, tls: ssl.SSLContext, *, helo: str) -> None:
        self._server = server
        self._smtp = _Smtp(server, call, tls, helo=helo)
        self._tls = tls
        self.step = SmtpStep.GREETING
        self.dotted = False

    def submit(self, sender: str, recipient: str, message: bytes) -> SmtpReply:
        return self._take(
            *self._first_steps(),
            (SmtpStep.SENDER, lambda: self._smtp.mail(sender, self._options(message))),
            (SmtpStep.RECIPIENT, lambda: self._smtp.rcpt(recipient)),
            (SmtpStep.MESSAGE, lambda: self._hand_over(message)),
        )

    def log_in(self) -> SmtpReply:
        return self._take(*self._first_steps())

    def _first_steps(self) -> tuple[_Step, ...]:
        return (
            (SmtpStep.GREETING, self._greet),
            (SmtpStep.SECURING, self._secure),
            (SmtpStep.LOGIN, self._log_in),
        )

    def _take(self, *steps: _Step) -> SmtpReply:
        """Every step in turn; ends at the first that the server refuses."""
        reply = SmtpReply(step=self.step, code=_READY)
        for self.step, run in steps:
            reply = _reply(self.step, *run())
            if not 200 <= reply.code < 300:
                return reply
        return reply

    def _greet(self) -> tuple[int, bytes]:
        code, text = self._smtp.connect(self._server.host, self._server.port)
        if code == _READY:
            self._smtp.ehlo_or_helo_if_needed()
        return code, text

    def _secure(self) -> tuple[int, bytes]:
        if self._server.tls is not Tls.STARTTLS:
            return _READY, b""
        reply = self._smtp.starttls(context=self._tls)
        self._smtp.bind()
        self._smtp.ehlo_or_helo_if_needed()
        return reply

    def _log_in(self) -> tuple[int, bytes]:
        if self._server.username is None:
            return _READY, b""
        return self._smtp.login(self._server.username, self._server.password or "")

    def _options(self, message: bytes) -> list[str]:
        return [f"SIZE={len(message)}"] if self._smtp.has_extn("size") else []

    def _hand_over(self, message: bytes) -> tuple[int, bytes]:
        code, text = self._smtp.docmd("DATA")
        if code != _GO_AHEAD:
            return code, text
        self._smtp.send(_LEADING_DOT.sub(b"..", message))
        self.dotted = True  # the server takes the message when it has read the dot, not before
        self._smtp.send(b".\r\n")
        return self._smtp.getreply()

    def close(self) -> None:
        """Say goodbye where there is anyone to hear it; whatever comes of it, the outcome stands."""
        if self._smtp.sock is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.docmd("QUIT")
        self._smtp.close()


class _Smtp(smtplib.SMTP):
    """smtplib over the sockets of a call."""

    def __init__(self, server: MailServer, call: Call, tls: ssl.SSLContext, *, helo: str) -> None:
        super().__init__(local_hostname=helo)
        self._host = server.host  # the name that STARTTLS verifies
        self._implicit = tls if server.tls is Tls.IMPLICIT else None
        self._call = call

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002  # overrides
        plain = self._call.dial(host, port)
        if self._implicit is None:
            return plain
        self.sock = self._implicit.wrap_socket(plain, server_hostname=host)
        self.bind()
        return self.sock

    def bind(self) -> None:
        """Put a socket that TLS has just been laid over under the call's limits."""
        cast("BoundedTlsSocket", self.sock).call = self._call
