"""Hypothesis strategies for what a visit brings: announcements, articles, fetches, reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from crawler.article import Article
from crawler.discovery.announcement import Announcement, SourceKind
from crawler.job import (
    Announced,
    CrawlJob,
    CrawlReport,
    Fetch,
    PageRead,
    Relook,
    Robots,
    SourceLook,
    SourceState,
)
from crawler.outcomes import Outcome

SITE = "koran-uji"
START = datetime(2026, 11, 22, 3, tzinfo=UTC)
PATHS = ("/pinisi", "/bakau", "/bakau?id=2", "/amp/bakau", "/karnaval", "/semen")
FEEDS = ("https://koran.example/feed.xml", "https://koran.example/kota.xml")
TITLES = ("Pinisi kembali berlayar", "Bakau ditanam lagi", "Karnaval ditunda")

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
instants = st.integers(0, 10**9).map(lambda seconds: START - timedelta(seconds=seconds))
urls = st.sampled_from([f"https://koran.example{path}" for path in PATHS])
moments = st.integers(0, 600).map(lambda seconds: START + timedelta(seconds=seconds))
days = st.dates(date(2000, 1, 1), date(2040, 1, 1))
names = st.lists(texts, max_size=2).map(tuple)

announcements = st.builds(
    Announcement,
    url=urls,
    title=st.none() | st.sampled_from(TITLES) | texts,
    summary=st.none() | texts,
    published_at=st.none() | instants,
    published_on=st.none() | days,
    authors=names,
    tags=names,
    section=st.none() | texts,
    image_url=st.none() | texts,
)
articles = st.builds(
    Article,
    url=urls,
    canonical_url=urls,
    site=st.just(SITE),
    title=st.sampled_from(TITLES),
    body=st.sampled_from(("Isi pertama.", "Isi kedua.", "Isi ketiga.")),
    published_at=st.none() | instants,
    published_on=st.none() | days,
    modified_at=st.none() | instants,
    authors=names,
    editors=names,
    tags=names,
    section=st.none() | texts,
    language=st.none() | texts,
    image_url=st.none() | texts,
    thin=st.booleans(),
    evidence=st.dictionaries(texts, texts, max_size=2),
)


def fetches(kind: str, addresses: st.SearchStrategy[str] = urls) -> st.SearchStrategy[Fetch]:
    return st.builds(
        Fetch,
        url=addresses,
        kind=st.just(kind),
        at=moments,
        outcome=st.sampled_from(Outcome),
        status=st.none() | st.integers(0, 999),
        detail=st.none() | texts | urls,
        size=st.none() | st.integers(0, 2**40),
        seconds=st.none() | st.floats(0, 1000),
    )


states = st.builds(
    SourceState,
    url=st.sampled_from(FEEDS),
    kind=st.none() | st.sampled_from(SourceKind),
    etag=st.none() | texts,
    last_modified=st.none() | texts,
    body_hash=st.none() | texts,
)
robots = st.builds(
    Robots,
    origin=st.sampled_from(("https://koran.example", "http://m.koran.example")),
    body=st.none() | texts,
    expires_at=instants,
)


def _of_one_page(
    announcement: Announcement, fetch: Fetch, article: Article | None, etag: str | None
) -> PageRead:
    fetch = replace(fetch, url=announcement.url)
    return PageRead(
        announcement=announcement,
        announced_by=(FEEDS[0],),
        fetch=fetch,
        article=article,
        etag=etag,
    )


pages = st.builds(
    _of_one_page,
    announcement=announcements,
    fetch=fetches("page"),
    article=st.none() | articles,
    etag=st.none() | texts,
)
announced = st.builds(
    Announced,
    announcement=announcements,
    announced_by=st.lists(st.sampled_from(FEEDS), min_size=1, max_size=2, unique=True).map(tuple),
    at=moments,
)
looks = st.builds(
    SourceLook,
    state=states,
    fetch=fetches("source", st.sampled_from(FEEDS)),
    found_by=st.sampled_from(("config", "home", "robots")),
    listed=st.integers(0, 1000),
    listed_known=names,
    note=st.none() | texts,
)
reports = st.builds(
    CrawlReport,
    job=texts,
    site=st.just(SITE),
    announced=st.lists(announced, max_size=3).map(tuple),
    pages=st.lists(pages, max_size=4).map(tuple),
    sources=st.lists(looks, max_size=2).map(tuple),
    robots=st.lists(robots, max_size=2).map(tuple),
    fetches=st.lists(fetches("home"), max_size=1).map(tuple),
    discovered=st.booleans(),
    final=st.booleans(),
    more=st.booleans(),
    retry_after=st.none() | st.floats(1, 86_400),
)
relooks = st.builds(
    Relook,
    article=st.integers(1, 9),
    url=urls,
    etag=st.none() | texts,
    last_modified=st.none() | texts,
)
jobs = st.builds(
    CrawlJob,
    id=texts,
    site=texts,
    url=urls,
    timezone=texts,
    sources=st.lists(states, max_size=2).map(tuple),
    discover=st.booleans(),
    known=st.frozensets(texts, max_size=3),
    again=st.lists(announcements, max_size=2).map(tuple),
    relooks=st.lists(relooks, max_size=2).map(tuple),
    robots=st.lists(robots, max_size=2).map(tuple),
    user_agent=texts,
    delay=st.floats(0, 60),
    timeout=st.floats(1, 60),
    max_pages=st.integers(1, 1000),
    seconds=st.floats(0, 1000),
)
