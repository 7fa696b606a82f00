"""The Apprise channel, for the services that have none of their own here; a package to be added.

https://github.com/caronc/apprise
"""

from __future__ import annotations

import importlib.util
import json
import re
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, SecretStr

from alerts.channel import ChannelConfig
from alerts.outcome import of_failure, of_reply
from alerts.render import picture
from alerts.transport.roles import Reply
from alerts.wording import around_links, as_json, fit, lines_of, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.channel import Channel, Envelope
    from alerts.notice import Message
    from alerts.outcome import Outcome
    from alerts.transport.roles import Transport

_TITLE_LIMIT = 250
_TEXT_LIMIT = 3000
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_BETWEEN_SECRETS = re.compile(r"[/?&=:@]+")
_MARKUP = re.compile(r"(?<=[@#<>&*_~`|=!\[\](){}\\:/+$.-])(?=\S)|^(?=[-*+#>\d])", re.MULTILINE)
_JOINER = "\u2060"


def _address(secret: SecretStr) -> SecretStr:
    if not _ADDRESS.fullmatch(secret.get_secret_value()):
        raise ValueError("this is no address of Apprise: it writes one like mailto://…")
    if importlib.util.find_spec("apprise") is None:
        raise ValueError("the package apprise is not installed: pip install 'siaga[apprise]'")
    return secret


class AppriseConfig(ChannelConfig):
    """`url` is one address as Apprise writes it, with one receiver: so each has a delivery of its own."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "type": "apprise",
        "url": "matrixs://siaga:rahasia@matrix.example/!ruang:matrix.example",
    }

    text_room: ClassVar[int] = 1_500

    type: Literal["apprise"]
    url: Annotated[SecretStr, AfterValidator(_address)]

    def secret_parts(self) -> set[str]:
        """Any part of such an address may be a token, the host's name too."""
        url = self.url.get_secret_value()
        _, _, rest = url.partition("://")
        return {url, *_BETWEEN_SECRETS.split(rest)}

    def channel(self, transport: Transport) -> Channel:
        return Apprise(self, transport)


class Apprise:
    """Hands an alert to Apprise as plain text."""

    def __init__(self, config: AppriseConfig, transport: Transport) -> None:
        self._config = config
        self._transport = transport

    def render(self, message: Message, envelope: Envelope) -> bytes:
        shown = picture(message, envelope.zone)
        title = shown.title_text or "(tanpa judul)"
        text = text_of(shown).removeprefix(shown.title_text).lstrip("\n")
        return _payload(_inert(fit(title, _TITLE_LIMIT)), text, shown.links)

    def render_text(self, text: str, message: Message, envelope: Envelope) -> bytes:
        return _payload("", lines_of(text), picture(message, envelope.zone).links)

    def send(self, payload: bytes, envelope: Envelope) -> Outcome:  # noqa: ARG002  # the role has it
        said = json.loads(payload)
        answer = self._transport.relay.relay(
            self._config.url.get_secret_value(),
            said["title"],
            said["text"],
            policy=self._config.policy,
        )
        return of_reply(answer) if isinstance(answer, Reply) else of_failure(answer)


def _payload(title: str, text: str, links: tuple[str, ...]) -> bytes:
    parts = around_links(fit(text, _TEXT_LIMIT), links)
    shown = (part if index % 2 else _inert(part) for index, part in enumerate(parts))
    return as_json({"title": title, "text": "".join(shown)})


def _inert(text: str) -> str:
    """Text that no service reads as markup or a mention: some of them read Markdown, some HTML.

    What each would read is not known here, so all of it is broken up.
    """
    return _MARKUP.sub(_JOINER, text)
