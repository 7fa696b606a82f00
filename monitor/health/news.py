"""Which changes of health people are told of, and when: once each, and never a flood. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from crawler.outcomes import Outcome
from monitor.health.state import A_DAY, Health, Reason, State, moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.health.state import Rules

OF_THE_NETWORK = frozenset({Outcome.NO_SUCH_HOST, Outcome.CONNECTION_ERROR, Outcome.TIMEOUT})
"""Failures that are our own network's where every site has them."""
_RECENTLY = 3  # times the pause between notices: over so long looks count as those of now
_FEWEST = 3  # fewer sites that cannot be reached may each be at fault
_DOWN = 0.8
_UP = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Subject:
    """What has a health: a site, or one source of it; the machine's own network where both are empty."""

    site: str
    source: str = ""


NETWORK = Subject(site="")


class Telling(StrEnum):
    """Whether people are told how something does, or why not."""

    NOW = "now"
    FLAPPING = "flapping"  # now, and that it changes too often to be told each time
    KNOWN = "known"  # it is as they believe
    TOO_OFTEN = "too-often"  # it flaps, and they know: once a day is enough
    NETWORK = "network"  # our own network fails, which is told instead
    SITE = "site"  # its site as a whole is in trouble, which is told instead
    SETTLING = "settling"  # it must last a little longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One change that people are to be told of now."""

    subject: Subject
    health: Health
    telling: Telling

    @property
    def recovered(self) -> bool:
        return self.health.state is State.WORKING


def network_after(
    before: Health, looks: Iterable[Health], *, now: datetime, rules: Rules
) -> Health:
    """How our own network does, judged by how the last looks at all sites went.

    It fails when nearly all sites looked at lately could not be reached. Where nothing was looked at,
    it stays as it was.
    """
    lately = _lately(looks, now, rules.gather * _RECENTLY)
    if not lately:
        return before
    failing = [one for one in lately if one.outcome in OF_THE_NETWORK]
    share = len(failing) / len(lately)
    was_down = before.state is State.BROKEN
    if share >= (_UP if was_down else _DOWN) and len(failing) >= _FEWEST:
        if was_down:
            return before
        began = min(one.failing_since or now for one in failing)
        down = replace(before, failing_since=began)
        return moved(down, State.BROKEN, Reason.UNREACHABLE, at=now)
    return moved(replace(before, failing_since=None), State.WORKING, Reason.FINE, at=now)


def words(known: Mapping[Subject, Health], *, now: datetime, rules: Rules) -> tuple[Word, ...]:
    """What is to be told now, the network first.

    Nothing within `rules.gather` of the last time: what changes meanwhile is told together.
    """
    told = [one.told_at for one in known.values() if one.told_at is not None]
    if any(_just_before(now, at, rules.gather) for at in told):
        return ()
    found = []
    for subject, health in sorted(known.items()):
        why = telling(subject, known, now=now, rules=rules)
        if why in (Telling.NOW, Telling.FLAPPING):
            found.append(Word(subject=subject, health=health, telling=why))
    return tuple(found)


def telling(
    subject: Subject, known: Mapping[Subject, Health], *, now: datetime, rules: Rules
) -> Telling:
    """Whether people are told now how a subject does."""
    health = known[subject]
    if _believed(health.state) is health.told:
        return Telling.KNOWN
    if subject == NETWORK and _settles(health, now, rules):
        return Telling.SETTLING
    if subject.source and known.get(Subject(site=subject.site), Health()).state is State.BROKEN:
        return Telling.SITE
    if subject != NETWORK and _held_by_network(health, known.get(NETWORK, Health()), now):
        return Telling.NETWORK
    lately = [change for change in health.changes if _just_before(now, change, A_DAY)]
    if len(lately) < rules.changes:
        return Telling.NOW
    before = health.flapping_told_at
    knows = before is not None and _just_before(now, before, A_DAY)
    return Telling.TOO_OFTEN if knows else Telling.FLAPPING


def heard(word: Word, *, now: datetime) -> Health:
    """The health of a subject once people were told of it."""
    flapping = now if word.telling is Telling.FLAPPING else word.health.flapping_told_at
    return replace(
        word.health,
        told=_believed(word.health.state),
        told_at=now,
        flapping_told_at=flapping,
    )


def batches(found: Sequence[Word], *, rules: Rules) -> tuple[tuple[Word, ...], ...]:
    """The words of each notice: one for each change, or where there are many one for all of a kind."""
    network = [word for word in found if word.subject == NETWORK]
    others = [word for word in found if word.subject != NETWORK]
    alone = [(word,) for word in network]
    if len(others) < rules.many:
        return (*alone, *((word,) for word in others))
    kinds = (
        tuple(word for word in others if not word.recovered),
        tuple(word for word in others if word.recovered),
    )
    return (*alone, *(kind for kind in kinds if kind))


def _lately(looks: Iterable[Health], now: datetime, over: timedelta) -> list[Health]:
    return [one for one in looks if one.looked_at is not None and now - one.looked_at <= over]


def _just_before(now: datetime, at: datetime, span: timedelta) -> bool:
    """Whether an instant lies less than `span` back; one to come is of a clock that was set right since."""
    return timedelta() <= now - at < span


def _believed(state: State) -> State:
    return State.WORKING if state is State.WAITING else state


def _settles(network: Health, now: datetime, rules: Rules) -> bool:
    """Whether our network has failed too shortly to be news."""
    return network.state is State.BROKEN and now - (network.since or now) < rules.outage


def _held_by_network(health: Health, network: Health, now: datetime) -> bool:
    """Whether a site's failure may be our network's: while that fails, and until the site is seen after."""
    if health.state is not State.BROKEN or health.outcome not in OF_THE_NETWORK:
        return False
    if network.state is State.BROKEN:
        return True
    ended, looked = network.since, health.looked_at
    return ended is not None and ended <= now and (looked is None or looked < ended)
