"""Takes the reports of visits into the database: what is new, what is known, what is to be tried again.

The daemon, `scrapy crawl` and `siaga import` all store through here, inside a transaction of the caller's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from crawler.archive import Archive
from crawler.cleaning import thin
from crawler.duplicates import content_hash, same_piece, title_hash
from crawler.outcomes import Outcome, next_try, stands_in
from crawler.records import CrawlRecords
from crawler.retention.tombstones import Tombstones
from crawler.revisions.relooks import Finding
from crawler.revisions.rereading import Rereading
from crawler.source_records import SourceRecords
from crawler.stories.archive import StoryArchive
from crawler.troubles import LOOKED, described, described_trouble, outcome_of, problem_of
from crawler.urls import canonical, fingerprint
from crawler.visits.known_page import Behind, first_sight, listed_anew
from crawler.visits.standing import standing_for

if TYPE_CHECKING:
    import sqlite3

    from crawler.archive import StoredArticle
    from crawler.article import Article
    from crawler.job import Announced, CrawlReport, PageRead
    from crawler.retention.tombstones import Tombstone
    from crawler.visits.known_page import KnownPage

FETCHES_KEPT_FOR = timedelta(days=7)


class Origin(StrEnum):
    """How an article came in, which decides whether it may alert."""

    CRAWL = "crawl"
    BASELINE = "baseline"  # it was there before its source was first looked at
    IMPORT = "import"
    IMPORT_ALERT = "import-alert"


class Placing(StrEnum):
    """What became of an article that came in."""

    NEW = "new"
    COMPLETED = "completed"  # a thin article got its text
    KNOWN = "known"  # it was there already, perhaps under another address
    PRUNED = "pruned"  # it was there once; only its tombstone is left


@dataclass(slots=True, kw_only=True)
class Taken:
    """What taking something in changed: counts for the log and for people."""

    new: int = 0
    thin: int = 0  # of the new ones: from the feed alone
    baseline: int = 0  # of the new ones: there before their source was first looked at
    completed: int = 0
    known: int = 0
    refused: int = 0  # pages that gave no article
    revised: int = 0  # known articles that were changed
    gone: int = 0  # known articles that were found missing
    first_listed: list[datetime | None] = field(default_factory=list)
    """When each page that was read for the first time was published; None where nothing says so."""

    def add(self, other: Taken) -> None:
        self.new += other.new
        self.thin += other.thin
        self.baseline += other.baseline
        self.completed += other.completed
        self.known += other.known
        self.refused += other.refused
        self.first_listed += other.first_listed
        self.revised += other.revised
        self.gone += other.gone


class Intake:
    """Stores reports and articles through one connection, in the caller's immediate transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._archive = Archive(connection)
        self._records = CrawlRecords(connection)
        self._sources = SourceRecords(connection)
        self._stories = StoryArchive(connection)
        self._rereading = Rereading(connection)
        self._tombstones = Tombstones(connection)

    def take_report(self, report: CrawlReport, *, now: datetime | None = None) -> Taken:
        """Take in a report, or part of one. Doing it twice changes nothing."""
        now = now or datetime.now(UTC)
        taken = Taken()
        behind = Behind(
            baselined=self._sources.baselined(report.site),
            covered_until=self._sources.covered_until(report.site),
        )
        for announced in report.announced:
            self._remember(report.site, announced, behind)
        for page in report.pages:
            if not self._records.add_fetch(report.site, page.fetch):
                continue
            if page.relook is not None:
                _count_finding(self._rereading.take(page, now=now), taken)
            else:
                self._take_page(report.site, page, behind, taken)
        fresh = [fetch for fetch in report.fetches if self._records.add_fetch(report.site, fetch)]
        for robots in report.robots:
            self._records.put_robots(report.site, robots)
        if report.final:
            self._take_looks(report, now, heard=bool(fresh))
        return taken

    def take_article(
        self, article: Article, *, origin: Origin, at: datetime, announced: str | None = None
    ) -> tuple[Placing, int | None]:
        """Store an article, or recognise it; returns what became of it and its id, None of a pruned one.

        `announced` is the address under which it was found, where that differs from its own.
        """
        own = canonical(article.url)
        hashed = content_hash(article)
        article = self._at_its_own_address(article, own, hashed)
        known = self._archive.find(article.canonical_url) or self._archive.find(own)
        twin = None if article.thin else self._archive.find_by_content(article.site or "", hashed)
        original = known or twin
        if original is not None:
            article_id = original.id
            placing = self._meet(original, article, hashed, at)
        elif (buried := self._buried(article, own, hashed)) is not None:
            addresses = {own, article.canonical_url, canonical(announced or article.url)}
            self._tombstones.add_addresses(buried.article, addresses)
            return Placing.PRUNED, None
        else:
            placing = Placing.NEW
            article_id = self._store(article, hashed, origin, at)
        reason = "same-text" if original is twin and twin is not None else "canonical"
        for url in (article.url, article.canonical_url):
            self._alias(article_id, url, reason, at)
        if announced is not None:
            self._alias(article_id, announced, "redirect", at)
        return placing, article_id

    def _store(self, article: Article, hashed: str, origin: Origin, at: datetime) -> int:
        article_id = self._archive.add(article, content_hash=hashed, origin=origin, at=at)
        dated_at = _stand_in_date(origin, at)
        self._stories.place(article_id, article, dated_at=dated_at, at=at)
        return article_id

    def _at_its_own_address(self, article: Article, own: str, hashed: str) -> Article:
        """The article, at its own address where the canonical one that it claims is another's."""
        if article.canonical_url == own:
            return article
        claimed = self._archive.find(article.canonical_url)
        if claimed is not None:
            theirs = same_piece(article, claimed.article.title, claimed.content_hash)
        else:
            buried = self._tombstones.at(article.canonical_url)
            theirs = buried is None or _is_of(buried, article, hashed)
        return article if theirs else replace(article, canonical_url=own)

    def _buried(self, article: Article, own: str, hashed: str) -> Tombstone | None:
        """The tombstone of an article that was pruned."""
        there = self._tombstones.at(article.canonical_url) or self._tombstones.at(own)
        if there is not None or article.thin:
            return there
        return self._tombstones.with_content(article.site or "", hashed)

    def _meet(
        self, original: StoredArticle, article: Article, hashed: str, at: datetime
    ) -> Placing:
        if original.article.thin and not article.thin:
            self._archive.complete(original.id, article, content_hash=hashed, at=at)
            dated_at = _stand_in_date(Origin(original.origin), original.first_seen_at)
            self._stories.place_again(original.id, article, dated_at=dated_at, at=at)
            return Placing.COMPLETED
        return Placing.KNOWN

    def _alias(self, article_id: int, url: str, reason: str, at: datetime) -> None:
        self._archive.add_alias(canonical(url), url, article_id, reason, at)

    # Pages ----------------------------------------------------------------------------------------

    def _remember(self, site: str, page: Announced, behind: Behind) -> None:
        """Note that a page is to be read; of one that was tried before everything is known."""
        key = fingerprint(canonical(page.announcement.url))
        known = self._records.page(site, key)
        if known is None:
            noted = first_sight(key, site, page, behind, at=page.at)
        elif known.tries == 0:
            noted = listed_anew(known, page, behind)
        else:
            return
        self._records.put_announced(noted, page.announcement.url, at=page.at)

    def _take_page(self, site: str, page: PageRead, behind: Behind, taken: Taken) -> None:
        key = fingerprint(canonical(page.announcement.url))
        known = self._records.page(site, key)
        if known is None:
            known = first_sight(key, site, page, behind, at=page.fetch.at)
        if known.tries == 0:
            taken.first_listed.append(_published_at(page))
        tries = known.tries + 1
        article_id = self._article_of(site, page, known, tries, taken)
        self._records.put_page(
            replace(known, tries=tries, article_id=article_id or known.article_id),
            page.fetch,
            next_try_at=next_try(page.fetch.outcome, tries, page.fetch.at),
        )

    def _article_of(
        self, site: str, page: PageRead, known: KnownPage, tries: int, taken: Taken
    ) -> int | None:
        """Store what the page gave, or what its source said in its place; the article's id."""
        if page.fetch.outcome is Outcome.DUPLICATE:
            return self._take_duplicate(page, taken)
        article = page.article
        if article is None:
            taken.refused += 1
            if stands_in(page.fetch.outcome, tries):
                article = thin(page.announcement, site=site)
        if article is None:
            return None
        placing, article_id = self.take_article(
            article,
            origin=Origin.BASELINE if known.baseline else Origin.CRAWL,
            at=page.fetch.at,
            announced=page.announcement.url,
        )
        if article_id is not None and placing is not Placing.KNOWN:
            self._rereading.begin(article_id, page, at_once=not known.baseline)
        _count(placing, taken, thin=article.thin, baseline=known.baseline)
        return article_id

    def _take_duplicate(self, page: PageRead, taken: Taken) -> int | None:
        original = self._archive.find(page.fetch.detail or "")
        if original is None:
            return None
        self._alias(original.id, page.announcement.url, "same-text", page.fetch.at)
        taken.known += 1
        return original.id

    # Sources --------------------------------------------------------------------------------------

    def _take_looks(self, report: CrawlReport, now: datetime, *, heard: bool) -> None:
        """`heard`: whether the report told of a fetch that no report before it had told of."""
        problems: list[str] = []
        for look in report.sources:
            succeeded = look.fetch.outcome in LOOKED
            if report.cut_short and not succeeded:
                continue
            if self._records.add_fetch(report.site, look.fetch):
                heard = True
                complete = not report.more
                self._sources.put_look(report.site, look, succeeded=succeeded, complete=complete)
                self._records.listed_again(report.site, look.listed_known, look.fetch.at)
            if not succeeded:
                problems.append(described(look.fetch))
        if report.cut_short or report.asked_nothing:
            return
        self._choose(report, now)
        problems += self._problems_of_resting(report)
        wait = timedelta(seconds=report.retry_after) if report.retry_after else None
        self._records.put_visit(
            report.site,
            at=now,
            discovered=report.discovered and (bool(report.sources) or _home_broke(report)),
            not_before=now + wait if wait else None,
            problem="; ".join(problems) or problem_of(report),
            failed=outcome_of(report),
            again=not heard,
        )
        if report.url is not None:
            self._records.put_home(report.site, report.url, report.home)
        self._records.purge_fetches(now - FETCHES_KEPT_FOR)

    def _choose(self, report: CrawlReport, now: datetime) -> None:
        """Note which of the sources that were found are needed."""
        for choice in report.choices:
            known = self._sources.one(report.site, choice.url)
            if known is not None and (reason := standing_for(choice, known, now)) is not None:
                self._sources.put_standing(report.site, choice.url, reason, at=now)

    def _problems_of_resting(self, report: CrawlReport) -> list[str]:
        """What was wrong with the sources that the visit left alone, when they were last asked."""
        known = (self._sources.one(report.site, url) for url in report.resting)
        return [
            described_trouble(one.url, one.trouble.outcome, one.detail)
            for one in known
            if one is not None and one.trouble is not None
        ]


