"""The two forms of a message: as its channel renders it, and the plainest, for a peer that refused that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.channel import Textual
from alerts.render import picture
from alerts.wording import text_of

if TYPE_CHECKING:
    from alerts.channel import Envelope, Renderer
    from alerts.notice import Message


def rendered(renderer: Renderer, message: Message, envelope: Envelope, *, plain: bool) -> bytes:
    """The payload of a message; a channel that shows no free text has but one form."""
    if plain and isinstance(renderer, Textual):
        words = text_of(picture(message, envelope.zone))
        return renderer.render_text(words, message, envelope)
    return renderer.render(message, envelope)
