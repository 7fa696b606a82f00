"""The Discord channel, over a webhook.

What an article says stands in an embed, every character that could be markup escaped, and no mention
is parsed. https://docs.discord.com/developers/resources/webhook
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from urllib.parse import urlsplit, urlunsplit

from alerts.addresses import WebAddress  # noqa: TC001  # pydantic reads it at run time
from alerts.channel import ChannelConfig
from alerts.outcome import Outcome, OutcomeKind, of_failure, of_reply, reclassified, rest_of
from alerts.render import picture, shorten
from alerts.transport.roles import Reply
from alerts.wording import as_json, fit, footer, lines_of, utf16_units, with_links

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alerts.channel import Channel, Envelope
    from alerts.notice import Message
    from alerts.render import Picture, Segment
    from alerts.transport.roles import Method, Transport

_CONTENT_LIMIT = 2000
_TITLE_LIMIT = 256
_NAME_LIMIT = 256
_FOOTER_LIMIT = 1000
_SNIPPET_LIMIT = (
    1000  # twice as long with every character escaped, and four more for each mark: < 4,096
)
_COLOUR = 0xB3261E
_MARKUP = re.compile(r"[!-/:-@\[-`{-~]")  # the backslash takes the meaning from any of these
_HARMLESS = frozenset("!\"$%&',;?=")
_ID = re.compile(r"\d{1,24}")

_GONE_WEBHOOK = (10003, 10015, 50027)  # unknown channel, unknown webhook, invalid webhook token
_GONE_MESSAGE = (10008, 50005)
_HEADERS = {"Content-Type": "application/json", "User-Agent": "Siaga"}


class DiscordConfig(ChannelConfig):
    """`url` is that of a webhook, which belongs to one channel of a server."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "type": "discord",
        "url": "https://discord.example/api/webhooks/1100000000000000000/abcdefghijklmnop",
    }

    type: Literal["discord"]
    url: WebAddress

    def channel(self, transport: Transport) -> Channel:
        return Discord(self, transport)


class Discord:
    """Posts an alert as an embed, and can edit it."""

    def __init__(self, config: DiscordConfig, transport: Transport) -> None:
        self._config = config
        self._transport = transport

    def render(self, message: Message, envelope: Envelope) -> bytes:
        shown = picture(message, envelope.zone)
        return as_json({"embeds": [_embed(shown)], **_QUIET})

    def render_text(self, text: str, message: Message, envelope: Envelope) -> bytes:
        links = picture(message, envelope.zone).links
        return as_json({"content": _content(lines_of(text), links), **_QUIET})

    def send(self, payload: bytes, envelope: Envelope) -> Outcome:  # noqa: ARG002  # the role has it
        # Without `wait` Discord answers before it has looked at the message.
        return self._post(_with_query(self._config.url.get_secret_value(), "wait=true"), payload)

    def edit(self, peer_id: str, payload: bytes, envelope: Envelope) -> Outcome:  # noqa: ARG002  # as above
        address = urlsplit(self._config.url.get_secret_value())
        path = f"{address.path.rstrip('/')}/messages/{peer_id}"
        return self._post(urlunsplit(address._replace(path=path)), payload, "PATCH")

    def _post(self, url: str, payload: bytes, method: Method = "POST") -> Outcome:
        answer = self._transport.http.post(
            url, payload, _HEADERS, policy=self._config.policy, method=method, read_answer=True
        )
        return _outcome(answer) if isinstance(answer, Reply) else of_failure(answer)


_QUIET: Mapping[str, Any] = {"allowed_mentions": {"parse": []}}


def _with_query(url: str, query: str) -> str:
    address = urlsplit(url)
    return urlunsplit(address._replace(query="&".join(filter(None, (address.query, query)))))


def _outcome(reply: Reply) -> Outcome:
    """What Discord's own code says, else its status."""
    outcome = of_reply(reply)
    if outcome.kind is OutcomeKind.ACCEPTED:
        identity = str(reply.data.get("id", ""))
        return _accepted(identity) if _ID.fullmatch(identity) else outcome
    return reclassified(
        outcome,
        _kind_of(reply.status, reply.data.get("code")),
        retry_after=rest_of(reply.data.get("retry_after")),
    )


def _accepted(identity: str) -> Outcome:
    return Outcome(kind=OutcomeKind.ACCEPTED, peer_id=identity)


def _kind_of(status: int, code: object) -> OutcomeKind | None:
    if status in (400, 401, 403, 404) and code in _GONE_WEBHOOK:
        return OutcomeKind.CHANNEL
    if status == 404:
        return OutcomeKind.PERMANENT if code in _GONE_MESSAGE else OutcomeKind.CHANNEL
    return OutcomeKind.PAYLOAD if status in (400, 413, 422) else None


def _embed(shown: Picture) -> dict[str, Any]:
    facts = " · ".join(filter(None, (shown.site, shown.published)))
    return {
        "author": {"name": fit(facts, _NAME_LIMIT, size=utf16_units)},
        "title": _escaped(shown.title_text or "(tanpa judul)", _TITLE_LIMIT),
        **({"url": shown.link} if shown.link is not None else {}),
        "description": _description(shorten(shown.snippet, _SNIPPET_LIMIT)),
        "color": _COLOUR,
        "footer": {"text": fit("\n".join(footer(shown)), _FOOTER_LIMIT, size=utf16_units)},
    }


def _description(parts: Sequence[Segment]) -> str:
    escaped = ((_escape_all(part.text), part.marked) for part in parts)
    return "".join(f"**{text}**" if marked else text for text, marked in escaped)


def _content(text: str, links: tuple[str, ...]) -> str:
    """Escaped lines; an article's own address stands in angle brackets, which keep its preview away."""
    return with_links(
        text,
        links,
        _CONTENT_LIMIT,
        inert=_escape_all,
        cost=lambda character: utf16_units(_escape(character)),
        frame=lambda address: f"<{address}>",
    )


def _escape(character: str) -> str:
    is_markup = _MARKUP.match(character) and character not in _HARMLESS
    return f"\\{character}" if is_markup else character


def _escape_all(text: str) -> str:
    return "".join(map(_escape, text))


def _escaped(text: str, limit: int) -> str:
    return fit(text, limit, escape=_escape, size=utf16_units)
