"""What each channel makes of the docs' alert, as the text that docs/channels.md shows."""

from __future__ import annotations

import io
import json
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

from alerts.registry import channel_types
from tests.alerts.newsdesk import make_config, make_transport
from tests.clocks import HandClock
from tests.docs.sample import SENT_AT, sample_alert, sample_envelope

if TYPE_CHECKING:
    from alerts.channel import ChannelConfig


def payload_of(config: ChannelConfig) -> bytes:
    """The message of a channel, as its renderer makes it."""
    channel = config.channel(make_transport(clock=HandClock(SENT_AT), out=io.StringIO()))
    return channel.render(sample_alert(), sample_envelope(config.recipients[0]))


def example_of(kind: str) -> ChannelConfig:
    """The config that a channel's own file gives as its example."""
    return make_config(**channel_types()[kind].EXAMPLE)


def shown(kind: str) -> str:
    """The message as people can read it: JSON with indents, mail with its headers decoded."""
    payload = payload_of(example_of(kind))
    if kind == "email":
        return _mail(payload)
    if kind == "apprise":
        said = json.loads(payload)
        return f"{said['title']}\n\n{said['text']}\n".replace("\u2060", "")
    text = payload.decode()
    return _indented(json.loads(text)) if text.startswith("{") else text


def _indented(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _mail(payload: bytes) -> str:
    message = message_from_bytes(payload, policy=default)
    headers = [f"{name}: {value}" for name, value in message.items() if name not in _MACHINERY]
    part = message.get_body(("plain",))
    text = part.get_content() if part is not None else ""
    return "\n".join([*headers, "", *text.splitlines()]) + "\n"


_MACHINERY = ("MIME-Version", "Content-Type")
