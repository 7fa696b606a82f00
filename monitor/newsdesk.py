"""The newsdesk: takes in what the crawler brings, matches it and fills the outbox, in one transaction.

It works on one connection, in one thread, under the database's exclusive lock.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from alerts.addressing import address
from alerts.alert import AlsoIn
from alerts.growth import put_growth
from alerts.outbox import enqueue
from core.database import immediate
from crawler.archive import Archive
from crawler.authorship import groups_of, independent_groups
from crawler.catalogue import read_catalogue
from crawler.intake import Intake, Taken
from crawler.story_archive import StoryArchive
from monitor.alerting import alert_for
from monitor.decisions import Decision, Rules, decide, repeats
from monitor.matching import Matcher
from monitor.records import MonitorRecords, WatchlistPlace
from monitor.subject import day_of, fields_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from core.clock import Clock
    from crawler.archive import StoredArticle
    from crawler.catalogue import Catalogue
    from crawler.job import CrawlReport
    from monitor.config import Config
    from monitor.matching import Match, Watchlist

CHUNK = 50
GONE_KEPT_FOR = timedelta(days=30)

logger = logging.getLogger("siaga.monitor")


@dataclass(slots=True, kw_only=True)
class Read:
    """What reading the article log brought: articles read, matches by decision, alerts made."""

    articles: int = 0
    matches: int = 0
    alerts: int = 0
    more: bool = False

    def add(self, other: Read) -> None:
        self.articles += other.articles
        self.matches += other.matches
        self.alerts += other.alerts
        self.more = other.more


class Newsdesk:
    """Matches what is stored against the watchlists of a config, once, in the order of the article log."""

    def __init__(
        self, db: Database, config: Config, *, clock: Clock, heed_baseline: bool = True
    ) -> None:
        self._db = db
        self._clock = clock
        self._heed_baseline = heed_baseline
        self._matchers: dict[tuple[str, ...], Matcher] = {}
        self._catalogue: Catalogue | None = None  # read when a watchlist first asks for groups
        self._config = config
        self.apply(config)

    def apply(self, config: Config) -> None:
        """Use another config: new watchlists begin where the log is, edited ones go on, gone ones wait."""
        with immediate(self._db) as connection:
            self._place_watchlists(connection, config)
        self._config = config
        self._watchlists = {watchlist.name: watchlist for watchlist in config.watchlists}
        self._rules = Rules(max_age=config.crawl.crawl.max_age, heed_baseline=self._heed_baseline)
        self._matchers.clear()

    def take_report(self, report: CrawlReport) -> tuple[Taken, Read]:
        """Take a report in and match what is new, in one transaction."""
        with immediate(self._db) as connection:
            taken = Intake(connection).take_report(report, now=self._clock.now())
            return taken, self._read_log(connection)

    def catch_up(self) -> Read:
        """Match the next few articles that something else stored, or that a new watchlist has yet to see.

        Looks before it begins to write; `more` says that another call is due at once.
        """
        if not self._behind():
            return Read()
        with immediate(self._db) as connection:
            read = self._read_log(connection)
            if not read.more:
                read.add(self._read_for_stragglers(connection))
            return read

    def _behind(self) -> bool:
        records, archive = MonitorRecords(self._db.conn), Archive(self._db.conn)
        places = records.places().values()
        straggling = any(
            place.read_seq is not None and place.name in self._watchlists for place in places
        )
        return straggling or archive.log_head() > records.read_to()

    # Watchlists' places ---------------------------------------------------------------------------

    def _place_watchlists(self, connection: sqlite3.Connection, config: Config) -> None:
        records, now = MonitorRecords(connection), self._clock.now()
        head = Archive(connection).log_head()
        self._forget_long_gone(records, now)
        places = records.places()
        for watchlist in config.watchlists:
            place = places.pop(watchlist.name, None)
            placed = self._placed(watchlist, place, head, records)
            if placed != place:
                records.put_place(placed, at=now)
                records.add_version(
                    placed.name, placed.version, placed.fingerprint, _definition(watchlist), at=now
                )
        for place in places.values():
            if place.gone_at is None:
                at = place.read_seq if place.read_seq is not None else records.read_to()
                records.put_place(replace(place, gone_at=now, read_seq=at), at=now)

    def _forget_long_gone(self, records: MonitorRecords, now: datetime) -> None:
        for place in records.places().values():
            if place.gone_at is not None and now - place.gone_at > GONE_KEPT_FOR:
                records.forget_watchlist(place.name)

    def _placed(
        self,
        watchlist: Watchlist,
        place: WatchlistPlace | None,
        head: int,
        records: MonitorRecords,
    ) -> WatchlistPlace:
        """Where a watchlist stands: a new one before everything, with what is there as its baseline."""
        fingerprint = watchlist.fingerprint
        if place is None:
            return WatchlistPlace(
                name=watchlist.name,
                version=records.last_version(watchlist.name) + 1,
                fingerprint=fingerprint,
                start_seq=head if self._heed_baseline else 0,
                read_seq=0 if head else None,
                gone_at=None,
            )
        version = place.version + (fingerprint != place.fingerprint)
        return replace(place, version=version, fingerprint=fingerprint, gone_at=None)

    # Reading the log ------------------------------------------------------------------------------

    def _read_log(self, connection: sqlite3.Connection) -> Read:
        """Read on with every watchlist that is in step."""
        records = MonitorRecords(connection)
        entries = Archive(connection).log_after(records.read_to(), CHUNK)
        if not entries:
            return Read()
        in_step = [
            place
            for place in records.places().values()
            if place.read_seq is None and place.name in self._watchlists
        ]
        read = self._match(connection, entries, in_step)
        records.set_read_to(entries[-1][0])
        read.more = len(entries) == CHUNK
        return read

    def _read_for_stragglers(self, connection: sqlite3.Connection) -> Read:
        """Read on with watchlists that are new or came back, until they are in step with the others."""
        records, total = MonitorRecords(connection), Read()
        stragglers = sorted(
            (
                place
                for place in records.places().values()
                if place.read_seq is not None and place.name in self._watchlists
            ),
            key=_read_seq,
        )
        for start, group in groupby(stragglers, key=_read_seq):
            places = list(group)
            entries = [
                entry
                for entry in Archive(connection).log_after(start, CHUNK)
                if entry[0] <= records.read_to()
            ]
            total.add(self._match(connection, entries, places))
            self._move_on(records, places, entries[-1][0] if entries else records.read_to())
            total.more = True
            break  # one chunk a transaction
        return total

    def _move_on(self, records: MonitorRecords, places: Iterable[WatchlistPlace], seq: int) -> None:
        in_step = seq >= records.read_to()
        for place in places:
            moved = replace(place, read_seq=None if in_step else seq)
            records.put_place(moved, at=self._clock.now())
            if in_step:
                counts = records.match_counts().get(place.name, {})
                logger.info(
                    "watchlist %s: %d of the articles stored so far match it; what comes now is alerted",
                    place.name,
                    sum(counts.values()),
                )

    def _match(
        self,
        connection: sqlite3.Connection,
        entries: Sequence[tuple[int, StoredArticle]],
        places: Sequence[WatchlistPlace],
    ) -> Read:
        read = Read()
        if not places:
            return read
        matcher = self._matcher(tuple(place.name for place in places))
        by_name = {place.name: place for place in places}
        for seq, stored in entries:
            article = stored.article
            matches = matcher.match(
                fields_of(article),
                article.site,
                on=day_of(article, stored.first_seen_at),
                language=article.language,
            )
            read.articles += 1
            read.matches += len(matches)
            read.alerts += self._tell(connection, seq, stored, matches, by_name)
        return read

    def _matcher(self, names: tuple[str, ...]) -> Matcher:
        if names not in self._matchers:
            self._matchers[names] = Matcher(self._watchlists[name] for name in names)
        return self._matchers[names]

    def _tell(
        self,
        connection: sqlite3.Connection,
        seq: int,
        stored: StoredArticle,
        matches: Sequence[Match],
        places: dict[str, WatchlistPlace],
    ) -> int:
        """Decide about each match, record it, and make one alert of those to be told; returns 0 or 1."""
        records, now = MonitorRecords(connection), self._clock.now()
        if not matches:
            return 0
        stories = StoryArchive(connection)
        known_as = stories.known_as(stored.story)
        told: list[Match] = []
        repeated = False
        for match in matches:
            watchlist = self._watchlists[match.watchlist]
            decision = decide(
                stored,
                seq=seq,
                start_seq=places[match.watchlist].start_seq,
                notifies=bool(watchlist.notify),
                told_before=repeats(stored, records.told_of(known_as, match.watchlist)),
                enough_wrote_it=self._enough_wrote_it(watchlist, stored, stories),
                mute_until=watchlist.mute_until,
                rules=self._rules,
                now=now,
            )
            records.put_match(
                article_id=stored.id,
                story=stored.story,
                watchlist=match.watchlist,
                version=places[match.watchlist].version,
                spans=match.spans,
                decision=decision,
                at=now,
            )
            repeated = repeated or decision is Decision.REPEATED
            if decision is Decision.ALERT:
                told.append(match)
        if repeated:
            outlets = [
                AlsoIn(site=site, url=url) for site, url in stories.also_in(stored.story, "")
            ]
            put_growth(connection, stored.story, outlets, known_as=known_as, at=now)
        if not told:
            return 0
        also_in = stories.also_in(stored.story, stored.article.site or "")
        alert = alert_for(stored, told, also_in=also_in)
        notify = {match.watchlist: self._watchlists[match.watchlist].notify for match in told}
        urgent = [name for name in notify if self._watchlists[name].urgent]
        addressed = address(alert, notify, self._config.channels, urgent=urgent)
        return 0 if enqueue(connection, alert, addressed, at=now) is None else 1

    def _enough_wrote_it(
        self, watchlist: Watchlist, stored: StoredArticle, stories: StoryArchive
    ) -> bool:
        """Whether as many groups of publishers wrote of the story for themselves as the watchlist asks."""
        if watchlist.min_independent <= 1:
            return True
        if self._catalogue is None:
            self._catalogue = read_catalogue()
        members = stories.members(stored.story)
        groups = groups_of(members, self._catalogue)
        return independent_groups(members, groups) >= watchlist.min_independent


def _read_seq(place: WatchlistPlace) -> int:
    return place.read_seq or 0


def _definition(watchlist: Watchlist) -> dict[str, Any]:
    """What a watchlist asks for, as its versions keep it."""
    return {
        "query": str(watchlist.query),
        "fields": list(watchlist.fields),
        "sites": sorted(watchlist.sites),
    }
