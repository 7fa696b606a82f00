"""The Slack channel, over an incoming webhook.

What an article says stands in plain_text and rich_text only, where Slack reads no markup at all.
https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from alerts.addresses import WebAddress  # noqa: TC001  # pydantic reads it at run time
from alerts.channel import ChannelConfig
from alerts.outcome import Outcome, OutcomeKind, of_failure, of_reply
from alerts.render import Segment, picture, shorten
from alerts.transport import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alerts.channel import Channel, Envelope
    from alerts.notice import Message
    from alerts.render import Picture
    from alerts.transport import Transport

_HEADER_LIMIT = 150
_SECTION_LIMIT = 3000
_CONTEXT_LIMIT = 1500
_SHORT_ID = 8
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_HALF_AN_ESCAPE = re.compile("&[a-z]*$")

_MESSAGE_ERRORS = frozenset(
    {
        "invalid_payload",
        "invalid_blocks",
        "no_text",
        "too_many_attachments",
        "msg_blocks_too_long",
        "msg_too_long",
    }
)
_CHANNEL_ERRORS = frozenset(
    {
        "no_service",
        "no_service_id",
        "no_active_hooks",
        "no_team",
        "team_disabled",
        "invalid_token",
        "channel_not_found",
        "channel_is_archived",
        "action_prohibited",
        "posting_to_general_channel_denied",
        "user_not_found",
    }
)
_PASSING_ERRORS = frozenset({"rollup_error"})


class SlackConfig(ChannelConfig):
    """`url` is that of an incoming webhook, which belongs to one Slack channel."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "type": "slack",
        "url": "https://hooks.slack.example/services/T0SIAGA00/B0SIAGA00/abcdefghijklmnop",
    }

    type: Literal["slack"]
    url: WebAddress

    def channel(self, transport: Transport) -> Channel:
        return Slack(self, transport)


class Slack:
    """Posts an alert as blocks."""

    def __init__(self, config: SlackConfig, transport: Transport) -> None:
        self._config = config
        self._transport = transport

    def render(self, message: Message, envelope: Envelope) -> bytes:
        shown = picture(message, envelope.zone)
        body = {
            "text": _escaped(shown.title_text, _CONTEXT_LIMIT),  # what a notification shows
            "blocks": _blocks(shown, envelope.message_id[-_SHORT_ID:]),
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")

    def send(self, payload: bytes, envelope: Envelope) -> Outcome:  # noqa: ARG002  # the role has it
        answer = self._transport.http.post(
            self._config.url.get_secret_value(),
            payload,
            {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Siaga"},
            policy=self._config.policy,
        )
        return _outcome(answer) if isinstance(answer, Reply) else of_failure(answer)


def _outcome(reply: Reply) -> Outcome:
    """The outcome that Slack's error word stands for, else that of the status."""
    outcome = of_reply(reply)
    if outcome.kind in (OutcomeKind.ACCEPTED, OutcomeKind.THROTTLED):
        return outcome
    error = reply.body.decode("ascii", "replace").strip()
    if error in _MESSAGE_ERRORS:
        return Outcome(kind=OutcomeKind.PERMANENT, detail=outcome.detail)
    if error in _CHANNEL_ERRORS:
        return Outcome(kind=OutcomeKind.CHANNEL, detail=outcome.detail)
    if error in _PASSING_ERRORS:
        return Outcome(kind=OutcomeKind.TRANSIENT, detail=outcome.detail)
    return outcome


def _escaped(text: str, limit: int) -> str:
    """The text with Slack's three escapes, none of them cut in half."""
    escaped = text.translate(_ESCAPES)
    if len(escaped) <= limit:
        return escaped
    return _HALF_AN_ESCAPE.sub("", escaped[: limit - 1]) + "…"


def _blocks(shown: Picture, short_id: str) -> list[dict[str, Any]]:
    blocks = [_header(shown), _rich_text(_text_elements(shown.snippet))]
    if shown.link is not None:
        blocks.append(_rich_text([{"type": "link", "url": shown.link, "text": "Buka artikel"}]))
    return [*blocks, _context(shown, short_id)]


def _header(shown: Picture) -> dict[str, Any]:
    return {
        "type": "header",
        "text": _plain_text(shown.title_text or "(tanpa judul)", _HEADER_LIMIT),
    }


def _context(shown: Picture, short_id: str) -> dict[str, Any]:
    facts = [
        " · ".join(filter(None, (shown.site, shown.published))),
        "Watchlist: " + ", ".join(shown.watchlists) if shown.watchlists else "",
        "Juga di: " + ", ".join(shown.also_in) if shown.also_in else "",
        f"Siaga {short_id}",
    ]
    elements = [_plain_text(fact, _CONTEXT_LIMIT) for fact in facts if fact]
    return {"type": "context", "elements": elements}


def _plain_text(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": _escaped(text, limit), "emoji": False}


def _rich_text(elements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": list(elements)}
    return {"type": "rich_text", "elements": [section]}


def _text_elements(parts: Sequence[Segment]) -> list[dict[str, Any]]:
    kept = shorten(parts, _SECTION_LIMIT) or (Segment("…"),)
    return [_text_element(part) for part in kept]


def _text_element(part: Segment) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "text", "text": part.text}
    return element | {"style": {"bold": True}} if part.marked else element
