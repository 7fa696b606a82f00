"""One conversation with a peer: only addresses that may be dialled, and a bounded time for all of it."""

from __future__ import annotations

import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import ReadableBuffer, WriteableBuffer

    from core.addresses import AddressPolicy

_MOST_RECEIVED = 2**20
_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (ConnectionRefusedError, "the connection was refused"),
    (ConnectionResetError, "the connection was reset"),
    (BrokenPipeError, "the connection was closed"),
    (TimeoutError, "no answer in time"),
    (socket.gaierror, "the name cannot be resolved"),
    (ssl.SSLError, "TLS failed"),
)


class Call:
    """One conversation. `written` says whether anything but a TLS handshake has been sent.

    Resolving the name is bounded by the resolver's own limits; everything after it by `seconds`.
    """

    def __init__(self, policy: AddressPolicy, seconds: float) -> None:
        self._policy = policy
        self._ends = time.monotonic() + seconds
        self._received = 0
        self.written = False

    def left(self) -> float:
        """The seconds that are left; raises TimeoutError when none are."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the call took too long")
        return left

    def count(self, received: int) -> None:
        """Take note of bytes that came; raises OSError when they are more than any answer needs."""
        self._received += received
        if self._received > _MOST_RECEIVED:
            raise OSError("the answer is too long")

    def dial(self, host: str, port: int) -> BoundedSocket:
        """A connection to the first of the host's addresses that answers.

        Every address is checked before any is dialled, and what was checked is what is dialled. Raises
        AddressRefusedError when one of them is not allowed, OSError when none answers.
        """
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for *_, address in found:
            self._policy.check(host, str(address[0]))
        error: OSError = OSError("the name has no address")
        for index, (family, _, protocol, _, address) in enumerate(found):
            try:
                return self._connect(family, protocol, address, self.left() / (len(found) - index))
            except OSError as this:
                error = this
        raise error

    def _connect(
        self, family: int, protocol: int, address: Any, seconds: float
    ) -> BoundedSocket:  # of any family
        connection = BoundedSocket(family, socket.SOCK_STREAM, protocol)
        try:
            connection.settimeout(seconds)
            connection.connect(address)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(self.left())
        except BaseException:
            connection.close()
            raise
        connection.call = self
        return connection


class BoundedSocket(socket.socket):
    """A socket whose every operation ends with its call, however slowly the peer drips."""

    call: Call | None = None

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        self._bound()
        received = super().recv_into(buffer, nbytes or 0, flags)
        if self.call is not None:
            self.call.count(received)
        return received

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        self._bound(writing=True)
        return super().send(data, flags)

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        self._bound(writing=True)
        return super().sendall(data, flags)

    def _bound(self, *, writing: bool = False) -> None:
        if self.call is not None:
            self.settimeout(self.call.left())
            self.call.written |= writing


class BoundedTlsSocket(BoundedSocket, ssl.SSLSocket):
    """The same over TLS; its handshake is bounded by the timeout of the socket that it is put over."""


def tls_context() -> ssl.SSLContext:
    """Verifies certificate and name, and makes sockets that can be bound to a call."""
    context = ssl.create_default_context()
    context.sslsocket_class = BoundedTlsSocket
    return context


def in_words(error: BaseException) -> str:
    """What failed, in a few words that name no address."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not valid: {cause.verify_message}"
        for kind, words in _WORDS:
            if isinstance(cause, kind):
                return words
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
    return "the connection was lost"


def is_untrusted(error: BaseException) -> bool:
    """Whether a certificate that could not be verified is behind the error."""
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes(error))


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from, wrapped errors included, innermost first."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = _wrapped_in(current)
    yield from reversed(chain)


def _wrapped_in(error: BaseException) -> BaseException | None:
    """urllib3 and requests put the cause into `reason` or the first argument, others into the chain."""
    inside = (getattr(error, "reason", None), *error.args[:1], error.__cause__, error.__context__)
    return next((one for one in inside if isinstance(one, BaseException)), None)
