"""The forms of a message: as its channel renders it, or in lines of text, for a peer that refused that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.channel import TEXT_ROOM, Digesting, Textual
from alerts.digests.digest import Digest, FollowUp
from alerts.digests.wording import digest_text, follow_up_text
from alerts.render import picture
from alerts.sandbox.templates import TemplateRenderer
from alerts.wording import text_of

if TYPE_CHECKING:
    from alerts.channel import Envelope, Renderer
    from alerts.notice import Message


def rendered(
    renderer: Renderer,
    message: Message,
    envelope: Envelope,
    *,
    plain: bool,
    text_room: int = TEXT_ROOM,
) -> bytes:
    """The payload of a message; a channel that shows no free text has but one form of an alert."""
    channel = renderer.channel if isinstance(renderer, TemplateRenderer) else renderer
    if isinstance(message, Digest) and isinstance(channel, Digesting) and not plain:
        return channel.render_digest(message, envelope)
    if isinstance(channel, Textual) and (plain or isinstance(message, Digest | FollowUp)):
        return channel.render_text(_words(message, envelope, text_room), message, envelope)
    return renderer.render(message, envelope)


def _words(message: Message, envelope: Envelope, text_room: int) -> str:
    if isinstance(message, Digest):
        return digest_text(message, envelope.zone, room=text_room)
    if isinstance(message, FollowUp):
        return follow_up_text(message, envelope.zone)
    return text_of(picture(message, envelope.zone))
