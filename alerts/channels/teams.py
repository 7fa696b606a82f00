"""The Microsoft Teams channel, over a webhook of Workflows, which takes an Adaptive Card.

What an article says stands in text runs, where cards read no Markdown.
https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from alerts.addresses import WebAddress  # noqa: TC001  # pydantic reads it at run time
from alerts.channel import ChannelConfig
from alerts.digests.digest import Digest
from alerts.outcome import OutcomeKind, of_failure, of_reply, reclassified
from alerts.render import Segment, picture, shorten
from alerts.transport.roles import Reply
from alerts.wording import as_json, fit, footer, lines_of, unlinked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alerts.channel import Channel, Envelope
    from alerts.notice import Message
    from alerts.outcome import Outcome
    from alerts.render import Picture
    from alerts.transport.roles import Transport

_TITLE_LIMIT = 500
_LINE_LIMIT = 1000
_TEXT_LIMIT = 3000  # a message of 28 kB is refused, and a character has up to four bytes
_HEADERS = {"Content-Type": "application/json", "User-Agent": "Siaga"}


class TeamsConfig(ChannelConfig):
    """`url` is what the workflow "Post to a channel when a webhook request is received" gives."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "type": "teams",
        "url": "https://alur.example/workflows/0011aabb/triggers/manual/paths/invoke?sig=abcdefghij",
    }

    text_room: ClassVar[int] = 2_000

    type: Literal["teams"]
    url: WebAddress

    def channel(self, transport: Transport) -> Channel:
        return Teams(self, transport)


class Teams:
    """Posts an alert as a card."""

    def __init__(self, config: TeamsConfig, transport: Transport) -> None:
        self._config = config
        self._transport = transport

    def render(self, message: Message, envelope: Envelope) -> bytes:
        shown = picture(message, envelope.zone)
        return as_json(_message(_body(shown), shown.link))

    def render_text(self, text: str, message: Message, envelope: Envelope) -> bytes:
        cut = fit(lines_of(text), _TEXT_LIMIT)
        shown = picture(message, envelope.zone)
        links = (
            shown.links if isinstance(message, Digest) else ()
        )  # one article has its button below
        body = [
            _link_line(line) if line in links else _line([Segment(line)])
            for line in cut.split("\n")
            if line
        ]
        return as_json(_message(body, shown.link))

    def send(self, payload: bytes, envelope: Envelope) -> Outcome:  # noqa: ARG002  # the role has it
        answer = self._transport.http.post(
            self._config.url.get_secret_value(), payload, _HEADERS, policy=self._config.policy
        )
        return _outcome(answer) if isinstance(answer, Reply) else of_failure(answer)


def _outcome(reply: Reply) -> Outcome:
    """202 says that the workflow has begun with the message, which is all that it ever says."""
    kinds = {
        400: OutcomeKind.PAYLOAD,
        404: OutcomeKind.CHANNEL,  # the workflow was taken away
        413: OutcomeKind.PAYLOAD,
    }
    return reclassified(of_reply(reply), kinds.get(reply.status))


def _message(body: Sequence[Mapping[str, Any]], link: str | None) -> dict[str, Any]:
    actions = [] if link is None else [_open(link)]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": list(body),
        "actions": actions,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _open(link: str) -> dict[str, Any]:
    return {"type": "Action.OpenUrl", "title": "Buka artikel", "url": link}


def _body(shown: Picture) -> list[dict[str, Any]]:
    title = fit(shown.title_text or "(tanpa judul)", _TITLE_LIMIT)
    facts = " · ".join(filter(None, (shown.site, shown.published)))
    lines = [
        _line([Segment(title)], size="Large", weight="Bolder"),
        _line([Segment(fit(facts, _LINE_LIMIT))], isSubtle=True),
        _line(shorten(shown.snippet, _TEXT_LIMIT)),
    ]
    last = (Segment(fit(line, _LINE_LIMIT)) for line in footer(shown))
    small = [_line([line], isSubtle=True, size="Small") for line in last]
    return [line for line in (*lines, *small) if line["inlines"]]


def _line(parts: Sequence[Segment], **style: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [_run(part, style) for part in parts]}


def _link_line(link: str) -> dict[str, Any]:
    run = {"type": "TextRun", "text": "Buka artikel", "selectAction": _open(link)}
    return {"type": "RichTextBlock", "inlines": [run]}


def _run(part: Segment, style: Mapping[str, Any]) -> dict[str, Any]:
    marked = {"weight": "Bolder", "highlight": True} if part.marked else {}
    return {"type": "TextRun", "text": _inert(part.text), **style, **marked}


def _inert(text: str) -> str:
    """Without the dates that cards put in the place of {{DATE(…)}}, too."""
    return unlinked(text).replace("{{", "{\u2060{")
