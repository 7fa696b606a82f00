"""The ntfy channel: notifications on telephones, published as JSON. https://docs.ntfy.sh/publish/"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from alerts.addresses import WebAddress  # noqa: TC001  # pydantic reads it at run time
from alerts.channel import ChannelConfig
from alerts.outcome import Outcome, OutcomeKind, of_failure, of_reply, reclassified
from alerts.render import picture, plain
from alerts.transport.roles import Reply
from alerts.wording import (
    as_json,
    cost_of_unlinked,
    fit,
    footer,
    lines_of,
    unlinked,
    utf8_bytes,
    with_links,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.channel import Channel, Envelope
    from alerts.notice import Message
    from alerts.render import Picture
    from alerts.transport.roles import Transport

_TITLE_LIMIT = 250
_MESSAGE_LIMIT = 3500  # in bytes; beyond 4,096 ntfy makes an attachment of it
_DEFAULT_PRIORITY = 3
_TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
_ABOUT_TOPIC = (40009, 40010)  # invalid, disallowed


def _topic_address(secret: SecretStr) -> SecretStr:
    parts = urlsplit(secret.get_secret_value())
    if parts.query or parts.fragment or not _TOPIC.fullmatch(parts.path.rpartition("/")[2]):
        raise ValueError("this address must end in a topic: https://ntfy.sh/topik-redaksi")
    return secret


class NtfyConfig(ChannelConfig):
    """`url` is that of a topic; who knows it can read and write there, unless the server wants a log-in."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "type": "ntfy",
        "url": "https://ntfy.example/siaga-a1b2c3d4",
        "token": "tk_abcdefghijklmnop",
    }

    type: Literal["ntfy"]
    url: Annotated[WebAddress, AfterValidator(_topic_address)]
    token: SecretStr | None = None
    username: str | None = None
    password: SecretStr | None = None
    priority: Annotated[int, Field(ge=1, le=5)] = _DEFAULT_PRIORITY

    @model_validator(mode="after")
    def _one_log_in(self) -> Self:
        if (self.username is None) is not (self.password is None):
            raise ValueError("username and password are needed both, or neither")
        if self.token is not None and self.username is not None:
            raise ValueError("token and username are both given: leave one out")
        return self

    def secret_parts(self) -> set[str]:
        return super().secret_parts() | ({self._basic()} if self.password else set())

    def authorization(self) -> dict[str, str]:
        """The header of the log-in, where there is one."""
        if self.token is not None:
            return {"Authorization": f"Bearer {self.token.get_secret_value()}"}
        return {"Authorization": f"Basic {self._basic()}"} if self.password is not None else {}

    def _basic(self) -> str:
        password = self.password.get_secret_value() if self.password is not None else ""
        return base64.b64encode(f"{self.username}:{password}".encode()).decode()

    def channel(self, transport: Transport) -> Channel:
        return Ntfy(self, transport)


class Ntfy:
    """Publishes an alert, and can publish another version in its place.

    The message's id is its sequence id, so that a telephone shows a repeat as an update of the first.
    """

    def __init__(self, config: NtfyConfig, transport: Transport) -> None:
        self._config = config
        self._transport = transport
        server, _, self._topic = config.url.get_secret_value().rpartition("/")
        self._server = f"{server}/"

    def render(self, message: Message, envelope: Envelope) -> bytes:
        shown = picture(message, envelope.zone)
        title = unlinked(fit(shown.title_text or "(tanpa judul)", _TITLE_LIMIT))
        return self._payload(shown, envelope, {"title": title, "message": _message(shown)})

    def render_text(self, text: str, message: Message, envelope: Envelope) -> bytes:
        shown = picture(message, envelope.zone)
        cost = cost_of_unlinked(utf8_bytes)
        words = with_links(lines_of(text), shown.links, _MESSAGE_LIMIT, inert=unlinked, cost=cost)
        return self._payload(shown, envelope, {"message": words})

    def _payload(self, shown: Picture, envelope: Envelope, said: Mapping[str, str]) -> bytes:
        click = {"click": shown.link} if shown.link is not None else {}
        priority = {"priority": self._config.priority}
        return as_json({**said, **click, **priority, "sequence_id": envelope.message_id})

    def send(self, payload: bytes, envelope: Envelope) -> Outcome:
        return self._publish(payload, envelope.message_id)

    def edit(self, peer_id: str, payload: bytes, envelope: Envelope) -> Outcome:  # noqa: ARG002  # the role has it
        return self._publish(payload, peer_id)

    def _publish(self, payload: bytes, sequence_id: str) -> Outcome:
        answer = self._transport.http.post(
            self._server,
            as_json({"topic": self._topic, **json.loads(payload), "sequence_id": sequence_id}),
            {
                "Content-Type": "application/json",
                "User-Agent": "Siaga",
                **self._config.authorization(),
            },
            policy=self._config.policy,
        )
        return _outcome(answer, sequence_id) if isinstance(answer, Reply) else of_failure(answer)


def _outcome(reply: Reply, sequence_id: str) -> Outcome:
    outcome = of_reply(reply)
    if outcome.kind is OutcomeKind.ACCEPTED:
        return Outcome(kind=OutcomeKind.ACCEPTED, peer_id=sequence_id)
    return reclassified(outcome, _kind_of(reply.status, reply.data.get("code")))


def _kind_of(status: int, code: object) -> OutcomeKind | None:
    if status == 404 or code in _ABOUT_TOPIC:
        return OutcomeKind.CHANNEL
    return OutcomeKind.PAYLOAD if status in (400, 413) else None


def _message(shown: Picture) -> str:
    facts = " · ".join(filter(None, (shown.site, shown.published)))
    blocks = (plain(shown.snippet), "\n".join([facts, *footer(shown)]))
    text = unlinked("\n\n".join(block for block in blocks if block.strip()))
    return fit(text, _MESSAGE_LIMIT, size=utf8_bytes)
