"""The Slack channel, over an incoming webhook, or over a bot, which can edit and thread.

What an article says stands in plain_text and rich_text only, where Slack reads no markup at all.
https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, SecretStr, model_validator

from alerts.addresses import WebAddress  # noqa: TC001  # pydantic reads it at run time
from alerts.channel import ChannelConfig
from alerts.digests.wording import facts, rest
from alerts.outcome import Outcome, OutcomeKind, of_failure, of_reply, reclassified
from alerts.render import Segment, headline, of_alert, picture, plain, shorten
from alerts.transport.roles import Reply
from alerts.wording import around_links, as_json, fit, lines_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alerts.channel import Channel, Envelope
    from alerts.digests.digest import Digest
    from alerts.notice import Message
    from alerts.render import Picture
    from alerts.transport.roles import Transport

_HEADER_LIMIT = 150
_SECTION_LIMIT = 3000
_CONTEXT_LIMIT = 1500
_FACTS_LIMIT = 200
_DIGEST_LIMIT = 9000  # a message stays under 10,000 characters, of at most 50 blocks
_SHORT_ID = 8
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

_PAYLOAD_ERRORS = frozenset(
    {
        "attachment_payload_limit_exceeded",
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_json",
        "invalid_payload",
        "json_not_object",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "too_many_attachments",
    }
)
_CHANNEL_ERRORS = frozenset(
    {
        "access_denied",
        "account_inactive",
        "action_prohibited",
        "as_user_not_supported",
        "channel_is_archived",
        "channel_not_found",
        "deprecated_endpoint",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "invalid_token",
        "is_archived",
        "missing_scope",
        "no_active_hooks",
        "no_permission",
        "no_service",
        "no_service_id",
        "no_team",
        "not_allowed_token_type",
        "not_authed",
        "not_in_channel",
        "org_login_required",
        "posting_to_general_channel_denied",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "team_access_not_granted",
        "team_disabled",
        "team_not_found",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
        "user_not_found",
    }
)
_MESSAGE_ERRORS = frozenset(
    {"cant_update_message", "edit_window_closed", "message_not_found", "thread_not_found"}
)
_AMBIGUOUS_ERRORS = frozenset({"fatal_error", "internal_error"})  # "some aspect may have succeeded"
_PASSING_ERRORS = frozenset(
    {"rollup_error", "request_timeout", "service_unavailable", "team_added_to_org"}
)
_THROTTLING_ERRORS = frozenset({"message_limit_exceeded", "rate_limited", "ratelimited"})
_KINDS: Mapping[frozenset[str], OutcomeKind] = {
    _PAYLOAD_ERRORS: OutcomeKind.PAYLOAD,
    _CHANNEL_ERRORS: OutcomeKind.CHANNEL,
    _MESSAGE_ERRORS: OutcomeKind.PERMANENT,
    _AMBIGUOUS_ERRORS: OutcomeKind.AMBIGUOUS,
    _PASSING_ERRORS: OutcomeKind.TRANSIENT,
    _THROTTLING_ERRORS: OutcomeKind.THROTTLED,
}
_HEADERS = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Siaga"}


class SlackConfig(ChannelConfig):
    """`url` is that of an incoming webhook, which belongs to one Slack channel.

    Or a bot's `token`, and the `channel` that it posts to; `api` is where Slack's Web API is.
    """

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "type": "slack",
        "url": "https://hooks.slack.example/services/T0SIAGA00/B0SIAGA00/abcdefghijklmnop",
    }
    OTHER_EXAMPLES: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"type": "slack", "token": "xoxb-110000000-abcdefghijklmnop", "channel": "C0SIAGA00"},
    )

    type: Literal["slack"]
    url: WebAddress | None = None
    token: SecretStr | None = None
    channel_id: Annotated[str | None, Field(alias="channel", min_length=1)] = None
    api: WebAddress = Field(default=SecretStr("https://slack.com/api"))

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.url is None) is (self.token is None):
            raise ValueError("give the url of a webhook, or the token of a bot and its channel")
        if (self.token is None) is not (self.channel_id is None):
            raise ValueError("token and channel are needed both, or neither")
        return self

    def channel(self, transport: Transport) -> Channel:
        if self.token is not None:
            return SlackBot(self, transport)
        return SlackWebhook(self, transport)


class _Blocks:
    """An alert as blocks."""

    def render(self, message: Message, envelope: Envelope) -> bytes:
        shown = picture(message, envelope.zone)
        blocks = _blocks(shown, envelope.message_id[-_SHORT_ID:])
        return _payload(shown.title_text, blocks)

    def render_digest(self, digest: Digest, envelope: Envelope) -> bytes:
        shown = [of_alert(alert, envelope.zone) for alert in digest.alerts]
        blocks = [_block_of_entry(one) for one in shown]
        while sum(map(_size, blocks)) > _DIGEST_LIMIT:
            blocks.pop()
        title = headline(digest)
        more = rest(digest, len(blocks))
        last = [f"Siaga {envelope.message_id[-_SHORT_ID:]}", *([more] if more else [])]
        head = {"type": "header", "text": _plain_text(title, _HEADER_LIMIT)}
        lines = [_plain_text(line, _CONTEXT_LIMIT) for line in reversed(last)]
        return _payload(title, [head, *blocks, {"type": "context", "elements": lines}])

    def render_text(self, text: str, message: Message, envelope: Envelope) -> bytes:
        shown = picture(message, envelope.zone)
        elements = _elements_around(fit(lines_of(text), _SECTION_LIMIT), shown.links)
        return _payload(shown.title_text, [_rich_text(elements)])


class SlackWebhook(_Blocks):
    """Posts an alert to a webhook."""

    def __init__(self, config: SlackConfig, transport: Transport) -> None:
        self._config = config
        self._transport = transport

    def send(self, payload: bytes, envelope: Envelope) -> Outcome:  # noqa: ARG002  # the role has it
        url = self._config.url.get_secret_value() if self._config.url is not None else ""
        answer = self._transport.http.post(url, payload, _HEADERS, policy=self._config.policy)
        if not isinstance(answer, Reply):
            return of_failure(answer)
        return _classified(of_reply(answer), answer.body.decode("ascii", "replace").strip())


class SlackBot(_Blocks):
    """Posts an alert by the Web API; the peer's id of a message is its Slack channel and time."""

    def __init__(self, config: SlackConfig, transport: Transport) -> None:
        self._config = config
        self._transport = transport

    def send(self, payload: bytes, envelope: Envelope) -> Outcome:  # noqa: ARG002  # the role has it
        return self._call("chat.postMessage", payload, channel=self._config.channel_id)

    def check(self) -> Outcome:
        """https://docs.slack.dev/reference/methods/auth.test"""
        return self._call("auth.test", b"{}")

    def edit(self, peer_id: str, payload: bytes, envelope: Envelope) -> Outcome:  # noqa: ARG002  # as above
        channel, _, at = peer_id.partition(":")
        return self._call("chat.update", payload, channel=channel, ts=at)

    def reply(self, peer_id: str, payload: bytes, envelope: Envelope) -> Outcome:  # noqa: ARG002  # as above
        channel, _, at = peer_id.partition(":")
        return self._call("chat.postMessage", payload, channel=channel, thread_ts=at)

    def _call(self, method: str, payload: bytes, **settings: str | None) -> Outcome:
        token = self._config.token.get_secret_value() if self._config.token is not None else ""
        answer = self._transport.http.post(
            f"{self._config.api.get_secret_value().rstrip('/')}/{method}",
            as_json({**json.loads(payload), "parse": "none", "link_names": False, **settings}),
            {**_HEADERS, "Authorization": f"Bearer {token}"},
            policy=self._config.policy,
            read_answer=True,
        )
        return _bot_outcome(answer) if isinstance(answer, Reply) else of_failure(answer)


