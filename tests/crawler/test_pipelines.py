from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from twisted.python.failure import Failure

from crawler.article import Article
from crawler.discovery.announcement import Announcement
from crawler.job import CrawlJob, CrawlReport, Fetch, PageRead
from crawler.outcomes import Outcome
from crawler.pipelines import CleanPipeline, DuplicatesPipeline, SinkPipeline
from crawler.spiders.site import SiteSpider

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from scrapy.crawler import Crawler

    from crawler.job import Announced
    from crawler.visits.steps import Step

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
SITE = "https://koran.example"


class KeepingSink:
    """Plays ArticleSink: keeps what it is given."""

    executor: Executor | None = None

    def __init__(self) -> None:
        self.announced: list[Announced] = []
        self.pages: list[PageRead] = []
        self.reports: list[CrawlReport] = []

    def announce(self, job: CrawlJob, pages: Sequence[Announced]) -> None:
        self.announced += pages

    def put(self, job: CrawlJob, page: PageRead) -> None:
        self.pages.append(page)

    def close(self, job: CrawlJob, report: CrawlReport) -> None:
        self.reports.append(report)

    @contextmanager
    def reading(self, job: CrawlJob, step: Step) -> Iterator[None]:
        yield


@pytest.fixture
def sink() -> KeepingSink:
    return KeepingSink()


@pytest.fixture
def spider(sink: KeepingSink) -> SiteSpider:
    job = CrawlJob(
        id="1", site="koran", url=f"{SITE}/", timezone="Asia/Makassar", user_agent="penguji"
    )
    return SiteSpider(job=job, sink=sink)


@pytest.fixture
def crawler(spider: SiteSpider) -> Crawler:
    running: Any = SimpleNamespace(
        spider=spider, crawling=True
    )  # all that a stage asks of its crawler
    return running  # type: ignore[no-any-return]


def page(path: str = "/a", *, outcome: Outcome = Outcome.READ, **changes: Any) -> PageRead:
    url = SITE + path
    values = {"url": url, "canonical_url": url, "title": "Judul", "body": "Isi."}
    return PageRead(
        announcement=Announcement(url=url, authors=("Ani",)),
        announced_by=(),
        fetch=Fetch(url=url, kind="page", at=NOW, outcome=outcome),
        article=Article(**{**values, **changes}),
    )


def refused() -> PageRead:
    fetch = Fetch(url=f"{SITE}/a", kind="page", at=NOW, outcome=Outcome.REFUSED)
    return PageRead(announcement=Announcement(url=f"{SITE}/a"), announced_by=(), fetch=fetch)


def test_an_article_is_cleaned_filled_and_given_its_site(crawler: Crawler) -> None:
    done = CleanPipeline.from_crawler(crawler).process_item(page(title=" Judul\u200b\n "))
    assert done.article is not None
    assert (done.article.title, done.article.site) == ("Judul", "koran")
    assert done.article.authors == ("Ani",)
    assert not done.article.thin


def test_an_article_of_a_page_cut_short_is_thin(crawler: Crawler) -> None:
    done = CleanPipeline(crawler).process_item(page(outcome=Outcome.CUT_SHORT))
    assert done.article is not None
    assert done.article.thin


@pytest.mark.parametrize("stage", [CleanPipeline, DuplicatesPipeline])
def test_a_page_without_an_article_passes_unchanged(
    crawler: Crawler, stage: type[CleanPipeline | DuplicatesPipeline]
) -> None:
    assert stage(crawler).process_item(refused()) == refused()


def test_the_same_text_twice_in_a_visit_is_a_duplicate_that_names_the_first(
    crawler: Crawler,
) -> None:
    stage = DuplicatesPipeline(crawler)
    assert stage.process_item(page("/a")) == page("/a")
    for path in ("/b", "/a"):
        again = stage.process_item(page(path, title="JUDUL"))
        assert again.article is None
        assert (again.fetch.outcome, again.fetch.detail) == (Outcome.DUPLICATE, f"{SITE}/a")
    assert stage.process_item(page("/c", body="Lain.")).article is not None


def test_a_thin_article_is_no_ones_duplicate(crawler: Crawler) -> None:
    stage = DuplicatesPipeline(crawler)
    for path in ("/a", "/b"):
        assert stage.process_item(page(path, thin=True)).article is not None


def test_the_sink_gets_each_page_and_then_the_final_report(
    crawler: Crawler, sink: KeepingSink
) -> None:
    stage = SinkPipeline(crawler)
    stage.process_item(page("/a"))
    stage.process_item(refused())
    stage.close_spider()
    assert sink.pages == [page("/a"), refused()]
    (report,) = sink.reports
    assert report.final
    assert report.pages == ()


def test_a_page_on_which_a_stage_failed_is_recorded_and_the_visit_is_not_complete(
    spider: SiteSpider, sink: KeepingSink
) -> None:
    failure = Failure(ZeroDivisionError("rusak"))  # type: ignore[no-untyped-call]  # Twisted's
    spider.item_broke(page("/a"), failure)
    (kept,) = sink.pages
    assert kept.article is None
    assert kept.fetch.outcome is Outcome.QUARANTINED
    assert kept.fetch.detail == "ZeroDivisionError: rusak"
    assert spider.visit.report().more
