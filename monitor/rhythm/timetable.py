"""The timetable: when each site is looked at next, by its rhythm or at the interval that it was given. Pure.

It holds what was learned and is told the time; the daemon stores it and wakes up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.rhythm import intervals, pacing
from monitor.rhythm.learning import Found, Overflow, Rhythm, learn, overflow
from monitor.rhythm.pacing import MAX_EVERY, Planned, Reason, Watched
from monitor.rhythm.sightings import together

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from crawler.sites import CrawlSections, SiteConfig
    from monitor.rhythm.pacing import Pace

LOOKS_PER_DAY = 144
"""A site's share of the budget where `crawl.looks_per_day` is not set: one look in ten minutes."""
PACE_KEPT_FOR = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What is known of a site after a look, and whether articles went by unseen before it.

    Without `news` there is nothing that the next look would not tell as well: it need not be stored.
    """

    rhythm: Rhythm
    overflow: Overflow
    news: bool


class Timetable:
    """Plans the looks at the sites of a config; `follow` it before anything else."""

    def __init__(self, rhythms: Mapping[str, Rhythm]) -> None:
        self._rhythms = dict(rhythms)
        self._unfinished: dict[str, Found] = {}
        self._pace: Pace | None = None

    def follow(
        self, crawl: CrawlSections, *, zone: str, weights: Mapping[str, float], now: datetime
    ) -> None:
        """Plan for this config from each site's next look on.

        `zone` is that of a site which names none. To be called anew every PACE_KEPT_FOR: rhythms change.
        """
        self._crawl = crawl
        self._zone = ZoneInfo(zone)
        self._weights = weights
        self._pace = self._set_pace(now)

    def _set_pace(self, now: datetime) -> Pace | None:
        sources = [self._watched(site) for site in self._crawl.sites if site.every is None]
        looks_per_day = self._crawl.crawl.looks_per_day or LOOKS_PER_DAY * len(sources)
        if not sources:
            return None
        return pacing.set_pace(self._pace, sources, looks_per_day=looks_per_day, now=now)

    def _watched(self, site: SiteConfig) -> Watched:
        min_every = self._crawl.crawl.min_every
        return Watched(
            rhythm=self._rhythms.get(site.name, Rhythm()),
            zone=self.zone_of(site),
            weight=self._weights.get(site.name, 1.0),
            min_every=min_every,
            max_every=max(MAX_EVERY, min_every),
        )

    def zone_of(self, site: SiteConfig) -> tzinfo:
        """The zone of a site's week."""
        return ZoneInfo(site.timezone) if site.timezone else self._zone

    # When -----------------------------------------------------------------------------------------

    def first(self, site: SiteConfig, *, due_at: datetime | None, now: datetime) -> datetime:
        """When to look at a site after a start, or after it came into the config, as intervals.first_look."""
        every = site.interval(self._crawl.crawl)
        longest = self._watched(site).max_every if site.every is None else every
        sites = len(self._crawl.sites)
        return intervals.first_look(
            site.name, due_at=due_at, every=every, longest=longest, sites=sites, now=now
        )

    def next(
        self, site: SiteConfig, *, planned_at: datetime, not_before: datetime | None, now: datetime
    ) -> Planned:
        """When to look again at a site after a look that was planned for `planned_at` and ends now."""
        if site.every is None and self._pace is not None:
            self._pace = pacing.spend(self._pace, now=now)
            watched = self._watched(site)
            return pacing.next_look(
                watched, self._pace, looked_at=now, now=now, not_before=not_before
            )
        every = site.interval(self._crawl.crawl)
        at = intervals.next_look(planned_at=planned_at, every=every, not_before=not_before, now=now)
        return Planned(at=at, reason=Reason.NOT_BEFORE if at == not_before else Reason.INTERVAL)

    # What was learned -----------------------------------------------------------------------------

    def learn(self, site: SiteConfig, found: Found | None, *, more: bool) -> Learned | None:
        """Learn from a look; None when it saw nothing, or left pages to read: then the next one tells."""
        whole = together(self._unfinished.pop(site.name, None), found)
        if whole is None:
            return None
        if more:
            self._unfinished[site.name] = whole
            return None
        before, zone = self._rhythms.get(site.name, Rhythm()), self.zone_of(site)
        rhythm = self._rhythms[site.name] = learn(before, whole, zone=zone)
        return Learned(
            rhythm=rhythm,
            overflow=overflow(before, whole, zone=zone),
            news=bool(whole.published or whole.undated) or before.watched_to is None,
        )
