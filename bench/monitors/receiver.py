"""A webhook receiver that has moods, and notes when each message came."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from threading import Event
from typing import TYPE_CHECKING, Any, Self

from monitor.demo.loopback import Answer, AnsweringServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from monitor.demo.loopback import Request

SLOW_SECONDS = 3.0


class Mood(StrEnum):
    """SLOW takes a message, and answers later; REFUSING answers 503."""

    ACCEPTING = "accepting"
    SLOW = "slow"
    REFUSING = "refusing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A POST; `text` is its body, of JSON the strings in it; `id` what the sender calls it, if anything."""

    at: datetime
    text: str
    taken: bool
    id: str | None


class Receiver:
    """Listens on 127.0.0.1 inside its `with` block."""

    def __init__(self) -> None:
        self.mood = Mood.ACCEPTING
        self.messages: list[Message] = []
        self._closing = Event()
        self._server = AnsweringServer(self._answer)
        self.address = f"127.0.0.1:{self._server.port}/kait"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.stop()

    def _answer(self, request: Request) -> Answer:
        mood = self.mood
        self.messages.append(
            Message(
                at=datetime.now(UTC),
                text="\n".join(_strings(request.body)),
                taken=mood is not Mood.REFUSING,
                id=request.headers.get("webhook-id"),
            )
        )
        if mood is Mood.SLOW:
            self._closing.wait(SLOW_SECONDS)
        return Answer(status=503 if mood is Mood.REFUSING else 200)


def _strings(body: bytes) -> Iterator[str]:
    try:
        yield from _leaves(json.loads(body))
    except ValueError:  # no JSON: text as it stands
        yield body.decode()


def _leaves(data: Any) -> Iterator[str]:
    match data:
        case str():
            yield data
        case dict():
            for value in data.values():
                yield from _leaves(value)
        case list():
            for value in data:
                yield from _leaves(value)