def _is_of(buried: Tombstone, article: Article, hashed: str) -> bool:
    """As crawler.duplicates.same_piece, for one of which only the tombstone is left."""
    return hashed == buried.content_hash or title_hash(article.title) == buried.title_hash


def _home_broke(report: CrawlReport) -> bool:
    """Whether the home page broke the worker: it is not asked again before the next day."""
    return any(one.kind == "home" and one.outcome is Outcome.QUARANTINED for one in report.fetches)


def _stand_in_date(origin: Origin, first_seen_at: datetime) -> datetime | None:
    """When an article that bears no date was published: only what a crawl found is new when it is seen."""
    return first_seen_at if origin is Origin.CRAWL else None


def _published_at(page: PageRead) -> datetime | None:
    of_article = page.article.published_at if page.article is not None else None
    return page.announcement.published_at or of_article


def _count_finding(finding: Finding | None, taken: Taken) -> None:
    taken.revised += finding is Finding.REVISED
    taken.gone += finding is Finding.GONE


def _count(placing: Placing, taken: Taken, *, thin: bool, baseline: bool) -> None:
    match placing:
        case Placing.NEW:
            taken.new += 1
            taken.thin += thin
            taken.baseline += baseline
        case Placing.COMPLETED:
            taken.completed += 1
        case Placing.KNOWN | Placing.PRUNED:
            taken.known += 1
