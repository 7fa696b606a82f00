"""The console channel: alerts as text on standard output."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from alerts.channel import ChannelConfig
from alerts.outcome import ACCEPTED, Outcome, OutcomeKind
from alerts.render import picture, plain
from alerts.wording import lines_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.channel import Channel, Envelope
    from alerts.notice import Message
    from alerts.render import Picture
    from alerts.transport.roles import Transport


class ConsoleConfig(ChannelConfig):
    """Needs nothing."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {"type": "console"}

    text_room: ClassVar[int] = 100_000

    type: Literal["console"]

    def channel(self, transport: Transport) -> Channel:
        return Console(transport)


class Console:
    """Writes an alert as a block of lines."""

    def __init__(self, transport: Transport) -> None:
        self._out = transport.out
        self._turn = threading.Lock()

    def render(self, message: Message, envelope: Envelope) -> bytes:
        return "".join(f"{line}\n" for line in _lines(picture(message, envelope.zone))).encode()

    def render_text(self, text: str, message: Message, envelope: Envelope) -> bytes:  # noqa: ARG002  # the role has it
        first, *rest = lines_of(text).split("\n")
        lines = (f"● {first}", *(f"  {line}" if line else "" for line in rest))
        return "".join(f"{line}\n" for line in lines).encode()

    def send(self, payload: bytes, envelope: Envelope) -> Outcome:  # noqa: ARG002  # the role has it
        encoding = self._out.encoding or "utf-8"
        text = payload.decode().encode(encoding, "replace").decode(encoding)
        try:
            with self._turn:
                self._out.write(text + "\n")
                self._out.flush()
        except (OSError, ValueError) as error:  # a full disk, a broken pipe; a closed stream
            return Outcome(kind=OutcomeKind.TRANSIENT, detail=f"cannot be written: {error}")
        return ACCEPTED


def _lines(shown: Picture) -> list[str]:
    facts = (
        shown.site,
        shown.published,
        "watchlist " + ", ".join(shown.watchlists) if shown.watchlists else None,
    )
    also = f"juga di {', '.join(shown.also_in)}" if shown.also_in else None
    lines = (
        f"● {plain(shown.title, before='[', after=']')}",
        "  " + " · ".join(filter(None, facts)),
        "  " + plain(shown.snippet, before="[", after="]"),
        f"  {shown.link}" if shown.link else None,
        f"  {also}" if also else None,
    )
    return [line for line in lines if line and line.strip()]
