"""The health desk: notes what each look says of a site, and tells the `health:` channels of changes.

It works on the connection of whoever calls it, inside their transaction, as a part of it: a change and
the look that showed it are stored together, a notice and that it was told too.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alerts.addressing import address_all
from alerts.digests.digest import Coverage
from alerts.digests.tables import put_coverage
from alerts.outbox.outbox import enqueue_notice
from core.clock import from_text
from crawler.outcomes import Outcome
from crawler.troubles import LOOKED, described, problem_of
from monitor.health.news import NETWORK, Subject, batches, heard, network_after, words
from monitor.health.quality import SAMPLE
from monitor.health.records import HealthRecords
from monitor.health.state import (
    A_DAY,
    SAID,
    UNLEARNED_SILENCE,
    Health,
    Observed,
    Reason,
    Rules,
    State,
    judge,
)
from monitor.health.watch import Stretch, reached_back
from monitor.health.wording import Background, notice_of
from monitor.records import MonitorRecords
from monitor.rhythm.learning import expected

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from core.clock import Clock
    from crawler.job import CrawlReport, Fetch, SourceLook
    from monitor.config import Config
    from monitor.health.news import Word

KEPT_FOR = timedelta(days=90)
_RATE_OVER = timedelta(days=14)
_LEARNED = 20.0  # articles that a rhythm was learned of, before its silences mean anything
_WAS_OFF = "siaga was not running"
_OVERFLOWED = "the listing did not reach back to what was known"


class HealthDesk:
    """Keeps the health of the sites of a config."""

    def __init__(self, config: Config, *, clock: Clock, rules: Rules | None = None) -> None:
        self._config = config
        self._clock = clock
        self._rules = rules or Rules()

    def apply(self, config: Config) -> None:
        self._config = config

    # Looks ----------------------------------------------------------------------------------------

    def looked(self, connection: sqlite3.Connection, report: CrawlReport) -> None:
        """Note what a look says of a site and of its sources, once its report was taken in."""
        if not report.final or report.cut_short or report.asked_nothing:
            return
        records, now = HealthRecords(connection), self._clock.now()
        known = records.of_site(report.site)
        for look in report.sources:
            self._look_at_source(records, known, report.site, look)
        seen = self._observed(connection, report, now)
        before = known.get(Subject(site=report.site), Health())
        if seen.succeeded:
            self._watch(connection, report, before, now)
        self._judge_site(records, report.site, before, seen)

    def failed(self, connection: sqlite3.Connection, site: str, problem: str) -> None:
        """Note a look that gave no report because it broke the worker."""
        records = HealthRecords(connection)
        before = records.of_site(site).get(Subject(site=site), Health())
        seen = Observed(
            at=self._clock.now(),
            succeeded=False,
            outcome=Outcome.QUARANTINED,
            detail=problem,
            worked_before=records.succeeded_at(site) is not None,
        )
        self._judge_site(records, site, before, seen)

    def note_coverage(self, connection: sqlite3.Connection) -> None:
        """Note how many sites were watched within the last day, for digests that have nothing else to say."""
        records, now = HealthRecords(connection), self._clock.now()
        names = [site.name for site in self._config.crawl.sites]
        watched = sum(bool(records.stretches(name, since=now - A_DAY)) for name in names)
        put_coverage(connection, Coverage(covered=watched, sites=len(names)), at=now)

    def _judge_site(
        self, records: HealthRecords, site: str, before: Health, seen: Observed
    ) -> None:
        records.put(
            Subject(site=site),
            judge(before, seen, patience=self._rules.site, rules=self._rules),
        )

    def _look_at_source(
        self,
        records: HealthRecords,
        known: Mapping[Subject, Health],
        site: str,
        look: SourceLook,
    ) -> None:
        subject = Subject(site=site, source=look.state.url)
        succeeded = look.fetch.outcome in LOOKED
        has_news = succeeded and look.listed > len(look.listed_known)
        seen = Observed(
            at=look.fetch.at,
            succeeded=succeeded,
            outcome=look.fetch.outcome,
            detail=None if succeeded else described(look.fetch),
            silent_since=look.fetch.at if has_news else records.news_at(subject),
        )
        before = known.get(subject, Health())
        records.put(subject, judge(before, seen, patience=self._rules.source, rules=self._rules))
        if has_news or (succeeded and subject not in known):
            records.put_news(subject, look.fetch.at)

    def _observed(
        self, connection: sqlite3.Connection, report: CrawlReport, now: datetime
    ) -> Observed:
        records, site = HealthRecords(connection), report.site
        problem, failed = problem_of(report), _failed(report)
        if problem is not None:
            return Observed(
                at=now,
                succeeded=False,
                outcome=failed[0].outcome if failed else None,
                detail=problem,
                worked_before=records.succeeded_at(site) is not None,
            )
        silent_since = self._silent_since(records, site)
        return Observed(
            at=now,
            succeeded=True,
            some_fail=bool(failed),
            detail=described(failed[0]) if failed else None,
            silent_since=silent_since,
            expected=self._expected(connection, site, silent_since, now),
            per_day=_per_day(records, site, silent_since, now),
            articles=records.samples(site, SAMPLE),
        )

    def _silent_since(self, records: HealthRecords, site: str) -> datetime | None:
        """Since when a site has brought nothing: its last article, or the first look at it."""
        last = records.last_article_at(site)
        return last or min(records.baselines(site).values(), default=None)

    def _expected(
        self,
        connection: sqlite3.Connection,
        site: str,
        since: datetime | None,
        until: datetime,
    ) -> float | None:
        rhythm = MonitorRecords(connection).rhythm(site)
        if rhythm is None or since is None or sum(rhythm.found) < _LEARNED:
            return None
        return expected(rhythm, since, until, zone=self._zone(site))

    def _zone(self, site: str) -> tzinfo:
        config = self._config.crawl.site(site)
        return ZoneInfo((config.timezone if config else None) or self._config.timezone)

    def _watch(
        self, connection: sqlite3.Connection, report: CrawlReport, before: Health, now: datetime
    ) -> None:
        """Extend the time over which a site was watched, or begin anew where its listing fell short."""
        records = HealthRecords(connection)
        last = records.last_stretch(report.site)
        first_looks = records.baselines(report.site)
        judged = [
            look
            for look in report.sources
            if look.fetch.outcome in LOOKED and first_looks.get(look.state.url, now) < look.fetch.at
        ]
        if last is None:
            stretch = Stretch(since=now, until=now)
        elif all(map(reached_back, judged)):
            stretch = Stretch(since=last.since, until=now)
        else:
            off = _was_off(connection, last.until)
            causes = (before.detail if before.failures else None, _WAS_OFF if off else None)
            why = "; ".join(filter(None, (*causes, _OVERFLOWED)))
            stretch = Stretch(since=now, until=now, gap=why)
        records.put_stretch(report.site, stretch)
        records.purge(now=now, kept_for=KEPT_FOR)

    # Telling --------------------------------------------------------------------------------------

    def anything_to_tell(self, connection: sqlite3.Connection) -> bool:
        """Whether `tell` would change something; writes nothing."""
        known = self._known(HealthRecords(connection))
        network = self._network(known)
        now = self._clock.now()
        return network != known.get(NETWORK) or bool(
            words({**known, NETWORK: network}, now=now, rules=self._rules)
        )

    def tell(self, connection: sqlite3.Connection) -> tuple[str, ...]:
        """Put notices of what changed into the outbox; returns each change in a sentence for the log."""
        records, now = HealthRecords(connection), self._clock.now()
        known = self._known(records)
        network = self._network(known)
        records.put(NETWORK, network)
        found = words({**known, NETWORK: network}, now=now, rules=self._rules)
        if not found:
            return ()
        told = batches(found, rules=self._rules)
        if self._config.health:
            self._enqueue(connection, told, now)
        for word in found:
            records.put(word.subject, heard(word, now=now))
        return tuple(map(_in_short, found))

    def _enqueue(
        self, connection: sqlite3.Connection, told: Sequence[Sequence[Word]], now: datetime
    ) -> None:
        records = HealthRecords(connection)
        sites = {word.subject.site for batch in told for word in batch}
        background = Background(
            zone=ZoneInfo(self._config.timezone),
            last_articles={one: at for one in sites if (at := records.last_article_at(one))},
            sites=len(self._config.crawl.sites),
        )
        channels = {name: self._config.channels[name] for name in self._config.health}
        for batch in told:
            notice = notice_of(batch, background)
            enqueue_notice(connection, notice, address_all(channels), at=now)

    def _known(self, records: HealthRecords) -> dict[Subject, Health]:
        """The health of what the config names, of sources only where it is news or was told just now."""
        sites = {site.name for site in self._config.crawl.sites}
        told_since = self._clock.now() - self._rules.gather
        told_of = {
            subject: health
            for subject, health in records.to_tell_of(told_since=told_since).items()
            if subject == NETWORK or subject.site in sites
        }
        changed = {one.site for one, health in told_of.items() if one.source and _is_news(health)}
        worth = {site: records.worth_telling(site) for site in changed}
        return {
            subject: health
            for subject, health in told_of.items()
            if not subject.source or not _is_news(health) or subject.source in worth[subject.site]
        }

    def _network(self, known: Mapping[Subject, Health]) -> Health:
        sites = [health for one, health in known.items() if one.site and not one.source]
        before = known.get(NETWORK, Health(state=State.WORKING, reason=Reason.FINE))
        return network_after(before, sites, now=self._clock.now(), rules=self._rules)


def _per_day(
    records: HealthRecords, site: str, silent_since: datetime | None, now: datetime
) -> float:
    """A site's articles a day of late, counted only where its silence is long enough to be judged by it."""
    if silent_since is None or now - silent_since < UNLEARNED_SILENCE:
        return 0.0
    count = records.count_articles(site, since=now - _RATE_OVER)
    return count / (_RATE_OVER / A_DAY)


def _was_off(connection: sqlite3.Connection, since: datetime) -> bool:
    """Whether the daemon started after this instant: it was not running for some time before."""
    daemon = MonitorRecords(connection).daemon()
    return daemon is not None and from_text(daemon["started_at"]) > since


def _is_news(health: Health) -> bool:
    return health.state is not health.told


def _failed(report: CrawlReport) -> list[Fetch]:
    """The sources' fetches that failed; where there was no source, whatever was asked for instead."""
    of_sources = [one.fetch for one in report.sources if one.fetch.outcome not in LOOKED]
    if report.sources:
        return of_sources
    return [one for one in report.fetches if one.outcome not in LOOKED]


def _in_short(word: Word) -> str:
    subject = " ".join(filter(None, (word.subject.site, word.subject.source))) or "the network"
    health = word.health
    detail = f" ({health.detail})" if health.detail and not word.recovered else ""
    return f"{subject} is {health.state}: {SAID[health.reason]}{detail}"
