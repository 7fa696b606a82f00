"""What became of one try to deliver a message, by what the peer said. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from alerts.transport import FailureStage, SmtpStep
from core.text import clean_line, excerpt

if TYPE_CHECKING:
    from datetime import timedelta

    from alerts.transport import Failure, Reply, SmtpReply

_DETAIL_LIMIT = 300
_PASSING_STATUSES = frozenset({408, 425})
_CHANNEL_STATUSES = frozenset({401, 403, 407})
_LOGIN_CODES = frozenset({530, 534, 535, 538})
_TOO_LARGE_CODES = frozenset({552, 523})


class OutcomeKind(StrEnum):
    """The classes that the retry policy tells apart."""

    ACCEPTED = "accepted"
    TRANSIENT = "transient"
    """Known not to have been accepted; another try may do."""
    THROTTLED = "throttled"
    """Not accepted, because there was too much."""
    AMBIGUOUS = "ambiguous"
    """May have been accepted: the answer was lost."""
    PERMANENT = "permanent"
    """This message will never be accepted."""
    CHANNEL = "channel"
    """The whole channel is set up wrongly; every message would fail."""
    GONE = "gone"
    """The receiver asks that nothing be sent any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one try. `detail` is one line for people, and holds no secret."""

    kind: OutcomeKind
    detail: str = ""
    retry_after: timedelta | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "detail", excerpt(clean_line(self.detail), _DETAIL_LIMIT))


ACCEPTED = Outcome(kind=OutcomeKind.ACCEPTED)

_BY_STAGE = {
    FailureStage.REFUSED: OutcomeKind.CHANNEL,
    FailureStage.UNTRUSTED: OutcomeKind.CHANNEL,
    FailureStage.UNSUPPORTED: OutcomeKind.CHANNEL,
    FailureStage.UNSENT: OutcomeKind.TRANSIENT,
    FailureStage.SENT: OutcomeKind.AMBIGUOUS,
}


def of_failure(failure: Failure) -> Outcome:
    """The outcome of a call that brought no answer."""
    return Outcome(kind=_BY_STAGE[failure.stage], detail=failure.detail)


def of_reply(reply: Reply) -> Outcome:
    """The outcome that an HTTP status stands for, where a channel knows nothing better."""
    return Outcome(
        kind=_kind_of_status(reply), detail=_words_of(reply), retry_after=reply.retry_after
    )


def _kind_of_status(reply: Reply) -> OutcomeKind:
    status = reply.status
    if 200 <= status < 300:
        return OutcomeKind.ACCEPTED
    if 300 <= status < 400 or status in _CHANNEL_STATUSES:
        return OutcomeKind.CHANNEL
    if status == 410:
        return OutcomeKind.GONE
    if status == 429 or (status == 503 and reply.retry_after is not None):
        return OutcomeKind.THROTTLED
    if status >= 500 or status in _PASSING_STATUSES:
        return OutcomeKind.TRANSIENT
    return OutcomeKind.PERMANENT


def _words_of(reply: Reply) -> str:
    if 300 <= reply.status < 400:
        return f"HTTP {reply.status}: a redirect, which is never followed: write the final address"
    said = excerpt(clean_line(reply.body[:1000].decode("utf-8", "replace")), 120)
    return f"HTTP {reply.status}: {said}" if said else f"HTTP {reply.status}"


def of_smtp_reply(reply: SmtpReply) -> Outcome:
    """The outcome of a mail server's last word.

    4yz passes; 5yz is about the message, or about the channel.
    What is refused before a recipient is named (the log-in, the sender) would be refused for every
    message, unless it is the size of this one.
    """
    return Outcome(
        kind=_kind_of_code(reply), detail=f"SMTP {reply.code} at {reply.step}: {reply.text}"
    )


def _kind_of_code(reply: SmtpReply) -> OutcomeKind:
    if 200 <= reply.code < 300:
        return OutcomeKind.ACCEPTED
    if reply.code in _LOGIN_CODES:
        return OutcomeKind.CHANNEL
    if not 500 <= reply.code < 600:
        return OutcomeKind.TRANSIENT
    about_message = reply.step in (SmtpStep.RECIPIENT, SmtpStep.MESSAGE)
    if about_message or reply.code in _TOO_LARGE_CODES:
        return OutcomeKind.PERMANENT
    return OutcomeKind.CHANNEL
