"""Articles of invented words as a crawl reports them, and an archive of as many as one likes."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from bench import duplicates
from bench.matching import WORDS, Language
from bench.newswire.pieces import on_day
from core.clock import to_text
from core.database import immediate
from crawler.article import Article
from crawler.discovery.announcement import Announcement
from crawler.job import CrawlReport, Fetch, PageRead
from crawler.outcomes import Outcome
from crawler.urls import fingerprint

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlite_utils import Database

SITES = 100
TITLE = 10  # words
FILLER = (
    40  # words of a stored article's text: a full text index of long ones takes too long to build
)
FORTNIGHT = 100_000  # articles of so many days, which is 300 sites' and more
FILLERS = 1_000  # different texts among them
_PAGES = """
    INSERT INTO pages (site, fingerprint, url, baseline, first_listed_at, last_listed_at, outcome, tries,
                       article_id)
    SELECT site, content_hash, url, 0, first_seen_at, first_seen_at, 'read', 1, id
    FROM articles WHERE id BETWEEN ?1 AND ?2
"""
_LOG = """
    INSERT INTO article_log (article_id, change, at)
    SELECT id, 'new', first_seen_at FROM articles WHERE id BETWEEN ?1 AND ?2
"""
_RELOOKS = """
    INSERT INTO relooks (article_id, site, due_at)
    SELECT id, site, first_seen_at FROM articles WHERE id BETWEEN ?1 AND ?2
"""
_MATCHES = """
    INSERT INTO matches (article_id, story, watchlist, version, spans, decision, matched_at)
    SELECT id, story, 'w' || (id % 1000), 1, '[["title", 0, 5, "kabar"]]', 'alert', first_seen_at
    FROM articles WHERE id BETWEEN ?1 AND ?2 AND id % 20 = 0
"""
_ARTICLE = """
    INSERT INTO articles (id, url, canonical_url, site, title, body, published_at, first_seen_at, authors,
                          editors, tags, language, evidence, thin, story, content_hash, origin)
    VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?6, '[]', '[]', '[]', 'id', '{}', 0, ?1, ?7, 'crawl')
"""


def reports(language: Language, numbers: range, at: datetime) -> list[CrawlReport]:
    """One new article a report: what a look at a site usually brings."""
    rng = random.Random(numbers.start)
    return [_report(language, number, rng, at) for number in numbers]


def _report(language: Language, number: int, rng: random.Random, at: datetime) -> CrawlReport:
    site = f"koran-{number % SITES}"
    url = address(site, number)
    article = Article(
        url=url,
        canonical_url=url,
        site=site,
        title=language.text(rng, TITLE),
        body=language.text(rng, WORDS - TITLE),
        published_at=at,
        language="id",
    )
    page = PageRead(
        announcement=Announcement(url=url),
        announced_by=(f"https://{site}.example/feed.xml",),
        fetch=Fetch(url=url, kind="page", at=at, outcome=Outcome.READ, status=200),
        article=article,
    )
    return CrawlReport(job=f"job-{number}", site=site, pages=(page,))


def address(site: str, number: int) -> str:
    return f"https://{site}.example/berita/{number}/judul-berita-ini"


def pairs_of(reports: Sequence[CrawlReport]) -> list[str]:
    """Two words that stand side by side in one of the articles: what phrases are made of."""
    bodies = [page.article.body for one in reports for page in one.pages if page.article]
    return [
        " ".join(pair).lower()
        for body in bodies
        for pair in pairwise(body.replace(".", " .").split())
        if "." not in pair
    ]


# The archive ----------------------------------------------------------------------------------------


def store(db: Database, language: Language, first: int, last: int) -> None:
    """Fill the tables that an article stands in, in one transaction: rows as its intake leaves them.

    Only their texts are short. The newest are among those that copies are looked for in: a fortnight's.
    """
    duplicates.fill(db, max(first, last - FORTNIGHT + 1), last)
    db.execute("PRAGMA journal_mode = OFF")  # gigabytes need not be written twice
    with immediate(db) as connection:
        connection.executemany(_ARTICLE, _rows(language, range(first, last + 1)))
        for statement in (_LOG, _PAGES, _RELOOKS, _MATCHES):
            connection.execute(statement, (first, last))
        _note_as_matched(connection)
    db.execute("PRAGMA journal_mode = WAL")


def _rows(language: Language, numbers: range) -> Iterator[tuple[object, ...]]:
    rng = random.Random(numbers.start)
    texts = [language.text(rng, FILLER) for _ in range(FILLERS)]
    for number in numbers:
        site = f"koran-{number % SITES}"
        url = address(site, number)
        text = texts[rng.randrange(FILLERS)]
        at = to_text(on_day(0) + timedelta(seconds=number))
        yield number, url, site, text[:60], text, at, fingerprint(url)


def _note_as_matched(connection: sqlite3.Connection) -> None:
    """As if all had been matched: only what comes from now on is."""
    connection.execute("UPDATE progress SET seq = (SELECT max(seq) FROM article_log)")
