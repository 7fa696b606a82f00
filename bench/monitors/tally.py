"""What of the news a monitor has told, and how soon: publications and messages in, counts out. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.monitors.receiver import Message
    from bench.press.published import LoggedRequest, Published


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

    @property
    def told(self) -> int:
        return self.published - self.lost


def names(message: Message, article: Published) -> bool:
    """Whether somebody who reads the message learns of the article."""
    return article.title in message.text or article.url in message.text


def told(articles: Iterable[Published], messages: Iterable[Message]) -> Told:
    tellings = list(_tellings(articles, messages).values())
    return Told(
        published=len(tellings),
        lost=sum(not found for found in tellings),
        repeated=sum(len(found) > 1 for found in tellings),
        renamed=sum(len({one.id or one.at for one in found}) > 1 for found in tellings),
    )


def delays(articles: Iterable[Published], messages: Iterable[Message]) -> list[float]:
    """Seconds from each publication that was told to the first message that told it."""
    return [
        (found[0].at - article.published_at).total_seconds()
        for article, found in _tellings(articles, messages).items()
        if found
    ]


def delays_after_looks(
    articles: Iterable[Published], messages: Iterable[Message], looks: Sequence[LoggedRequest]
) -> list[float]:
    """Seconds from the first look that could show it; `looks` are requests for the sites' feeds."""
    waits: list[float] = []
    for article, found in _tellings(articles, messages).items():
        after = [one.at for one in looks if shows(one, article)]
        if found and after:
            waits.append((found[0].at - min(after)).total_seconds())
    return waits


def shows(look: LoggedRequest, article: Published) -> bool:
    return look.site == article.site and look.at >= article.published_at


def percentile(values: Sequence[float], share: float) -> float | None:
    """By the nearest rank; None of nothing."""
    ranked = sorted(values)
    return ranked[max(math.ceil(share * len(ranked)) - 1, 0)] if ranked else None


def _tellings(
    articles: Iterable[Published], messages: Iterable[Message]
) -> dict[Published, list[Message]]:
    """The messages that were taken and name the article, for each, in the order in which they came."""
    taken = [message for message in messages if message.taken]
    return {article: [one for one in taken if names(one, article)] for article in articles}
