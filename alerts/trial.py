"""Trying a channel with a sample alert, past the outbox."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alerts.alert import Alert, MatchedWords
from alerts.channel import Checkable, Envelope, Textual, check, send
from alerts.sandbox.templates import renderer_of, text_by
from core.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from alerts.channel import ChannelConfig
    from alerts.outcome import Outcome
    from alerts.transport.roles import Transport

_TITLE = "Percobaan: kanal ini menerima kabar dari Siaga"
_SNIPPET = (
    "Ini bukan berita, melainkan percobaan yang diminta redaksi. Kata yang cocok dengan daftar"
    " pantauan tampil seperti ini."
)
_WORD = "percobaan"
_URL = "https://siaga.example/percobaan"


def sample_alert(now: datetime, watchlist: str = "percobaan") -> Alert:
    """An alert like any other, on an article that says itself that it is a trial."""
    start = _SNIPPET.index(_WORD)
    return Alert(
        story=0,
        watchlists=(watchlist,),
        article={
            "id": 0,
            "url": _URL,
            "canonical_url": _URL,
            "site": "siaga",
            "title": _TITLE,
            "published_at": now.isoformat(),
            "published_on": None,
            "modified_at": None,
            "first_seen_at": now.isoformat(),
            "authors": [],
            "editors": [],
            "tags": [],
            "section": None,
            "language": "id",
            "image_url": None,
            "revision": 1,
            "story": 0,
            "evidence": {},
        },
        snippet=_SNIPPET,
        matched=(MatchedWords(watchlist=watchlist, field="body", text=_WORD),),
        snippet_marks=((start, start + len(_WORD)),),
        title_marks=((0, len(_WORD)),),
    )


def with_template(
    config: ChannelConfig, template: str, alert: Alert, *, zone: str, transport: Transport
) -> ChannelConfig:
    """The channel as it would be with this template.

    Raises TemplateError when the template cannot tell of this alert, UsageError for a channel that takes
    no template.
    """
    if not isinstance(config.channel(transport), Textual):
        raise UsageError(f"a channel of type {config.type} takes no template")
    text_by(template, alert, ZoneInfo(zone))
    return config.model_copy(update={"template": template})


def check_channel(config: ChannelConfig, transport: Transport) -> Outcome | None:
    """Whether the peer of a channel knows us; None where only a message could tell."""
    channel = config.channel(transport)
    return check(config, channel) if isinstance(channel, Checkable) else None


def try_channel(
    config: ChannelConfig, alert: Alert, *, zone: str, transport: Transport
) -> dict[str, Outcome]:
    """Send an alert once to every recipient of a channel; returns each one's outcome, and stores nothing."""
    channel = config.channel(transport)
    renderer = renderer_of(config, channel)
    outcomes: dict[str, Outcome] = {}
    for recipient in config.recipients:
        envelope = Envelope(
            message_id=f"msg_trial_{secrets.token_hex(12)}",
            recipient=recipient,
            sent_at=transport.clock.now(),
            zone=ZoneInfo(zone),
        )
        payload = renderer.render(alert, envelope)
        outcomes[recipient] = send(config, channel, payload, envelope)
    return outcomes
