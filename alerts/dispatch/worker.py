"""The thread that sends for one channel: claim, send, record, one delivery after another."""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.channel import Editable, Threaded, describe_bug, edit, reply, send
from alerts.outbox.lines import Way
from alerts.outbox.outbox import Outbox
from alerts.outbox.retry import State
from alerts.outcome import LONGEST_REST
from core.database import open_database
from core.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta
    from pathlib import Path

    from alerts.channel import Channel, ChannelConfig
    from alerts.dispatch.disk import DiskRoom
    from alerts.outbox.lines import Claim, Line
    from alerts.outbox.retry import Verdict
    from alerts.outcome import Outcome
    from core.clock import Clock

_TROUBLE_SECONDS = 1.0
_LONGEST_TROUBLE_SECONDS = 30.0
_log = logging.getLogger("siaga.alerts")
_LEVELS = {State.SENT: logging.INFO, State.RETRY: logging.WARNING, State.DEAD: logging.ERROR}


@dataclass(frozen=True, slots=True)
class _Held:
    """What a thread is sending, and since when (monotonic seconds)."""

    claim: Claim
    since: float


class Rest:
    """For how long a channel's peer asked for a rest, known to its threads before it can be recorded.

    The transaction that records it may have to wait for its turn behind others that would claim.
    """

    def __init__(self) -> None:
        self._until: datetime | None = None

    def ask(self, span: timedelta, now: datetime) -> None:
        self._until = now + span

    def holds(self, now: datetime) -> bool:
        """Whether the rest lasts; one that is longer than it can have been asked for is not believed."""
        until = self._until
        return until is not None and now < until <= now + LONGEST_REST


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
        room: DiskRoom,
        rest: Rest,
        ending: threading.Event,
    ) -> None:
        """`ending` is set when the process ends, and not where only the config of the channel changes."""
        super().__init__(name=f"alerts-{line.name}", daemon=True)
        self._database = database
        self._line = line
        self._config = config
        self._channel = channel
        self._clock = clock
        self._jitter = jitter
        self._poll_seconds = poll.total_seconds()
        self._room = room
        self._rest = rest
        self._ending = ending
        self._held: _Held | None = None
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

    def overdue(self, lease_seconds: float) -> Claim | None:
        """The claim with which this thread has been busy for longer than its lease, if it is."""
        held = self._held
        if held is None or self._clock.monotonic() - held.since < lease_seconds:
            return None
        return held.claim

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
        if not self._room.enough or self._rest.holds(now):
            return None
        if not outbox.has_due(self._line, now):
            return None
        return outbox.claim(self._line, now)

    def _deliver(self, outbox: Outbox, claim: Claim) -> None:
        self._held = _Held(claim, self._clock.monotonic())
        outcome = self._send(claim)
        self._held = None
        if outcome.retry_after is not None:
            self._rest.ask(outcome.retry_after, self._clock.now())
        verdict = self._record(outbox, claim, outcome)
        if verdict is not None:
            self._tell(claim, outcome, verdict)

    def _send(self, claim: Claim) -> Outcome:
        config, channel = self._config, self._channel
        if claim.way is Way.EDIT and isinstance(channel, Editable):
            return edit(config, channel, claim.target, claim.payload, claim.envelope)
        if claim.way is Way.REPLY and isinstance(channel, Threaded):
            return reply(config, channel, claim.target, claim.payload, claim.envelope)
        return send(config, channel, claim.payload, claim.envelope)

    def _record(self, outbox: Outbox, claim: Claim, outcome: Outcome) -> Verdict | None:
        """Record an outcome, however long the disk is full or the database locked.

        The outcome is remembered and only its recording is tried again: sending again what was accepted
        would repeat it for as long as the trouble lasts. A thread that is stopped goes on trying: nobody
        else knows of the claim, until the next start finds it.
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
            if self._ending.wait(wait):
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
