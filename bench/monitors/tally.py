"""What of the news a monitor has told, and how soon: publications and messages in, counts out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.monitors.receiver import Message
    from bench.press.published import Published


class Where(StrEnum):
    """Where an article has the word that people wait for; HEADLINE: in its text as well."""

    HEADLINE = "headline"
    TEXT = "text"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Of so many publications; `repeated` are those told more than once, `renamed` under several ids."""

    published: int
    lost: int
    repeated: int
    renamed: int
    seconds: tuple[float, ...]
    """From each publication that was told to the first message that told it, in ascending order."""

    @property
    def told(self) -> int:
        return self.published - self.lost

    def percentile(self, share: float) -> float | None:
        """By the nearest rank; None where nothing was told."""
        if not self.seconds:
            return None
        return self.seconds[min(int(share * len(self.seconds)), len(self.seconds) - 1)]


def names(message: Message, published: Published) -> bool:
    """Whether somebody who reads the message learns of the article."""
    return published.title in message.text or published.url in message.text


def told(published: Sequence[Published], messages: Iterable[Message]) -> Told:
    taken = [message for message in messages if message.taken]
    tellings = [[one for one in taken if names(one, article)] for article in published]
    delays = [
        (found[0].at - article.published_at).total_seconds()
        for article, found in zip(published, tellings, strict=True)
        if found
    ]
    return Told(
        published=len(published),
        lost=len(published) - len(delays),
        repeated=sum(len(found) > 1 for found in tellings),
        renamed=sum(len({one.id or one.at for one in found}) > 1 for found in tellings),
        seconds=tuple(sorted(delays)),
    )
