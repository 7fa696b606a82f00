"""Posting over HTTP with requests: no redirects, no proxies, checked addresses, a bounded time."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from alerts.transport.dialing import Call, in_words, is_untrusted, tls_context
from alerts.transport.roles import Failure, FailureStage, Reply
from core.errors import AddressRefusedError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping

    from urllib3.connectionpool import HTTPConnectionPool

    from alerts.transport.dialing import BoundedSocket, BoundedTlsSocket
    from alerts.transport.roles import Method
    from core.addresses import AddressPolicy
    from core.clock import Clock

CALL_SECONDS = 30.0
_MOST_BODY = 64 * 1024
_LONGEST_REST = timedelta(days=7)
_TELLTALES = ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry")


class HttpPoster:
    """The Poster of the daemon. Every post has a connection of its own.

    A kept connection that the server has closed meanwhile would make a post fail as if it might have
    arrived; alerts are too few for keeping one to pay.
    """

    def __init__(self, clock: Clock, *, seconds: float = CALL_SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds
        self._tls = tls_context()
        for name in _TELLTALES:
            logging.getLogger(name).addFilter(_tells_nothing)

    def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        policy: AddressPolicy,
        method: Method = "POST",
        read_answer: bool = False,
    ) -> Reply | Failure:
        """Post once; `Reply` whatever the status is."""
        call = Call(policy, self._seconds)
        host = urlsplit(url).hostname or "?"
        request = requests.Request(method, url, data=body, headers=_complete(headers))
        try:
            with _sent(request, _Adapter(call, self._tls), self._seconds) as response:
                return self._reply(response, read_answer=read_answer)
        except AddressRefusedError as error:
            return Failure(stage=FailureStage.REFUSED, detail=str(error))
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            # Not the error's own words: they hold the whole address.
            return Failure(stage=_stage(error, call), detail=f"{host}: {in_words(error)}")

    def _reply(self, response: requests.Response, *, read_answer: bool) -> Reply:
        asked = response.headers.get("Retry-After")
        taken = 200 <= response.status_code < 300
        return Reply(
            status=response.status_code,
            body=_beginning(response) if read_answer or not taken else b"",
            retry_after=retry_after(asked, self._clock.now()) if asked else None,
        )


def _tells_nothing(_: logging.LogRecord) -> bool:
    """urllib3 logs whole addresses, and that of a Slack webhook is a secret: nothing of it is kept."""
    return False


def _complete(headers: Mapping[str, str]) -> dict[str, str]:
    return {**headers, "Accept-Encoding": "identity", "Connection": "close"}


@contextmanager
def _sent(
    request: requests.Request, adapter: HTTPAdapter, seconds: float
) -> Iterator[requests.Response]:
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        prepared = session.prepare_request(request)
        with session.send(
            prepared, stream=True, allow_redirects=False, timeout=seconds
        ) as response:
            yield response


def _stage(error: Exception, call: Call) -> FailureStage:
    if call.written:
        return FailureStage.SENT
    return FailureStage.UNTRUSTED if is_untrusted(error) else FailureStage.UNSENT


def _beginning(response: requests.Response) -> bytes:
    """As much of an answer's body as comes in time; what it says of an error may be missing."""
    body = b""
    try:
        while len(body) < _MOST_BODY and (part := response.raw.read1(_MOST_BODY - len(body))):
            body += part
    except (HTTPError, OSError):
        return body  # the status has come, and it decides
    return body


def retry_after(text: str, now: datetime) -> timedelta | None:
    """The wait that a Retry-After header asks for: seconds, or an HTTP date; None for neither.

    A week at most: more is a mistake.
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), _LONGEST_REST.total_seconds()))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    wait = (at if at.tzinfo is not None else at.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta()), _LONGEST_REST)


class _Adapter(HTTPAdapter):
    """Gives every connection of a session to one call."""

    def __init__(self, call: Call, tls: ssl.SSLContext) -> None:
        self._call = call
        self._tls = tls
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **settings: Any) -> None:  # overrides
        super().init_poolmanager(*args, ssl_context=self._tls, **settings)

    def get_connection_with_tls_context(
        self, *args: Any, **settings: Any
    ) -> HTTPConnectionPool:  # overrides
        pool = cast("Any", super().get_connection_with_tls_context(*args, **settings))
        kind = _TlsConnection if pool.scheme == "https" else _Connection
        pool.ConnectionCls = partial(kind, call=self._call)
        return cast("HTTPConnectionPool", pool)


class _Connection(HTTPConnection):
    def __init__(self, *args: Any, call: Call, **settings: Any) -> None:  # overrides
        super().__init__(*args, **settings)
        self._call = call

    def _new_conn(self) -> BoundedSocket:
        return self._call.dial(self._dns_host, self.port)


class _TlsConnection(HTTPSConnection):
    def __init__(self, *args: Any, call: Call, **settings: Any) -> None:  # overrides
        super().__init__(*args, **settings)
        self._call = call

    def _new_conn(self) -> BoundedSocket:
        return self._call.dial(self._dns_host, self.port)

    def connect(self) -> None:
        super().connect()
        cast("BoundedTlsSocket", self.sock).call = self._call
