"""What came of letting Siaga look at the newsroom once. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from monitor.demo.newsroom import LoggedRequest

_NOT_TO_BE_TOLD = "astana-anyar"


class Outcome(StrEnum):
    """How a look went, as the story judges it."""

    TOLD = "told"
    """Every channel brought an alert."""
    RUN_FAILED = "run-failed"
    """`siaga run --once` ended with an error."""
    NOT_TOLD = "not-told"
    """A channel brought nothing."""
    TOLD_TOO_MUCH = "told-too-much"
    """An alert came that its watchlist rules out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """`alerts` as the webhook's body has them, `status` as `siaga run --once` ended."""

    status: int
    requests: tuple[LoggedRequest, ...]
    alerts: tuple[Mapping[str, Any], ...]
    slack_messages: int
    mails: int


def outcome_of(look: Look) -> Outcome:
    """How the look went."""
    if look.status != 0:
        return Outcome.RUN_FAILED
    if not (look.alerts and look.slack_messages and look.mails):
        return Outcome.NOT_TOLD
    if any(_NOT_TO_BE_TOLD in alert["article"]["url"] for alert in look.alerts):
        return Outcome.TOLD_TOO_MUCH
    return Outcome.TOLD


def alerts_in(posts: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """The alerts of webhook bodies, those of digests too."""
    return tuple(alert for post in posts for alert in _alerts_of(post))


def _alerts_of(post: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if post.get("type") == "alert":
        yield post
    elif post.get("type") == "digest":
        yield from post["alerts"]
