"""Takes in what looks at known articles found: new texts, articles that went, articles that came back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.archive import Archive
from crawler.duplicates import content_hash
from crawler.outcomes import Outcome
from crawler.revisions.archive import RevisionArchive
from crawler.revisions.comparing import Verdict, Version, compare, shared
from crawler.revisions.relook_records import RelookRecords
from crawler.revisions.relooks import Absence, Finding, absence_of, absent, next_step, planned
from crawler.stories.archive import StoryArchive
from crawler.urls import canonical

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from crawler.archive import StoredArticle
    from crawler.article import Article
    from crawler.job import PageRead
    from crawler.revisions.relook_records import Planned

_ANOTHER_TEXT = 0.2
"""A page at another address that has less of the article's words is another article."""
_SAME_TEXT = frozenset({Finding.SAME, Finding.TRIVIAL, Finding.REVISED})


class Rereading:
    """Plans looks at articles and takes in what they bring, in the caller's immediate transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._archive = Archive(connection)
        self._relooks = RelookRecords(connection)
        self._revisions = RevisionArchive(connection)
        self._stories = StoryArchive(connection)

    def begin(self, article_id: int, page: PageRead, *, at_once: bool) -> None:
        """Plan the looks at an article that was just read; not `at_once`: once somebody wants them."""
        stored = self._archive.article(article_id)
        if stored is not None and not stored.article.thin:
            step = next_step(stored.first_seen_at, page.fetch.at) if at_once else None
            self._relooks.begin(article_id, stored.article.site or "", page, step)

    def take(self, page: PageRead, *, now: datetime) -> Finding | None:
        """What a look found, stored; None for an article that is not looked at."""
        stored = self._archive.article(page.relook or 0)
        known = self._relooks.planned(page.relook or 0)
        if stored is None or known is None:
            return None
        finding = self._found(stored, page, known)
        # A visit begins when a look is due, and not before, whatever the clock of its worker says.
        at = max(now, known.due_at) if known.due_at else now
        plan = planned(finding, first_seen_at=stored.first_seen_at, tries=known.tries, at=at)
        self._relooks.put_look(stored.id, page, finding, plan)
        return finding

    def _found(self, stored: StoredArticle, page: PageRead, known: Planned) -> Finding:
        absence = absence_of(page.fetch)
        if absence is not None:
            return self._absent(stored, absence, known, page)
        if page.fetch.outcome is Outcome.UNCHANGED:
            return self._there(stored, page, Finding.SAME)
        if page.article is not None and not page.article.thin:
            return self._read(stored, page.article, known, page)
        set_aside = page.fetch.outcome is Outcome.QUARANTINED
        return Finding.SET_ASIDE if set_aside else Finding.FAILED

    def _absent(
        self, stored: StoredArticle, how: Absence, known: Planned, page: PageRead
    ) -> Finding:
        gone = self._archive.is_gone(stored.id)
        finding = absent(how, doubted=known.finding is Finding.MISSING, gone=gone)
        if finding is Finding.GONE and not gone:
            self._archive.put_gone(stored.id, how, at=page.fetch.at)
        return finding

    def _there(self, stored: StoredArticle, page: PageRead, finding: Finding) -> Finding:
        if self._archive.is_gone(stored.id):
            self._archive.put_back(stored.id, at=page.fetch.at)
        return finding

    def _read(
        self, stored: StoredArticle, article: Article, known: Planned, page: PageRead
    ) -> Finding:
        if self._is_another(stored, article):
            return self._absent(stored, Absence.ELSEWHERE, known, page)
        furniture = self._stories.furniture(stored.id, stored.article)
        furniture |= self._stories.furniture(stored.id, article)
        change = compare(_version(stored.article), _version(article), furniture=furniture)
        finding = self._there(stored, page, Finding(change.verdict.value))
        if finding in _SAME_TEXT:
            self._relooks.put_validators(stored.id, page)
        if change.verdict is Verdict.REVISED:
            self._revisions.keep(stored, change, at=page.fetch.at)
            self._revise(stored, article, page.fetch.at)
        return finding

    def _is_another(self, stored: StoredArticle, article: Article) -> bool:
        """Whether the address led to another article."""
        own = canonical(article.url)
        if own == canonical(stored.article.url):
            return False
        there = self._archive.find(own)
        if there is not None:
            return there.id != stored.id
        return shared(_version(stored.article), _version(article)) < _ANOTHER_TEXT

    def _revise(self, stored: StoredArticle, article: Article, at: datetime) -> None:
        revised = _completed(article, stored.article)
        revision = stored.revision + 1
        hashed = content_hash(revised)
        self._archive.revise(stored.id, revised, content_hash=hashed, revision=revision, at=at)
        self._archive.add_alias(canonical(article.url), article.url, stored.id, "redirect", at)
        self._stories.place_again(stored.id, revised, dated_at=stored.first_seen_at, at=at)


def _version(article: Article) -> Version:
    return Version(title=article.title, body=article.body)


def _completed(article: Article, before: Article) -> Article:
    """The new text with what was known of the article and is not said any more.

    It was published when it was first said to be: some sites date an edited article anew.
    """
    dated = before.published_at is not None or before.published_on is not None
    return replace(
        article,
        url=before.url,
        canonical_url=before.canonical_url,
        site=before.site,
        published_at=before.published_at if dated else article.published_at,
        published_on=before.published_on if dated else article.published_on,
        authors=article.authors or before.authors,
        editors=article.editors or before.editors,
        tags=article.tags or before.tags,
        section=article.section or before.section,
        language=article.language or before.language,
        image_url=article.image_url or before.image_url,
        dateline=article.dateline or before.dateline,
        evidence={**before.evidence, **article.evidence},
    )
