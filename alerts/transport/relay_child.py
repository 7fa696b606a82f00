"""The process that hands one message to one address of Apprise, and says what came of it.

It reads one JSON object, and writes `{}` for a message that was taken, `{"status"}` with the HTTP
status of a refusal where Apprise tells one, or `{"stage", "detail"}` as in a Failure.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from contextlib import redirect_stdout
from typing import Any

from alerts.transport.roles import FailureStage
from core.addresses import AddressPolicy
from core.errors import AddressRefusedError

_STATUS = re.compile(r"\berror=([3-5]\d\d)\b")
_FORBIDDEN = frozenset(
    {"os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen"}
)
_WRITING = frozenset({"http.client.send", "smtplib.send"})
_NO_CONNECTION = re.compile("connection error", re.IGNORECASE)
_CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


def main() -> None:
    request = json.load(sys.stdin)
    out = sys.stdout
    with redirect_stdout(sys.stderr):  # a plugin that prints must not spoil the answer
        answer = handed_over(request)
    out.write(json.dumps(answer))


def handed_over(request: dict[str, Any]) -> dict[str, Any]:
    try:
        from apprise import Apprise, AppriseAsset, NotifyFormat  # noqa: PLC0415  # it is optional
    except ImportError:
        return _failure(FailureStage.UNSUPPORTED, "pip install 'siaga[apprise]' brings it")
    warden = Warden(AddressPolicy.of(request["allowed"]))
    sys.addaudithook(warden.watch)
    logging.getLogger("apprise").addHandler(warden)
    asset = AppriseAsset(async_mode=False, secure_logging=True, http_redirects=False)
    plugin = Apprise.instantiate(request["url"], asset=asset)
    if plugin is None:
        return _failure(FailureStage.UNSUPPORTED, "it does not understand this address")
    plugin.redirects, plugin.retry = False, 0  # whatever the address says
    if len(plugin) != 1:
        return _failure(
            FailureStage.UNSUPPORTED,
            f"this address has {len(plugin)} receivers: give each a channel of its own",
        )
    service = Apprise(asset=asset)
    service.add(plugin)
    taken = service.notify(
        title=request["title"],
        body=request["text"],
        body_format=NotifyFormat.TEXT,
        interpret_escapes=False,
    )
    return {} if taken else warden.verdict()


class Warden(logging.Handler):
    """Refuses what a plugin must not do, and remembers how far it came.

    Audit hooks see every connection whichever library makes it, with the address that is dialled.
    """

    def __init__(self, policy: AddressPolicy) -> None:
        super().__init__()
        self._policy = policy
        self._refusal: str | None = None
        self._connected = False
        self._written = False
        self._failed_to_connect = False
        self._status: int | None = None

    def watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit hook: raises AddressRefusedError to prevent what it is told of."""
        if event in _FORBIDDEN:
            self._refuse(AddressRefusedError("apprise", event, "plugins start no programs"))
        if event in _CONNECTING:
            self._check(arguments[1])
            self._connected = True
        self._written |= event in _WRITING

    def _check(self, address: Any) -> None:
        if address is None:
            return  # to where it is connected already
        if not isinstance(address, tuple):
            self._refuse(AddressRefusedError("apprise", "a socket", "it is none of the network"))
        try:
            self._policy.check(str(address[0]), str(address[0]))
        except AddressRefusedError as error:
            self._refuse(error)
        except ValueError:
            self._refuse(AddressRefusedError("apprise", "a name", "it was not resolved"))

    def _refuse(self, error: AddressRefusedError) -> None:
        self._refusal = str(error)
        raise error

    def emit(self, record: logging.LogRecord) -> None:
        """Take note of the trouble that a plugin logs; of its words nothing is kept."""
        words = record.getMessage()
        found = _STATUS.search(words)
        if found is not None:
            self._status = int(found[1])
        self._failed_to_connect |= _NO_CONNECTION.search(words) is not None and not self._written

    def verdict(self) -> dict[str, Any]:
        """Why the message was not taken, as far as can be told."""
        if self._refusal is not None:
            return _failure(FailureStage.REFUSED, self._refusal)
        if self._status is not None:
            return {"status": self._status}
        if self._connected and not self._failed_to_connect:
            return _failure(FailureStage.SENT, "it was not taken, or the answer was lost")
        return _failure(FailureStage.UNSENT, "no connection was made")


def _failure(stage: FailureStage, detail: str) -> dict[str, Any]:
    return {"stage": stage, "detail": detail}


if __name__ == "__main__":
    main()
