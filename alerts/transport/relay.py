"""Hands messages to Apprise, each in a process of its own: its many plugins are nobody's to vouch for."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from alerts.transport.roles import Failure, FailureStage, Reply
from core import children

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.addresses import AddressPolicy

CALL_SECONDS = 30.0
_ACCEPTED = 200


class AppriseRelay:
    """The Relay of the daemon."""

    def __init__(self, *, seconds: float = CALL_SECONDS) -> None:
        self._seconds = seconds

    def relay(self, url: str, title: str, text: str, *, policy: AddressPolicy) -> Reply | Failure:
        """Hand one message over; the process is killed when it takes too long."""
        request = {
            "url": url,
            "title": title,
            "text": text,
            "allowed": [str(network) for network in policy.allowed],
        }
        try:
            done = subprocess.run(  # noqa: S603  # our own module
                children.command("alerts.transport.relay_child"),
                env=children.environment(),
                input=json.dumps(request).encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # what plugins print may hold a password
                timeout=self._seconds,
                check=False,
                start_new_session=True,  # Ctrl-C is for the daemon, which finishes what it is sending
            )
        except subprocess.TimeoutExpired:
            return Failure(stage=FailureStage.SENT, detail="apprise: no answer in time")
        except OSError as error:
            return Failure(stage=FailureStage.UNSENT, detail=f"apprise: {error.strerror}")
        return _answer(done)


def _answer(done: subprocess.CompletedProcess[bytes]) -> Reply | Failure:
    try:
        said: Mapping[str, str] = json.loads(done.stdout)
    except ValueError:
        detail = f"apprise: its process ended with {done.returncode}"
        return Failure(stage=FailureStage.SENT, detail=detail)
    if "status" in said:
        return Reply(status=int(said["status"]))
    if "stage" in said:
        return Failure(stage=FailureStage(said["stage"]), detail=f"apprise: {said['detail']}")
    return Reply(status=_ACCEPTED)
