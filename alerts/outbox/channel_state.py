"""Whether a channel may send now: what its last outcomes mean for all its messages. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.outcome import Outcome, OutcomeKind

_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=1)
MOST_FAILURES = 5
"""Failures in a row, of different messages, after which a channel rests."""
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=30)
PROBE_TIME = timedelta(minutes=2)
"""How long one probe of a channel keeps others from probing it too."""

_TAKEN_BY_THE_CHANNEL = (
    OutcomeKind.ACCEPTED,
    OutcomeKind.PERMANENT,
    OutcomeKind.PAYLOAD,
    OutcomeKind.THROTTLED,
)


class ChannelMode(StrEnum):
    """OPEN sends; OFF waits until its config changes; the others wait, with a probe now and then.

    FAILING: its peer does not take what it should; PAUSED: the channel is set up wrongly.
    """

    OPEN = "open"
    FAILING = "failing"
    PAUSED = "paused"
    OFF = "off"


class Admission(StrEnum):
    """Whether the next message may go."""

    OPEN = "open"
    PROBE = "one message, to see whether the channel works again"
    HELD = "the receiver asked for a rest"
    RESTING = "rests after failures in a row"
    PAUSED = "paused"
    OFF = "switched off"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """What the outbox remembers of a channel. `reason` says why it is not open.

    `pauses` counts the pauses or rests since it last took a message; `hold_until` is what Retry-After
    asked for. `failures` have come in a row, of different messages; `failed` is the message of the last.
    """

    fingerprint: str
    mode: ChannelMode = ChannelMode.OPEN
    reason: str | None = None
    pauses: int = 0
    probe_at: datetime | None = None
    hold_until: datetime | None = None
    accepted_at: datetime | None = None
    failures: int = 0
    failed: str | None = None

    def under(self, fingerprint: str) -> ChannelState:
        """The same state, or a fresh one when the channel's config is another by now.

        A rest that the receiver asked for is kept: an edit of other keys must not cut it short.
        """
        if fingerprint == self.fingerprint:
            return self
        return ChannelState(
            fingerprint=fingerprint, hold_until=self.hold_until, accepted_at=self.accepted_at
        )

    def admit(self, now: datetime) -> Admission:
        """Whether a message may go now, or why not."""
        if self.mode is ChannelMode.OFF:
            return Admission.OFF
        if self.hold_until is not None and now < self.hold_until:
            return Admission.HELD
        if self.mode is ChannelMode.OPEN:
            return Admission.OPEN
        if self.probe_at is None or now >= self.probe_at:
            return Admission.PROBE
        return Admission.PAUSED if self.mode is ChannelMode.PAUSED else Admission.RESTING

    def probing(self, now: datetime) -> ChannelState:
        """While a probe is on its way."""
        return replace(self, probe_at=now + PROBE_TIME)

    @property
    def closed(self) -> bool:
        """Whether people must do something before it sends again."""
        return self.mode in (ChannelMode.PAUSED, ChannelMode.OFF)

    def after(
        self,
        outcome: Outcome,
        now: datetime,
        *,
        message: str = "",
        probe: bool = False,
        singled_out: bool = False,
    ) -> ChannelState:
        """After this outcome of one of its messages; `singled_out`: the message alone was at fault."""
        if singled_out or outcome.kind in _TAKEN_BY_THE_CHANNEL:
            return self._open(outcome, now)
        if outcome.kind is OutcomeKind.GONE:
            return replace(self, mode=ChannelMode.OFF, reason=outcome.detail)
        if outcome.kind is OutcomeKind.CHANNEL:
            return self._paused(outcome, now)
        return self._after_failure(outcome, now, message=message, probe=probe)

    def _paused(self, outcome: Outcome, now: datetime) -> ChannelState:
        pauses = self.pauses if self.mode is ChannelMode.PAUSED else 0
        pause = min(_FIRST_PAUSE * 2 ** min(pauses, 10), _LONGEST_PAUSE)
        return replace(
            self,
            mode=ChannelMode.PAUSED,
            reason=outcome.detail,
            pauses=pauses + 1,
            probe_at=now + pause,
        )

    def _open(self, outcome: Outcome, now: datetime) -> ChannelState:
        accepted = outcome.kind is OutcomeKind.ACCEPTED
        asked = [now + outcome.retry_after] if outcome.retry_after else []
        standing = [self.hold_until] if self.hold_until else []
        return ChannelState(
            fingerprint=self.fingerprint,
            hold_until=max(asked + standing, default=None),
            accepted_at=now if accepted else self.accepted_at,
        )

    def _after_failure(
        self, outcome: Outcome, now: datetime, *, message: str, probe: bool
    ) -> ChannelState:
        """A passing failure tells nothing of the config: a paused channel stays so, and is probed again.

        One message that fails again and again says nothing of the channel either: its own schedule
        spaces its tries.
        """
        if self.mode is ChannelMode.PAUSED:
            return replace(self, probe_at=now + _FIRST_PAUSE)
        if self.mode is ChannelMode.FAILING:
            return self._resting(outcome, now) if probe else self
        if message and message == self.failed:
            return self
        failed = replace(self, failures=self.failures + 1, failed=message)
        return failed if failed.failures < MOST_FAILURES else failed._resting(outcome, now)  # noqa: SLF001  # its own

    def _resting(self, outcome: Outcome, now: datetime) -> ChannelState:
        rest = min(FIRST_REST * 2 ** min(self.pauses, 10), LONGEST_REST)
        return replace(
            self,
            mode=ChannelMode.FAILING,
            reason=outcome.detail or str(outcome.kind),
            pauses=self.pauses + 1,
            probe_at=now + rest,
        )
