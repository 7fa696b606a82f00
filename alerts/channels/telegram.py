"""The Telegram channel, over a bot.

Marks and links are entities beside the text, so that Telegram parses nothing in it; what it would find
by itself (addresses, mentions, tags, commands) is broken up. https://core.telegram.org/bots/api
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, SecretStr

from alerts.addresses import WebAddress  # noqa: TC001  # pydantic reads it at run time
from alerts.channel import ChannelConfig
from alerts.outcome import Outcome, OutcomeKind, of_failure, of_reply, reclassified, rest_of
from alerts.render import Segment, picture, shorten
from alerts.transport.roles import Reply
from alerts.wording import (
    as_json,
    cost_of_unlinked,
    fit,
    footer,
    lines_of,
    unlinked,
    utf16_units,
    with_links,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alerts.channel import Channel, Envelope
    from alerts.notice import Message
    from alerts.render import Picture
    from alerts.transport.roles import Transport

_TEXT_LIMIT = 4096
_TITLE_LIMIT = 400
_FACTS_LIMIT = 200
_SNIPPET_LIMIT = 1000
_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)
_CHAT = re.compile(r"-?\d{1,20}|@[A-Za-z]\w{3,31}", re.ASCII)
_ID = re.compile(r"-?\d{1,20}")
_HEADERS = {"Content-Type": "application/json", "User-Agent": "Siaga"}

# Telegram tells its errors apart in words only.
_ABOUT_CHAT = (
    "chat not found",
    "chat_write_forbidden",
    "group chat was upgraded",
    "have no rights to send",
    "not enough rights",
    "need administrator rights",
    "peer_id_invalid",
    "topic_closed",
    "user is deactivated",
    "user not found",
)
_ABOUT_EDITED = ("message to edit not found", "message can't be edited", "message_id_invalid")
_UNCHANGED = "message is not modified"
_ELSEWHERE = Outcome(
    kind=OutcomeKind.PERMANENT, detail="the first message is not known to be in this chat"
)


def _bot_token(secret: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(secret.get_secret_value()):
        raise ValueError("this is no bot token: BotFather writes one like 123456:ABC-def")
    return secret


def _chat(chat: str) -> str:
    if not _CHAT.fullmatch(chat):
        raise ValueError(f"{chat!r} is no chat: write its number in quotes, or @name of a channel")
    return chat


class TelegramConfig(ChannelConfig):
    """`chat_id` is a person, group or channel; `url` a Bot API server of one's own."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "type": "telegram",
        "token": "110000000:AAAbcdefghijklmnop",
        "chat_id": "-1001100000000",
    }

    text_room: ClassVar[int] = 2_400

    type: Literal["telegram"]
    token: Annotated[SecretStr, AfterValidator(_bot_token)]
    chat_id: Annotated[str, AfterValidator(_chat)]
    url: WebAddress = Field(default=SecretStr("https://api.telegram.org"))

    def channel(self, transport: Transport) -> Channel:
        return Telegram(self, transport)


class Telegram:
    """Sends an alert as a text with entities, and can edit it and reply to it.

    The peer's id of a message is its chat and its number there. Earlier versions stored the number alone:
    what is told of such a message is a message of its own.
    """

    def __init__(self, config: TelegramConfig, transport: Transport) -> None:
        self._config = config
        self._transport = transport

    def render(self, message: Message, envelope: Envelope) -> bytes:
        lines = _Lines()
        _write(lines, picture(message, envelope.zone))
        return _payload(lines.text, lines.entities)

    def render_text(self, text: str, message: Message, envelope: Envelope) -> bytes:
        links = picture(message, envelope.zone).links
        cost = cost_of_unlinked(utf16_units)
        return _payload(with_links(lines_of(text), links, _TEXT_LIMIT, inert=unlinked, cost=cost))

    def send(self, payload: bytes, envelope: Envelope) -> Outcome:  # noqa: ARG002  # the role has it
        return self._call("sendMessage", payload)

    def check(self) -> Outcome:
        """https://core.telegram.org/bots/api#getchat tells of a wrong token and of a wrong chat."""
        return self._call("getChat", b"{}")

    def edit(self, peer_id: str, payload: bytes, envelope: Envelope) -> Outcome:  # noqa: ARG002  # as above
        number = self._number_here(peer_id)
        if number is None:
            return _ELSEWHERE
        return self._call("editMessageText", payload, message_id=number)

    def reply(self, peer_id: str, payload: bytes, envelope: Envelope) -> Outcome:
        number = self._number_here(peer_id)
        if number is None:
            return self.send(payload, envelope)
        first = {"message_id": number, "allow_sending_without_reply": True}
        return self._call("sendMessage", payload, reply_parameters=first)

    def _number_here(self, peer_id: str) -> int | None:
        """A message's number, if it is in the chat of the config: another chat has other messages by it."""
        chat, _, number = peer_id.rpartition(":")
        return int(number) if chat == self._config.chat_id else None

    def _call(self, method: str, payload: bytes, **settings: Any) -> Outcome:
        # The token is part of the address, so the address is told nobody.
        base = self._config.url.get_secret_value().rstrip("/")
        answer = self._transport.http.post(
            f"{base}/bot{self._config.token.get_secret_value()}/{method}",
            as_json({"chat_id": self._config.chat_id, **json.loads(payload), **settings}),
            _HEADERS,
            policy=self._config.policy,
            read_answer=True,
        )
        if not isinstance(answer, Reply):
            return of_failure(answer)
        return _outcome(answer, self._config.chat_id)


