"""The newsdesk: takes in what the crawler brings, matches it and fills the outbox, in one transaction.

It works on one connection, in one thread, under the database's exclusive lock.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from alerts.addressing import address
from alerts.alert import AlsoIn
from alerts.outbox.outbox import enqueue
from alerts.policy.growth import put_growth
from core.database import immediate
from crawler.archive import Archive
from crawler.catalogue import read_catalogue
from crawler.intake import Intake, Taken
from crawler.revisions.archive import Event, RevisionArchive
from crawler.revisions.relook_records import RelookRecords
from crawler.revisions.relooks import next_step
from crawler.stories.archive import StoryArchive
from crawler.stories.authorship import groups_of, independent_groups
from monitor.alerting import alert_for
from monitor.decisions import Decision, Rules, decide, repeats
from monitor.enrolment import enrol, move_on
from monitor.followups import Followed, Followups
from monitor.health.desk import HealthDesk
from monitor.matching.matcher import Matcher
from monitor.matching.matchers import Matchers
from monitor.matching.subject import day_of, fields_of
from monitor.matching.word_shares import word_shares
from monitor.readers import readers
from monitor.records import MonitorRecords
from monitor.revision_lines import as_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping, Sequence

    from sqlite_utils import Database

    from core.clock import Clock
    from crawler.archive import StoredArticle
    from crawler.catalogue import Catalogue
    from crawler.job import CrawlReport
    from crawler.revisions.archive import Logged
    from monitor.config import Config
    from monitor.health.state import Rules as HealthRules
    from monitor.matching.matcher import Match, Matcher, Watchlist
    from monitor.readers import Group, Readers
    from monitor.records import WatchlistPlace

CHUNK = 50

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
        self,
        db: Database,
        config: Config,
        *,
        clock: Clock,
        heed_baseline: bool = True,
        health_rules: HealthRules | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._heed_baseline = heed_baseline
        self._matchers = Matchers()
        self._health = HealthDesk(config, clock=clock, rules=health_rules)
        self._catalogue: Catalogue | None = None  # read when a watchlist first asks for groups
        self._config = config
        self.apply(config)

    def apply(self, config: Config) -> None:
        """Use another config: new watchlists begin where the log is, edited ones go on, gone ones wait."""
        with immediate(self._db) as connection:
            enrol(
                connection,
                config.watchlists,
                heed_baseline=self._heed_baseline,
                now=self._clock.now(),
            )
        self._config = config
        self._health.apply(config)
        self._watchlists = {watchlist.name: watchlist for watchlist in config.watchlists}
        self._readers: Readers | None = None
        self._rules = Rules(max_age=config.crawl.crawl.max_age, heed_baseline=self._heed_baseline)
        self._matchers.apply(self._watchlists)

    def take_report(self, report: CrawlReport) -> tuple[Taken, Read]:
        """Take a report in and match what is new, in one transaction."""
        with immediate(self._db) as connection:
            taken = Intake(connection).take_report(report, now=self._clock.now())
            self._health.looked(connection, report)
            return taken, self._read_log(connection)

    def look_failed(self, site: str, problem: str) -> None:
        """Note a look that gave no report."""
        with immediate(self._db) as connection:
            self._health.failed(connection, site, problem)

    def tell_health(self) -> tuple[str, ...]:
        """Put notices of changed health into the outbox; returns each change in a sentence."""
        if not self._health.anything_to_tell(self._db.conn):
            return ()
        with immediate(self._db) as connection:
            return self._health.tell(connection)

    def note_coverage(self) -> None:
        """Note how many sites were watched, for digests of empty days."""
        with immediate(self._db) as connection:
            self._health.note_coverage(connection)

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
        return bool(self._who_reads(records).behind) or archive.log_head() > records.read_to()

    def _who_reads(self, records: MonitorRecords) -> Readers:
        """Remembered until they move: to look up thousands of places takes longer than all matching."""
        if self._readers is None:
            self._readers = readers(records.places().values(), self._watchlists)
        return self._readers

    # Reading the log ------------------------------------------------------------------------------

    def _read_log(self, connection: sqlite3.Connection) -> Read:
        """Read on with every watchlist that is in step."""
        records = MonitorRecords(connection)
        entries = Archive(connection).log_after(records.read_to(), CHUNK)
        if not entries:
            return Read()
        read = self._match(connection, entries, self._who_reads(records).in_step)
        records.set_read_to(entries[-1][0])
        read.more = len(entries) == CHUNK
        return read

    def _read_for_stragglers(self, connection: sqlite3.Connection) -> Read:
        """Read on with watchlists that are new or came back, until they are in step with the others."""
        records, total = MonitorRecords(connection), Read()
        behind, self._readers = self._who_reads(records).behind, None
        for group in behind[:1]:  # one chunk a transaction
            entries = [
                entry
                for entry in Archive(connection).log_after(group.read_to or 0, CHUNK)
                if entry[0] <= records.read_to()
            ]
            total.add(self._match(connection, entries, group))
            seq = entries[-1][0] if entries else records.read_to()
            move_on(records, group.places.values(), seq, now=self._clock.now())
            total.more = True
        return total

    def _match(
        self,
        connection: sqlite3.Connection,
        entries: Sequence[tuple[int, StoredArticle]],
        group: Group,
    ) -> Read:
        read, places = Read(), group.places
        if not places:
            return read
        matcher = self._matchers.of(group.names, partial(word_shares, connection))
        changes = RevisionArchive(connection).logged(seq for seq, _ in entries)
        for seq, stored in entries:
            logged = changes.get(seq)
            if logged is None:
                matches: Collection[Match] = _matches(matcher, stored)
                read.alerts += self._tell(connection, seq, stored, tuple(matches), places)
            else:
                followed = _followed(matcher, seq, as_of(stored, logged), logged)
                matches = followed.after.values()
                read.alerts += self._follow_up(connection, followed, places)
            read.articles += 1
            read.matches += len(matches)
        return read

    def _tell(
        self,
        connection: sqlite3.Connection,
        seq: int,
        stored: StoredArticle,
        matches: Sequence[Match],
        places: Mapping[str, WatchlistPlace],
    ) -> int:
        """Decide about each match, record it, and make one alert of those to be told; returns 0 or 1."""
        told = self._decide(connection, seq, stored, matches, places)
        if not told:
            return 0
        also_in = StoryArchive(connection).also_in(stored.story, stored.article.site or "")
        alert = alert_for(stored, told, also_in=also_in)
        notify = {match.watchlist: self._watchlists[match.watchlist].notify for match in told}
        urgent = [name for name in notify if self._watchlists[name].urgent]
        addressed = address(alert, notify, self._config.channels, urgent=urgent)
        enqueued = enqueue(connection, alert, addressed, at=self._clock.now())
        return 0 if enqueued is None else 1

    def _follow_up(
        self,
        connection: sqlite3.Connection,
        followed: Followed,
        places: Mapping[str, WatchlistPlace],
    ) -> int:
        """Tell what became of an article: to whom it is news, and to those who were told; returns 0 or 1."""
        records, stored = MonitorRecords(connection), followed.stored
        met = [one for one in records.met_by(stored.id) if one.watchlist in places]
        news: list[str] = []
        if followed.logged.event is Event.REVISED:
            self._record(connection, stored, followed.stayed(), followed.kept(met), places)
            alerted = self._decide(
                connection, followed.seq, stored, followed.entered(), places, entered=True
            )
            told = {one.watchlist for one in met if one.told}
            news = [match.watchlist for match in alerted if match.watchlist not in told]
        followups = Followups(
            connection, self._watchlists, self._config.channels, now=self._clock.now()
        )
        return followups.tell(followed, met, news)

    def _decide(
        self,
        connection: sqlite3.Connection,
        seq: int,
        stored: StoredArticle,
        matches: Sequence[Match],
        places: Mapping[str, WatchlistPlace],
        *,
        entered: bool = False,
    ) -> list[Match]:
        """Decide about each match and record it; returns those to be told.

        `entered`: the article came into these watchlists by a change of its text.
        """
        decided = {
            match.watchlist: self._decision(
                connection, seq, stored, places[match.watchlist], entered=entered
            )
            for match in matches
        }
        self._record(connection, stored, matches, decided, places)
        if Decision.REPEATED in decided.values():
            self._note_growth(connection, stored.story)
        return [match for match in matches if decided[match.watchlist] is Decision.ALERT]

    def _record(
        self,
        connection: sqlite3.Connection,
        stored: StoredArticle,
        matches: Sequence[Match],
        decided: Mapping[str, Decision],
        places: Mapping[str, WatchlistPlace],
    ) -> None:
        """Record matches as the article stands now, with what is decided about each."""
        if not matches:
            return
        records, now = MonitorRecords(connection), self._clock.now()
        # Somebody waits for news of it from now on.
        RelookRecords(connection).want(stored.id, next_step(stored.first_seen_at, now))
        for match in matches:
            records.put_match(
                article_id=stored.id,
                story=stored.story,
                watchlist=match.watchlist,
                version=places[match.watchlist].version,
                spans=match.spans,
                decision=decided[match.watchlist],
                at=now,
                revision=stored.revision,
            )

    def _decision(
        self,
        connection: sqlite3.Connection,
        seq: int,
        stored: StoredArticle,
        place: WatchlistPlace,
        *,
        entered: bool,
    ) -> Decision:
        watchlist, stories = self._watchlists[place.name], StoryArchive(connection)
        told = MonitorRecords(connection).told_of(stories.known_as(stored.story), place.name)
        return decide(
            stored,
            seq=seq,
            start_seq=place.start_seq,
            notifies=bool(watchlist.notify),
            told_before=repeats(stored, told),
            enough_wrote_it=self._enough_wrote_it(watchlist, stored, stories),
            mute_until=watchlist.mute_until,
            rules=self._rules,
            now=self._clock.now(),
            entered=entered,
        )

    def _note_growth(self, connection: sqlite3.Connection, story: int) -> None:
        """Say in which outlets a story stands by now that somebody was told of."""
        stories = StoryArchive(connection)
        outlets = [AlsoIn(site=site, url=url) for site, url in stories.also_in(story, "")]
        known_as, now = stories.known_as(story), self._clock.now()
        put_growth(connection, story, outlets, known_as=known_as, at=now)

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


def _matches(matcher: Matcher, stored: StoredArticle) -> tuple[Match, ...]:
    article = stored.article
    return matcher.match(
        fields_of(article),
        article.site,
        on=day_of(article, stored.first_seen_at),
        language=article.language,
    )


def _followed(matcher: Matcher, seq: int, stored: StoredArticle, logged: Logged) -> Followed:
    """What became of an article, with what it met before and after, by the watchlists as they are now."""
    matches = after = _matches(matcher, stored)
    if logged.before is not None:
        article = replace(stored.article, title=logged.before.title, body=logged.before.body)
        matches = _matches(matcher, replace(stored, article=article))
    return Followed(
        seq=seq,
        stored=stored,
        logged=logged,
        before={match.watchlist: match for match in matches},
        after={match.watchlist: match for match in after},
    )
