"""What became of one try to deliver a message, by what the peer said. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from alerts.transport.roles import FailureStage, SmtpStep
from core.text import clean_line

if TYPE_CHECKING:
    from alerts.transport.roles import Failure, Reply, SmtpReply

LONGEST_DETAIL = 200
"""What people are shown of a detail, once it holds no secret."""
_LONGEST_WORDS = 2_000
_PASSING_STATUSES = frozenset({408, 425})
_CHANNEL_STATUSES = frozenset({401, 403, 407})
_LOGIN_CODES = frozenset({530, 534, 535, 538})
_TOO_LARGE_CODES = frozenset({552, 523})
_FULL_MAILBOX = "5.2.2"
_ABOUT_CONTENT = ("5.2.3", "5.3.4", "5.6.")  # RFC 3463: too large, or of a kind that is not taken
LONGEST_REST = timedelta(days=7)


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
    PAYLOAD = "payload"
    """The peer cannot take the message in this form; a plainer one may do."""
    CHANNEL = "channel"
    """The whole channel is set up wrongly; every message would fail."""
    GONE = "gone"
    """The receiver asks that nothing be sent any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one try. `detail` is one line for people; what calls a channel takes secrets out of it.

    `peer_id` is what the peer calls a message that it has accepted, where the channel is Editable.
    """

    kind: OutcomeKind
    detail: str = ""
    retry_after: timedelta | None = None
    peer_id: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "detail", clean_line(self.detail, _LONGEST_WORDS))


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


def reclassified(
    outcome: Outcome, kind: OutcomeKind | None, *, retry_after: timedelta | None = None
) -> Outcome:
    """The outcome as what the peer said besides its status makes it; unchanged where it said nothing."""
    rests = [rest for rest in (outcome.retry_after, retry_after) if rest is not None]
    return replace(outcome, kind=kind or outcome.kind, retry_after=max(rests, default=None))


def rest_of(seconds: object) -> timedelta | None:
    """The wait that a peer asks for in its JSON, a week at most; None for what is no number."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or math.isnan(seconds):
        return None
    return timedelta(seconds=min(max(seconds, 0), LONGEST_REST.total_seconds()))


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
    said = clean_line(reply.body[:1000].decode("utf-8", "replace"))
    return f"HTTP {reply.status}: {said}" if said else f"HTTP {reply.status}"


def of_smtp_reply(reply: SmtpReply) -> Outcome:
    """The outcome of a mail server's last word.

    4yz passes; 5yz is about the message, its form, or the channel.
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
    if _is_about_content(reply):
        return OutcomeKind.PAYLOAD
    about_message = reply.step in (SmtpStep.RECIPIENT, SmtpStep.MESSAGE)
    if about_message or reply.code in _TOO_LARGE_CODES:
        return OutcomeKind.PERMANENT
    return OutcomeKind.CHANNEL


def _is_about_content(reply: SmtpReply) -> bool:
    if reply.text.startswith(_ABOUT_CONTENT):
        return True
    return reply.code in _TOO_LARGE_CODES and not reply.text.startswith(_FULL_MAILBOX)
