"""When a message goes, waits, joins another or is not told: facts and now in, a judgement out. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from alerts.policy.schedule import Quiet, Rhythm, Schedule

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

HOUR = timedelta(hours=1)
LATE = timedelta(minutes=10)
"""What has waited for so long, with others, is not news by news any more: it is caught up with."""
BETWEEN_FOLLOW_UPS = timedelta(minutes=30)
STEPS = (3, 10, 30)
"""The numbers of outlets at which people hear of a story again."""
_MUCH_GROWN = 3  # times as many outlets as when the story was acknowledged
_SAME_HEADLINE = 0.5  # of the words
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")


class Kind(StrEnum):
    """What a delivery tells."""

    ALERT = "alert"
    NOTICE = "notice"
    DIGEST = "digest"
    FOLLOW_UP = "follow-up"


class Ruling(StrEnum):
    """What is done with a message now."""

    SEND = "send"
    WAIT = "wait"  # it is looked at again
    HOLD = "hold"  # it goes into a digest
    CATCH_UP = "catch up"  # it goes into a digest now, with all that waits
    MERGE = "merge"  # another message tells of it too
    WITHHOLD = "withhold"  # nobody is told


class Why(StrEnum):
    """The reasons of rulings, in the words in which people are told them."""

    AT_ONCE = "it goes out at once"
    COMPANY = "it waits for company (group_wait)"
    SCHEDULE = "the channel delivers in digests (deliver)"
    QUIET = "it came in the quiet hours"
    LIMIT = "the channel has had max_per_hour messages"
    LATE = "it waited for long with others, and goes out in one digest with them"
    SAME_STORY = "another message tells of the same story"
    IN_DIGEST = "a digest tells of it"
    SILENCED = "its watchlist was silenced (siaga silence)"
    ACKNOWLEDGED = "its story was acknowledged (siaga ack), and it brings nothing materially new"
    TOO_SOON = "people heard of this story less than half an hour before"
    DROPPED = "it was dropped (siaga drop)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a channel's config asks for."""

    deliver: Schedule = field(default_factory=Schedule)
    quiet: Quiet | None = None
    max_per_hour: int | None = None
    group_wait: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A message that is due. `frozen`: it was tried before, and its body stays.

    `known_unsent`: every try of it is known not to have been accepted, and nobody asked for it again.
    """

    kind: Kind
    waiting_since: datetime
    urgent: bool = False
    frozen: bool = False
    known_unsent: bool = True
    silenced: bool = False
    acknowledged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What else there is for the same recipient.

    `sent` messages have gone in the last hour, the first of them at `first_sent_at`; `others_wait` says
    that more waits that may still go into a digest; people last heard of the candidate's story at
    `told_at`.
    """

    sent: int = 0
    first_sent_at: datetime | None = None
    others_wait: bool = False
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is done with a message, why, and (for WAIT and HOLD) until when."""

    ruling: Ruling
    why: Why
    until: datetime | None = None


_SEND = Judgement(ruling=Ruling.SEND, why=Why.AT_ONCE)


def judge(
    candidate: Candidate, traffic: Traffic, settings: Settings, *, now: datetime, zone: tzinfo
) -> Judgement:
    """What is done with a message that is due; the first rule that has something to say decides."""
    rules = (
        _muted(candidate),
        _too_soon(candidate, traffic, now),
        _quiet(candidate, settings, now, zone),
        _scheduled(candidate, settings, now, zone),
        _in_company(candidate, settings, now),
        _late(candidate, traffic, settings, now),
        _over_the_limit(candidate, traffic, settings, now),
    )
    return next((judgement for judgement in rules if judgement is not None), _SEND)


def _muted(candidate: Candidate) -> Judgement | None:
    if not candidate.known_unsent:
        return None
    if candidate.silenced:
        return Judgement(ruling=Ruling.WITHHOLD, why=Why.SILENCED)
    if candidate.acknowledged:
        return Judgement(ruling=Ruling.WITHHOLD, why=Why.ACKNOWLEDGED)
    return None


def _too_soon(candidate: Candidate, traffic: Traffic, now: datetime) -> Judgement | None:
    if candidate.kind is not Kind.FOLLOW_UP or candidate.frozen or traffic.told_at is None:
        return None
    until = traffic.told_at + BETWEEN_FOLLOW_UPS
    if not now < until <= now + BETWEEN_FOLLOW_UPS:  # the clock may have gone back since
        return None
    return Judgement(ruling=Ruling.WAIT, why=Why.TOO_SOON, until=until)


def _quiet(
    candidate: Candidate, settings: Settings, now: datetime, zone: tzinfo
) -> Judgement | None:
    until = settings.quiet.ends_at(now, zone) if settings.quiet is not None else None
    if until is None or candidate.urgent:
        return None
    ruling = Ruling.HOLD if _may_be_held(candidate) else Ruling.WAIT
    return Judgement(ruling=ruling, why=Why.QUIET, until=until)


def _scheduled(
    candidate: Candidate, settings: Settings, now: datetime, zone: tzinfo
) -> Judgement | None:
    waits = settings.deliver.rhythm is not Rhythm.INSTANT and not candidate.urgent
    if not waits or not _may_be_held(candidate):
        return None
    # Where that time has gone by (nothing ran, the channel was paused), what is held is due at once.
    until = settings.deliver.next_after(min(candidate.waiting_since, now), zone)
    return Judgement(ruling=Ruling.HOLD, why=Why.SCHEDULE, until=until)


def _in_company(candidate: Candidate, settings: Settings, now: datetime) -> Judgement | None:
    until = candidate.waiting_since + settings.group_wait
    waits = candidate.kind is Kind.ALERT and not candidate.frozen and not candidate.urgent
    if not waits or not now < until <= now + settings.group_wait:
        return None
    return Judgement(ruling=Ruling.WAIT, why=Why.COMPANY, until=until)


def _late(
    candidate: Candidate, traffic: Traffic, settings: Settings, now: datetime
) -> Judgement | None:
    may_join = candidate.kind is not Kind.NOTICE and candidate.known_unsent
    late = now - candidate.waiting_since >= LATE + settings.group_wait
    if not may_join or not traffic.others_wait or not late:
        return None
    return Judgement(ruling=Ruling.CATCH_UP, why=Why.LATE)


def _over_the_limit(
    candidate: Candidate, traffic: Traffic, settings: Settings, now: datetime
) -> Judgement | None:
    if settings.max_per_hour is None or not _may_be_held(candidate):
        return None
    if traffic.sent < settings.max_per_hour:
        return None
    until = min((traffic.first_sent_at or now) + HOUR, now + HOUR)
    if until <= now:
        return None  # the first of them is just an hour old
    return Judgement(ruling=Ruling.HOLD, why=Why.LIMIT, until=until)


def _may_be_held(candidate: Candidate) -> bool:
    """Whether a message can wait for a digest: notices and digests are told by themselves."""
    return candidate.kind in (Kind.ALERT, Kind.FOLLOW_UP) and not candidate.frozen


def has_grown(told: int, outlets: int) -> bool:
    """Whether a story of which `told` outlets are known has reached the next number that is told."""
    return _step(outlets) > _step(told)


def _step(outlets: int) -> int:
    return sum(outlets >= step for step in STEPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What somebody knew of a story when they acknowledged it."""

    watchlists: tuple[str, ...]
    titles: tuple[str, ...]
    outlets: int


def is_news(known: Known, *, watchlists: Collection[str], title: str, outlets: int) -> bool:
    """Whether an alert brings something materially new to those who acknowledged its story.

    That is a watchlist that was not met before, other numbers or another headline, or three times as
    many outlets.
    """
    if not set(watchlists) <= set(known.watchlists):
        return True
    if outlets >= _MUCH_GROWN * max(known.outlets, 1):
        return True
    return not any(_says_the_same(title, told) for told in known.titles)


def _says_the_same(title: str, told: str) -> bool:
    if set(_NUMBER.findall(title)) - set(_NUMBER.findall(told)):
        return False
    words, told_words = _words(title), _words(told)
    shared = len(words & told_words)
    return shared >= _SAME_HEADLINE * min(len(words), len(told_words))


def _words(title: str) -> set[str]:
    return set(_WORD.findall(title.casefold()))
