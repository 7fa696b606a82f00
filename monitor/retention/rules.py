"""The section `keep` of config.yaml: how long what is old stays, and what of it goes at an instant. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, model_validator

from core.models import DurationText, Model, parse_duration, validate

if TYPE_CHECKING:
    from datetime import datetime

    from core.errors import Problem
    from core.located_yaml import Document

FOREVER = timedelta.max
SHORTEST = timedelta(days=30)
"""For so long published articles are looked at again (crawler.revisions.relooks)."""
SHORTEST_MATCHES = timedelta(days=60)
"""For so long copies may join a story, of which it must be known who was told."""
_MATCHES_STAY = 2  # times as long as what nobody had asked for


def _span(written: object) -> timedelta:
    if written in ("forever", FOREVER):
        return FOREVER
    try:
        span = parse_duration(written)
    except ValueError:
        raise ValueError(f"{written!r} is no time to keep: write 90d, 6mo, 2y or forever") from None
    if span < SHORTEST:
        raise ValueError(f"{written} is too short: nothing goes before {SHORTEST.days}d")
    return span


Span = Annotated[
    timedelta, BeforeValidator(_span, json_schema_input_type=DurationText | Literal["forever"])
]
"""How long something stays: a duration, or "forever"."""


class KeepConfig(Model):
    """`keep`: how long what is old stays; a span alone is that of `articles`."""

    articles: Span = FOREVER
    bodies: Span | None = None
    matches: Span | None = None
    log: Span = timedelta(days=90)

    @model_validator(mode="after")
    def _in_order(self) -> KeepConfig:
        if self.matches is None:
            return self
        if self.matches < SHORTEST_MATCHES:
            raise ValueError(
                f"matches: what met a watchlist stays {SHORTEST_MATCHES.days}d or longer"
            )
        if self.matches < self.articles:
            raise ValueError(
                "matches: what met a watchlist stays as long as `articles` (left out: forever), or longer"
            )
        return self

    @property
    def of_bodies(self) -> timedelta:
        return self.articles if self.bodies is None else self.bodies

    @property
    def of_matches(self) -> timedelta:
        if self.matches is not None:
            return self.matches
        return self.articles if self.articles == FOREVER else self.articles * _MATCHES_STAY


def read_keep(document: Document) -> tuple[KeepConfig, list[Problem]]:
    """The section `keep` of a config file, and every problem found, each with its place."""
    written = document.data.get("keep")
    if written is None:
        return KeepConfig(), []
    if not isinstance(written, dict):
        document = replace(document, data={**document.data, "keep": {"articles": written}})
    section, problems = validate(KeepConfig, document, ("keep",))
    return section or KeepConfig(), problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizons:
    """The instants before which articles, texts, matches and notes are old; None: nothing ever is."""

    articles: datetime | None = None
    bodies: datetime | None = None
    matches: datetime | None = None
    log: datetime | None = None


def horizons(keep: KeepConfig, now: datetime) -> Horizons:
    """What is old at an instant."""
    return Horizons(
        articles=_before(now, keep.articles),
        bodies=_before(now, keep.of_bodies),
        matches=_before(now, keep.of_matches),
        log=_before(now, keep.log),
    )


def _before(now: datetime, span: timedelta) -> datetime | None:
    try:
        return now - span
    except OverflowError:  # longer than there are years
        return None


class Fate(StrEnum):
    """What becomes of something old, and why."""

    YOUNG = "it is not old enough"
    MATCHED = "it met a watchlist, and stays longer"
    UNREAD = "matching has yet to read it"
    OWED = "somebody has yet to be told, or could be told once more"
    CARRIES = "messages that stay were told within it"
    WITH_THE_WHOLE = "its article as a whole is judged"
    GOES = "it goes"


HELD = frozenset({Fate.MATCHED, Fate.UNREAD, Fate.OWED, Fate.CARRIES})
"""Why something stays that is old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """An article as it is judged; `matched_at` is when it last met a watchlist, None when it met none.

    `unread`: matching has yet to read an entry of its in the article log. `owed`: its story has
    deliveries that wait or were given up.
    """

    first_seen_at: datetime
    matched_at: datetime | None
    unread: bool
    owed: bool


def fate(article: Aged, old: Horizons) -> Fate:
    """What becomes of an article as a whole."""
    if article.matched_at is None:
        due = _is_before(article.first_seen_at, old.articles)
    else:
        due = _is_before(max(article.first_seen_at, article.matched_at), old.matches)
        if not due and _is_before(article.first_seen_at, old.articles):
            return Fate.MATCHED
    return _unless_held(article) if due else Fate.YOUNG


def fate_of_text(article: Aged, old: Horizons) -> Fate:
    """What becomes of the text of an article that stays."""
    if not _is_before(article.first_seen_at, old.bodies):
        return Fate.YOUNG
    stays = fate(article, old) in (Fate.YOUNG, Fate.MATCHED)
    return _unless_held(article) if stays else Fate.WITH_THE_WHOLE


def _unless_held(article: Aged) -> Fate:
    if article.unread:
        return Fate.UNREAD
    return Fate.OWED if article.owed else Fate.GOES


def fate_of_message(*, owed: bool, carries: bool) -> Fate:
    """What becomes of an old alert, digest, follow-up or notice."""
    if owed:
        return Fate.OWED
    return Fate.CARRIES if carries else Fate.GOES


def _is_before(at: datetime, horizon: datetime | None) -> bool:
    return horizon is not None and at < horizon
