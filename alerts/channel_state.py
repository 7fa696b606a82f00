"""Whether a channel may send now: what its last outcomes mean for all its messages. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.outcome import Outcome, OutcomeKind

_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=1)
PROBE_TIME = timedelta(minutes=2)
"""How long one probe of a paused channel keeps others from probing it too."""

_TAKEN_BY_THE_CHANNEL = (
    OutcomeKind.ACCEPTED,
    OutcomeKind.PERMANENT,
    OutcomeKind.PAYLOAD,
    OutcomeKind.THROTTLED,
)


class ChannelMode(StrEnum):
    """OPEN sends; PAUSED waits, with a probe now and then; OFF waits until its config changes."""

    OPEN = "open"
    PAUSED = "paused"
    OFF = "off"


class Admission(StrEnum):
    """Whether the next message may go."""

    OPEN = "open"
    PROBE = "one message, to see whether the channel works again"
    HELD = "the receiver asked for a rest"
    PAUSED = "paused"
    OFF = "switched off"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """What the outbox remembers of a channel. `reason` says why it is not open.

    `pauses` counts those since it last took a message; `hold_until` is what Retry-After asked for.
    """

    fingerprint: str
    mode: ChannelMode = ChannelMode.OPEN
    reason: str | None = None
    pauses: int = 0
    probe_at: datetime | None = None
    hold_until: datetime | None = None
    accepted_at: datetime | None = None

    def under(self, fingerprint: str) -> ChannelState:
        """The same state, or a fresh one when the channel's config is another by now."""
        if fingerprint == self.fingerprint:
            return self
        return ChannelState(fingerprint=fingerprint, accepted_at=self.accepted_at)

    def admit(self, now: datetime) -> Admission:
        """Whether a message may go now, or why not."""
        if self.mode is ChannelMode.OFF:
            return Admission.OFF
        if self.hold_until is not None and now < self.hold_until:
            return Admission.HELD
        if self.mode is ChannelMode.OPEN:
            return Admission.OPEN
        return (
            Admission.PROBE if self.probe_at is None or now >= self.probe_at else Admission.PAUSED
        )

    def probing(self, now: datetime) -> ChannelState:
        """While a probe is on its way."""
        return replace(self, probe_at=now + PROBE_TIME)

    def after(self, outcome: Outcome, now: datetime, *, singled_out: bool = False) -> ChannelState:
        """After this outcome of one of its messages; `singled_out`: the message alone was at fault."""
        if singled_out or outcome.kind in _TAKEN_BY_THE_CHANNEL:
            return self._open(outcome, now)
        if outcome.kind is OutcomeKind.GONE:
            return replace(self, mode=ChannelMode.OFF, reason=outcome.detail)
        if outcome.kind is OutcomeKind.CHANNEL:
            pause = min(_FIRST_PAUSE * 2 ** min(self.pauses, 10), _LONGEST_PAUSE)
            return replace(
                self,
                mode=ChannelMode.PAUSED,
                reason=outcome.detail,
                pauses=self.pauses + 1,
                probe_at=now + pause,
            )
        return self._after_failed_probe(now)

    def _open(self, outcome: Outcome, now: datetime) -> ChannelState:
        accepted = outcome.kind is OutcomeKind.ACCEPTED
        asked = [now + outcome.retry_after] if outcome.retry_after else []
        standing = [self.hold_until] if self.hold_until else []
        return ChannelState(
            fingerprint=self.fingerprint,
            hold_until=max(asked + standing, default=None),
            accepted_at=now if accepted else self.accepted_at,
        )

    def _after_failed_probe(self, now: datetime) -> ChannelState:
        """A passing failure tells nothing of the config: a paused channel stays so, and is probed again."""
        if self.mode is ChannelMode.PAUSED:
            return replace(self, probe_at=now + _FIRST_PAUSE)
        return self