def _bot_outcome(reply: Reply) -> Outcome:
    """A 200 may say that the message was not taken; without its words, nobody knows."""
    outcome, said = of_reply(reply), reply.data
    if outcome.kind is not OutcomeKind.ACCEPTED:
        return _classified(outcome, str(said.get("error", "")))
    if said.get("ok") is True:
        channel, at = said.get("channel"), said.get("ts")
        known = isinstance(channel, str) and isinstance(at, str)
        return Outcome(kind=OutcomeKind.ACCEPTED, peer_id=f"{channel}:{at}" if known else None)
    if said.get("ok") is False:
        refused = Outcome(kind=OutcomeKind.TRANSIENT, detail=f"Slack: {said.get('error')}")
        return _classified(refused, str(said.get("error", "")))
    return Outcome(kind=OutcomeKind.AMBIGUOUS, detail="Slack's answer cannot be read")


def _classified(outcome: Outcome, error: str) -> Outcome:
    """The outcome that Slack's error word stands for, else that of the status."""
    if outcome.kind in (OutcomeKind.ACCEPTED, OutcomeKind.THROTTLED):
        return outcome
    kinds = (kind for errors, kind in _KINDS.items() if error in errors)
    return reclassified(outcome, next(kinds, None))


def _payload(title: str, blocks: Sequence[Mapping[str, Any]]) -> bytes:
    return as_json(
        {
            "text": _escaped(title, _CONTEXT_LIMIT),  # what a notification shows
            "blocks": list(blocks),
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
    )


def _escaped(text: str, limit: int) -> str:
    """The text with Slack's three escapes, none of them cut in half."""
    return fit(text, limit, escape=lambda character: _ESCAPES.get(character, character))


def _blocks(shown: Picture, short_id: str) -> list[dict[str, Any]]:
    blocks = [_header(shown), _rich_text(_text_elements(shown.snippet))]
    if shown.link is not None:
        blocks.append(_rich_text([_link_element(shown.link, "Buka artikel")]))
    return [*blocks, _context(shown, short_id)]


def _header(shown: Picture) -> dict[str, Any]:
    return {
        "type": "header",
        "text": _plain_text(shown.title_text or "(tanpa judul)", _HEADER_LIMIT),
    }


def _block_of_entry(shown: Picture) -> dict[str, Any]:
    """One alert of a digest: its headline, which leads to the article, and a line of facts."""
    title = plain(shorten([Segment(shown.title_text or "(tanpa judul)")], _HEADER_LIMIT))
    bold = {"style": {"bold": True}}
    head = _link_element(shown.link, title) if shown.link else {"type": "text", "text": title}
    line = plain(shorten([Segment(facts(shown))], _FACTS_LIMIT))
    return _rich_text([head | bold, {"type": "text", "text": f"\n{line}"}])


def _size(block: Mapping[str, Any]) -> int:
    """The characters that a block shows or leads to."""
    elements = block["elements"][0]["elements"]
    return sum(len(one["text"]) + len(one.get("url", "")) for one in elements)


def _context(shown: Picture, short_id: str) -> dict[str, Any]:
    said = [
        " · ".join(filter(None, (shown.site, shown.published))),
        "Watchlist: " + ", ".join(shown.watchlists) if shown.watchlists else "",
        "Juga di: " + ", ".join(shown.also_in) if shown.also_in else "",
        f"Siaga {short_id}",
    ]
    elements = [_plain_text(fact, _CONTEXT_LIMIT) for fact in said if fact]
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


def _elements_around(text: str, links: Sequence[str]) -> list[dict[str, Any]]:
    parts = enumerate(around_links(text, links))
    return [
        _link_element(part, part) if index % 2 else _text_element(Segment(part))
        for index, part in parts
        if part
    ]


def _link_element(url: str, text: str) -> dict[str, Any]:
    return {"type": "link", "url": url, "text": text}
