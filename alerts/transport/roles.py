"""The ways out that channels are given: roles and plain data, so that a channel needs no network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from core.addresses import AddressPolicy
    from core.clock import Clock


class FailureStage(StrEnum):
    """How far a call had come when it failed without an answer."""

    REFUSED = "refused"
    """The address may not be dialled."""
    UNTRUSTED = "untrusted"
    """The certificate could not be verified."""
    UNSUPPORTED = "unsupported"
    """The server cannot do what the config asks for."""
    UNSENT = "unsent"
    """The message had not left, or not whole."""
    SENT = "sent"
    """The message may have arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A call without an answer; `detail` names the host at most, never a path or a password."""

    stage: FailureStage
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP answer; `body` is its beginning, and empty for a 2xx unless it was asked for."""

    status: int
    body: bytes = b""
    retry_after: timedelta | None = None

    @property
    def data(self) -> Mapping[str, Any]:
        """The body as a JSON object; an empty one for any other body."""
        try:
            data = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}


Method = Literal["POST", "PATCH", "GET"]


class Poster(Protocol):
    """Posts over HTTP. Safe to share between threads.

    Follows no redirect, knows no proxy, checks every address that it dials, takes a bounded time
    whatever the server does, and never raises for what a server does. The body of a 2xx is read only
    with `read_answer`: a message that was taken need not wait for what else a server has to say.
    """

    def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        policy: AddressPolicy,
        method: Method = "POST",
        read_answer: bool = False,
    ) -> Reply | Failure: ...


class Tls(StrEnum):
    """How the connection to a mail server is protected."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in."""

    host: str
    port: int
    tls: Tls
    username: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port}, {self.tls})"


class SmtpStep(StrEnum):
    """The step of a mail dialogue, in the words of an error."""

    GREETING = "the greeting"
    SECURING = "STARTTLS"
    LOGIN = "the log-in"
    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    MESSAGE = "the message"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpReply:
    """The last word of a mail server: the code that refused, or the one that took the message."""

    step: SmtpStep
    code: int
    text: str = ""


class Mailer(Protocol):
    """Hands one message for one recipient to a mail server. Threads, time, errors: as a Poster.

    `log_in` goes as far as the log-in only, which is left out where there is no user name.
    """

    def log_in(
        self, server: MailServer, sender: str, *, policy: AddressPolicy
    ) -> SmtpReply | Failure: ...

    def submit(
        self,
        server: MailServer,
        sender: str,
        recipient: str,
        message: bytes,
        *,
        policy: AddressPolicy,
    ) -> SmtpReply | Failure: ...


class Relay(Protocol):
    """Hands one message to one address of the library Apprise. Threads, time, errors: as a Poster.

    A Reply has the HTTP status where the library tells it, else 200 for a message that was taken.
    """

    def relay(
        self, url: str, title: str, text: str, *, policy: AddressPolicy
    ) -> Reply | Failure: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """Every way out, as a channel is given them."""

    http: Poster
    mail: Mailer
    relay: Relay
    out: TextIO
    clock: Clock
