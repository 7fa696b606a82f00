"""Collects what the tables know of one address and one watchlist: the facts that why.journey tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.outbox.history import journeys
from crawler.archive import Archive
from crawler.catalogue import read_catalogue
from crawler.provenance import Provenance
from crawler.retention.tombstones import Tombstones
from crawler.stories.archive import StoryArchive
from crawler.stories.authorship import groups_of, independent_groups, original, roles
from crawler.urls import canonical, same_site
from monitor.matching.subject import day_of, fields_of
from monitor.records import MonitorRecords
from monitor.why.explaining import explain
from monitor.why.journey import Facts, Membership, SiteFacts
from monitor.why.match_history import recorded_match, versions

if TYPE_CHECKING:
    import sqlite3

    from alerts.outbox.history import AlertJourney
    from crawler.archive import StoredArticle
    from monitor.config import Config
    from monitor.matching.matcher import Watchlist
    from monitor.why.explaining import Clause


class Tracer:
    """Reads what is known through one connection; changes nothing."""

    def __init__(self, connection: sqlite3.Connection, config: Config) -> None:
        self._connection = connection
        self._config = config
        self._archive = Archive(connection)
        self._provenance = Provenance(connection)
        self._records = MonitorRecords(connection)

    def facts(self, url: str, watchlist: Watchlist) -> Facts:
        """What is known of an address and a watchlist. Raises ValueError for what is no http address."""
        stored = self._archive.find(canonical(url))
        pages = self._provenance.pages(url, stored.id if stored else None)
        tombstone = None if stored else Tombstones(self._connection).at(canonical(url))
        seen = stored is not None or tombstone is not None or pages
        place = self._records.places().get(watchlist.name)
        read_to = self._records.read_to()
        return Facts(
            url=url,
            watchlist=watchlist,
            zone=self._config.timezone,
            max_age=self._config.crawl.crawl.max_age,
            sites=self._sites(url),
            near=() if seen else self._provenance.near(url),
            pages=pages,
            stored=stored,
            tombstone=tombstone,
            others=self._provenance.other_addresses(stored.id) if stored else (),
            log=self._provenance.log(stored.id) if stored else (),
            kinship=self._provenance.kinship(stored.id) if stored else None,
            membership=self._membership(stored) if stored else None,
            place=place,
            versions=versions(self._connection, watchlist.name),
            read_to=place.read_seq if place and place.read_seq is not None else read_to,
            clause=_clause(watchlist, stored) if stored and not stored.text_pruned_at else None,
            match=recorded_match(self._connection, stored.id, watchlist.name) if stored else None,
            alerts=self._alerts(stored, watchlist) if stored else (),
        )

    def _sites(self, url: str) -> tuple[SiteFacts, ...]:
        """The sites of the config that share the address's registered domain."""
        crawl = self._config.crawl
        return tuple(
            SiteFacts(
                name=site.name,
                sources=self._provenance.sources(site.name),
                problem=self._provenance.last_problem(site.name),
                robots_allow=self._provenance.robots_allow(url, crawl.crawl.user_agent),
            )
            for site in crawl.sites
            if same_site(site.url, url)
        )

    def _membership(self, stored: StoredArticle) -> Membership:
        members = StoryArchive(self._connection).members(stored.story)
        groups = groups_of(members, read_catalogue())
        first = self._archive.article(original(members).article)
        return Membership(
            story=stored.story,
            role=roles(members, groups)[stored.id],
            original_url=first.article.url if first else stored.article.url,
            pieces=len(members),
            independent=independent_groups(members, groups),
        )

    def _alerts(self, stored: StoredArticle, watchlist: Watchlist) -> tuple[AlertJourney, ...]:
        known_as = StoryArchive(self._connection).known_as(stored.story)
        channels = self._config.channels
        return journeys(self._connection, known_as, watchlist.name, channels=channels)


def _clause(watchlist: Watchlist, stored: StoredArticle) -> Clause:
    article = stored.article
    on = day_of(article, stored.first_seen_at)
    return explain(watchlist, fields_of(article), article.site, on=on)
