"""The thread that sends for one channel: claim, send, record, one delivery after another."""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

from alerts.channel import describe_bug, send
from alerts.outbox import Outbox
from alerts.retry import State
from core.database import open_database
from core.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta
    from pathlib import Path

    from alerts.channel import Channel, ChannelConfig
    from alerts.outbox import Claim, Line
    from alerts.outcome import Outcome
    from alerts.retry import Verdict
    from core.clock import Clock

_TROUBLE_SECONDS = 1.0
_LONGEST_TROUBLE_SECONDS = 30.0
_log = logging.getLogger("siaga.alerts")
_LEVELS = {State.SENT: logging.INFO, State.RETRY: logging.WARNING, State.DEAD: logging.ERROR}


class Worker(threading.Thread):
    """Sends what is due on one channel until it is stopped, over a database connection of its own.

    A daemon thread, so that a hung send cannot hold the exit of the program.
    """

    def __init__(
        self,
        database: Path,
        line: Line,
        config: ChannelConfig,
        channel: Channel,
        *,
        clock: Clock,
        jitter: Callable[[], float],
        poll: timedelta,
    ) -> None:
        super().__init__(name=f"alerts-{line.name}", daemon=True)
        self._database = database
        self._line = line
        self._config = config
        self._channel = channel
        self._clock = clock
        self._jitter = jitter
        self._poll_seconds = poll.total_seconds()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self.moved_at = clock.monotonic()  # the last sign of life, in monotonic seconds

    def wake(self) -> None:
        """Look for work now: something was committed."""
        self._woken.set()

    def stop(self) -> None:
        """Claim nothing more; the thread ends when what it is sending has been recorded."""
        self._stopping.set()
        self._woken.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                with closing(open_database(self._database)) as db:
                    self._serve(Outbox(db))
            except (sqlite3.Error, DatabaseError) as error:
                _log.warning("%s: the outbox cannot be used: %s", self._line.name, error)
            except Exception as error:  # noqa: BLE001  # a thread that died would hold its channel silently
                _log.error("%s: unexpected: %s", self._line.name, describe_bug(error))
            self._stopping.wait(_TROUBLE_SECONDS)

    def _serve(self, outbox: Outbox) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            while not self._stopping.is_set():
                claim = self._next(outbox)
                if claim is None:
                    break
                self._deliver(outbox, claim)
            self._woken.wait(self._poll_seconds)

    def _next(self, outbox: Outbox) -> Claim | None:
        self.moved_at = self._clock.monotonic()
        now = self._clock.now()
        return outbox.claim(self._line, now) if outbox.has_due(self._line, now) else None

    def _deliver(self, outbox: Outbox, claim: Claim) -> None:
        outcome = send(self._config, self._channel, claim.payload, claim.envelope)
        verdict = self._record(outbox, claim, outcome)
        if verdict is not None:
            self._tell(claim, outcome, verdict)

    def _record(self, outbox: Outbox, claim: Claim, outcome: Outcome) -> Verdict | None:
        """Record an outcome, however long the disk is full or the database locked.

        The outcome is remembered and only its recording is tried again: sending again what was accepted
        would repeat it for as long as the trouble lasts.
        """
        wait = _TROUBLE_SECONDS
        while True:
            try:
                return outbox.finish(
                    claim, outcome, self._line, at=self._clock.now(), jitter=self._jitter()
                )
            except sqlite3.Error as error:
                _log.warning(
                    "%s: %s was %s, which cannot be recorded yet: %s",
                    *(self._line.name, claim.envelope.message_id, outcome.kind, error),
                )
            if self._stopping.wait(wait):
                _log.error("%s will be sent again by the next start", claim.envelope.message_id)
                return None
            wait = min(2 * wait, _LONGEST_TROUBLE_SECONDS)

    def _tell(self, claim: Claim, outcome: Outcome, verdict: Verdict) -> None:
        facts = {
            "channel": self._line.name,
            "message_id": claim.envelope.message_id,
            "attempt": claim.attempt,
            "outcome": outcome.kind,
        }
        _log.log(
            _LEVELS[verdict.state],
            "%s: %s %s%s",
            self._line.name,
            claim.envelope.message_id,
            verdict.reason,
            f" ({outcome.detail})" if outcome.detail else "",
            extra=facts,
        )