def _payload(text: str, entities: Sequence[Mapping[str, Any]] = ()) -> bytes:
    return as_json(
        {
            "text": text,
            "entities": list(entities),
            "link_preview_options": {"is_disabled": True},
        }
    )


def _outcome(reply: Reply, chat: str) -> Outcome:
    outcome = of_reply(reply)
    if outcome.kind is OutcomeKind.ACCEPTED:
        result = reply.data.get("result")
        number = str(result.get("message_id", "")) if isinstance(result, dict) else ""
        if _ID.fullmatch(number):
            return Outcome(kind=OutcomeKind.ACCEPTED, peer_id=f"{chat}:{number}")
        return outcome
    asked = reply.data.get("parameters")
    rest = rest_of(asked.get("retry_after")) if isinstance(asked, dict) else None
    return reclassified(outcome, _kind_of(reply), retry_after=rest)


def _kind_of(reply: Reply) -> OutcomeKind | None:
    """What Telegram's words say of an error; None where the status says enough."""
    words = str(reply.data.get("description", "")).lower()
    if reply.status == 404:
        return OutcomeKind.CHANNEL  # there is no such bot, or no Bot API there
    if reply.status != 400:
        return OutcomeKind.PAYLOAD if reply.status == 413 else None
    if _UNCHANGED in words:
        return OutcomeKind.ACCEPTED
    if any(part in words for part in _ABOUT_CHAT):
        return OutcomeKind.CHANNEL
    if any(part in words for part in _ABOUT_EDITED):
        return OutcomeKind.PERMANENT
    return OutcomeKind.PAYLOAD


class _Lines:
    """A text that grows, and the entities in it; Telegram counts in UTF-16."""

    def __init__(self) -> None:
        self.text = ""
        self.entities: list[dict[str, Any]] = []

    def write(self, text: str, **entity: str) -> None:
        if entity and text:
            place = {"offset": utf16_units(self.text), "length": utf16_units(text)}
            self.entities.append({**entity, **place})
        self.text += text

    def write_parts(self, parts: Sequence[Segment]) -> None:
        for part in parts:
            self.write(unlinked(part.text), **({"type": "bold"} if part.marked else {}))


def _write(lines: _Lines, shown: Picture) -> None:
    """All of it stays under the limit: a part has at most two UTF-16 units a character, broken up or not."""
    title = fit(shown.title_text or "(tanpa judul)", _TITLE_LIMIT)
    lines.write(unlinked(title), type="bold")
    facts = " · ".join(filter(None, (shown.site, shown.published)))
    lines.write(f"\n{unlinked(fit(facts, _FACTS_LIMIT))}\n\n")
    lines.write_parts(shorten(shown.snippet, _SNIPPET_LIMIT))
    if shown.link is not None:
        lines.write("\n\n")
        lines.write("Buka artikel", type="text_link", url=shown.link)
    last = "\n".join(footer(shown))
    lines.write(unlinked(f"\n\n{fit(last, _TITLE_LIMIT)}" if last else ""))
