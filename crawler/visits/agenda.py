"""Which of a site's sources a visit asks, how, and which it leaves alone for now. Pure.

Sources named in config.yaml are looked at and no others, unless all of them have failed for a day. Of those
that were found, the ones that are needed; once a day all of them are asked for whole, and chosen anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.job import SourceState
from crawler.outcomes import Outcome
from crawler.politeness.backoff import not_before
from crawler.politeness.validators import Asking, asking
from crawler.visits.known_source import KnownSource
from crawler.visits.standing import REPLACED_AFTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from crawler.politeness.backoff import Trouble

DISCOVERED_AGAIN_AFTER = timedelta(days=1)
DISCOVERED_SOONER_AFTER = timedelta(hours=6)
"""Where a source that is needed has failed for so long, too."""
GIVEN_UP_AFTER = timedelta(days=1)
"""Sources of config.yaml that all failed for so long are looked for elsewhere; what moved and then failed for
so long is asked for at its old address again."""
MAX_RESERVE = 8
"""Sources that are not needed of which a new choice hears: those that were found last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The sources to ask in a visit; those to leave alone because they failed; and whether to find others."""

    sources: tuple[SourceState, ...]
    resting: tuple[str, ...]
    discover: bool


def agenda(
    named: Sequence[SourceState],
    known: Sequence[KnownSource],
    *,
    discovered_at: datetime | None,
    every: timedelta,
    patient: bool,
    now: datetime,
) -> Agenda:
    """What a visit does. `named` are the sources of config.yaml, `known` what is remembered of any.

    `patient` leaves alone what failed until its time has come; without it, and when sources are to be found,
    only what broke the worker.
    """
    discover = _discovery_is_due(named, known, discovered_at, now)
    watched = watched_sources(named, known, all_of_them=discover, now=now)
    # Who chooses anew wants to hear from all of them.
    patient = patient and not discover
    resting = {one.url for one in watched if _rests(one.trouble, every, now, patient=patient)}
    whole = discover and not named
    return Agenda(
        sources=tuple(_state(one, now, whole=whole) for one in watched if one.url not in resting),
        resting=tuple(one.url for one in watched if one.url in resting),
        discover=discover,
    )


def watched_sources(
    named: Sequence[SourceState],
    known: Sequence[KnownSource],
    *,
    all_of_them: bool = False,
    now: datetime,
) -> tuple[KnownSource, ...]:
    """The sources of which a site's news is expected, with the children of their sitemap indexes."""
    by_url = {one.url: one for one in known}
    found = _found(named, known, now=now, all_of_them=all_of_them)
    if not named:
        return found
    wanted = tuple(by_url.get(one.url, KnownSource(url=one.url, kind=one.kind)) for one in named)
    children = tuple(one for one in known if one.index in {one.url for one in wanted})
    return _once((*wanted, *children, *(found if _given_up(wanted, now) else ())))


def rests_until(
    watched: Iterable[KnownSource], site: Trouble | None, *, every: timedelta
) -> datetime | None:
    """Until when a site that fails altogether is left alone; None for one that works.

    `site` is the trouble with the home page of a site without any source.
    """
    troubles = [one.trouble for one in watched]
    if not troubles:
        return not_before(site, every=every) if site is not None else None
    failing = [not_before(one, every=every) for one in troubles if one is not None]
    return min(failing) if len(failing) == len(troubles) else None


def given_up(trouble: Trouble | None, now: datetime) -> bool:
    """Whether it has failed for so long that another way is sought."""
    return _failing_for(trouble, now) >= GIVEN_UP_AFTER


def _found(
    named: Sequence[SourceState],
    known: Sequence[KnownSource],
    *,
    now: datetime,
    all_of_them: bool,
) -> tuple[KnownSource, ...]:
    """The sources that were found and are needed; where none is, or all are wanted, the reserve too."""
    listed = {one.url for one in named}
    by_url = {one.url: one for one in known}
    found = [one for one in known if one.url not in listed and one.index not in listed]
    kept = {one.url for one in found if (by_url.get(one.index or "") or one).kept}
    if kept and not all_of_them:
        return tuple(one for one in found if one.url in kept)
    reserve = [one.url for one in found if one.url not in kept and not _is_dead(one, now)]
    wanted = kept.union(reserve[-MAX_RESERVE:])
    return tuple(one for one in found if one.url in wanted)


def _is_dead(one: KnownSource, now: datetime) -> bool:
    """Whether a source is asked again only when the home page still names it.

    One that broke the worker is not: it is left alone, whoever names it.
    """
    quarantined = one.trouble is not None and one.trouble.outcome is Outcome.QUARANTINED
    return not quarantined and _failing_for(one.trouble, now) >= REPLACED_AFTER


def _once(sources: Iterable[KnownSource]) -> tuple[KnownSource, ...]:
    return tuple({one.url: one for one in sources}.values())


def _state(one: KnownSource, now: datetime, *, whole: bool) -> SourceState:
    usual = asking(one.trust, now)
    return SourceState(
        url=one.url,
        kind=one.kind,
        etag=one.etag,
        last_modified=one.last_modified,
        body_hash=one.body_hash,
        moved_to=None if given_up(one.trouble, now) else one.moved_to,
        index=one.index,
        asking=Asking.TO_CHECK if whole and usual is Asking.CONDITIONALLY else usual,
        looked_at=one.looked_at,
    )


def _rests(trouble: Trouble | None, every: timedelta, now: datetime, *, patient: bool) -> bool:
    if trouble is None or not (patient or trouble.outcome is Outcome.QUARANTINED):
        return False
    return now < not_before(trouble, every=every)


def _given_up(named: Sequence[KnownSource], now: datetime) -> bool:
    return all(given_up(one.trouble, now) for one in named)


def _discovery_is_due(
    named: Sequence[SourceState],
    known: Sequence[KnownSource],
    discovered_at: datetime | None,
    now: datetime,
) -> bool:
    """Whether the home page is to be asked for sources."""
    by_url = {one.url: one for one in known}
    if named:
        wanted = [by_url.get(one.url, KnownSource(url=one.url)) for one in named]
        if not _given_up(wanted, now):
            return False
    elif not any(one.trouble is None for one in known if one.kept):
        return True  # nothing was found, or all of it fails
    if discovered_at is None:
        return True
    age = now - discovered_at
    lost = any(
        _failing_for(one.trouble, now) >= DISCOVERED_SOONER_AFTER for one in known if one.kept
    )
    return age > DISCOVERED_AGAIN_AFTER or (lost and not named and age > DISCOVERED_SOONER_AFTER)


def _failing_for(trouble: Trouble | None, now: datetime) -> timedelta:
    return now - trouble.since if trouble is not None else timedelta()
