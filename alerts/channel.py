"""What every channel is: its config, and the role that it plays for the dispatcher."""

from __future__ import annotations

import hashlib
import logging
import traceback
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Annotated, Any, ClassVar, Protocol, Self, runtime_checkable
from urllib.parse import unquote, unquote_plus, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from alerts.digests.digest import Digest  # noqa: TC001  # a protocol is checked at run time
from alerts.notice import Message  # noqa: TC001  # as above
from alerts.outcome import LONGEST_DETAIL, Outcome, OutcomeKind
from alerts.policy.judging import Settings
from alerts.policy.schedule import (
    FORM_OF_A_SCHEDULE,
    FORM_OF_HOURS,
    Quiet,
    Rhythm,
    Schedule,
    read_quiet,
    read_schedule,
)
from alerts.transport.roles import Transport  # noqa: TC001  # as above
from core.addresses import AddressPolicy
from core.models import Duration, Model
from core.text import excerpt

TEXT_ROOM = 1200
"""Characters of text that every channel shows whole, whatever is escaped in it."""

_EVERYWHERE = ("0.0.0.0/0", "::/0")
_REDACTED = "•••"
_SHORTEST_SECRET = 4
_log = logging.getLogger("siaga.alerts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a message carries besides what it tells, the same at every try.

    `sent_at` is the first claim; `zone` is the reader's.
    """

    message_id: str
    recipient: str
    sent_at: datetime
    zone: tzinfo


class Renderer(Protocol):
    """The pure half of a channel: see Channel."""

    def render(self, message: Message, envelope: Envelope) -> bytes: ...


class Channel(Renderer, Protocol):
    """One way to people. The dispatcher calls it from several threads at once.

    `render` decides the whole message once, is pure, and depends on nothing but the config, the alert
    or notice, and the envelope: the bytes are frozen in the outbox and sent again as they are at every try.

    `send` makes one try. It takes a bounded time, never raises for anything that a peer does, and tells
    a message that was certainly not taken (TRANSIENT) from one that may have been (AMBIGUOUS). Its
    detail holds no secret.
    """

    def send(self, payload: bytes, envelope: Envelope) -> Outcome: ...


@runtime_checkable
class Textual(Renderer, Protocol):
    """A channel that can show any text: that of a user's template, a digest, or the plain form of a message.

    `render_text` is as pure as `render`, and its form is the plainest that the peer takes. The text has
    lines, and is shown as it is: nothing in it is markup, a mention or a link, but the article's own
    address where it stands by itself. What is too long for the peer is cut.
    """

    def render_text(self, text: str, message: Message, envelope: Envelope) -> bytes: ...


@runtime_checkable
class Digesting(Renderer, Protocol):
    """A channel with a form of its own for several alerts in one message; the others show them as text.

    What holds for `render` holds here: nothing that an article says takes effect, and what is too long
    for the peer is left out and counted.
    """

    def render_digest(self, digest: Digest, envelope: Envelope) -> bytes: ...


@runtime_checkable
class Editable(Protocol):
    """A channel whose peer can change a message that it has taken.

    Its `send` gives the peer's name of the message in the outcome (`peer_id`), where the answer had it.
    `edit` puts another payload in the message's place, under the same rules as `send`; PERMANENT
    says that the message is there no more, or can no longer be changed.
    """

    def edit(self, peer_id: str, payload: bytes, envelope: Envelope) -> Outcome: ...


@runtime_checkable
class Threaded(Protocol):
    """A channel whose peer can show a message as a reply to one that it has taken: as `edit`."""

    def reply(self, peer_id: str, payload: bytes, envelope: Envelope) -> Outcome: ...


@runtime_checkable
class Checkable(Protocol):
    """A channel whose peer says whether it knows us, while nothing is sent to anybody.

    `check` has the rules of `send`; ACCEPTED says that the peer can be reached and takes our credentials.
    """

    def check(self) -> Outcome: ...


_Times = Annotated[str, Field(pattern=FORM_OF_A_SCHEDULE)]
_Hours = Annotated[str, Field(pattern=FORM_OF_HOURS)]


class ChannelConfig(Model):
    """The config of one channel; a subclass stands in the channel's file and narrows `type` to a Literal.

    `EXAMPLE` is a config that is valid as it stands; the docs show it and the contract tests load it.
    `OTHER_EXAMPLES` are for those that have more than one way to their peer.
    """

    EXAMPLE: ClassVar[Mapping[str, Any]]
    OTHER_EXAMPLES: ClassVar[tuple[Mapping[str, Any], ...]] = ()
    give_up_after: ClassVar[timedelta] = timedelta(hours=72)
    text_room: ClassVar[int] = TEXT_ROOM
    """Characters of text that the peer shows whole, whatever is escaped in it."""

    type: str
    allow_private: bool = False
    template: str | None = None
    deliver: Annotated[Schedule, BeforeValidator(read_schedule, json_schema_input_type=_Times)] = (
        Schedule()
    )
    quiet: Annotated[Quiet, BeforeValidator(read_quiet, json_schema_input_type=_Hours)] | None = (
        None
    )
    max_per_hour: Annotated[int, Field(ge=1)] | None = None
    group_wait: Duration = timedelta()
    empty_digest: bool = False

    @model_validator(mode="after")
    def _empty_digests_have_a_time(self) -> Self:
        if self.empty_digest and self.deliver.rhythm is Rhythm.INSTANT:
            raise ValueError("empty_digest needs a time for digests: deliver: daily at 07:00")
        return self

    @property
    def settings(self) -> Settings:
        """When the channel delivers, as the policy asks for it."""
        return Settings(
            deliver=self.deliver,
            quiet=self.quiet,
            max_per_hour=self.max_per_hour,
            group_wait=self.group_wait,
        )

    @property
    def recipients(self) -> tuple[str, ...]:
        """Those to whom the channel delivers separately; ("",) where it has but one end."""
        return ("",)

    @abstractmethod
    def channel(self, transport: Transport) -> Channel:
        """The channel that this config describes."""

    @property
    def policy(self) -> AddressPolicy:
        """Which addresses the channel may dial: it dials none but its own."""
        return AddressPolicy.of(_EVERYWHERE if self.allow_private else ())

    def fingerprint(self) -> str:
        """Changes when the config does.

        It is stored, so it is 16 bits short: too few to try guesses of a password against.
        """
        parts = [self.model_dump_json(), *_secrets_in(self)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:4]

    def redact(self, text: str) -> str:
        """The text without any secret of this config, whole or in part."""
        parts = {part for part in self.secret_parts() if len(part) >= _SHORTEST_SECRET}
        for secret in sorted(parts, key=len, reverse=True):
            text = text.replace(secret, _REDACTED)
        return text

    def secret_parts(self) -> set[str]:
        """Everything that gives a secret away when it is seen; what is very short is not looked for."""
        parts: set[str] = set()
        for secret in _secrets_in(self):
            parts.add(secret)
            if "://" in secret:
                parts |= _parts_of_address(secret)
        return parts


def _parts_of_address(url: str) -> set[str]:
    """What may be secret in an address, as it is written and as a peer reads it: a token stands in either."""
    address = urlsplit(url)
    pairs = (pair.partition("=") for pair in address.query.split("&"))
    written = {
        *(address.path, *address.path.split("/")),
        *(address.query, *(value or name for name, _, value in pairs)),
    }
    return {read(part) for part in written for read in (str, unquote, unquote_plus)}


def _secrets_in(model: Model) -> Iterator[str]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
        elif isinstance(value, Model):
            yield from _secrets_in(value)


def send(config: ChannelConfig, channel: Channel, payload: bytes, envelope: Envelope) -> Outcome:
    """One try through a channel that may be wrongly written: always an outcome, never a secret in it."""
    return _shielded(config, lambda: channel.send(payload, envelope))


def edit(
    config: ChannelConfig, channel: Editable, peer_id: str, payload: bytes, envelope: Envelope
) -> Outcome:
    """As send, for a message that the peer has taken before."""
    return _shielded(config, lambda: channel.edit(peer_id, payload, envelope))


def reply(
    config: ChannelConfig, channel: Threaded, peer_id: str, payload: bytes, envelope: Envelope
) -> Outcome:
    """As send, under a message that the peer has taken before."""
    return _shielded(config, lambda: channel.reply(peer_id, payload, envelope))


def check(config: ChannelConfig, channel: Checkable) -> Outcome:
    """As send, while nothing is sent."""
    return _shielded(config, channel.check)


def _shielded(config: ChannelConfig, attempt: Callable[[], Outcome]) -> Outcome:
    try:
        outcome = attempt()
    except Exception as error:  # noqa: BLE001  # one bad channel must not end the thread that serves it
        where = describe_bug(error)
        _log.error("the %s channel failed unexpectedly: %s", config.type, where)
        return Outcome(kind=OutcomeKind.AMBIGUOUS, detail=f"the channel failed: {where}")
    # Cut afterwards: the beginning of a secret that was cut in two is not known for one.
    return replace(outcome, detail=excerpt(config.redact(outcome.detail), LONGEST_DETAIL))


def describe_bug(error: Exception) -> str:
    """Where an unexpected error came from, without its words, which may hold a secret address."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
