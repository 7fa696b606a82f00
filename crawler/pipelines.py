"""The item pipeline: clean, deduplicate, hand over. Its items are PageReads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

from crawler.cleaning import finished
from crawler.duplicates import content_hash
from crawler.outcomes import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.job import PageRead
    from crawler.spiders.site import SiteSpider


class _Stage:
    """A stage that knows its spider."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def spider(self) -> SiteSpider:
        spider: SiteSpider = self._crawler.spider  # type: ignore[assignment]  # ours, once it runs
        return spider


class CleanPipeline(_Stage):
    """Cleans an article's text, normalises its address and fills its gaps from what its source said."""

    def process_item(self, item: PageRead) -> PageRead:
        if item.article is None:
            return item
        article = finished(item.article, item.announcement, site=self.spider.visit.job.site)
        return replace(item, article=replace(article, thin=item.fetch.outcome is Outcome.CUT_SHORT))


class DuplicatesPipeline(_Stage):
    """Knows an article again within the visit: by canonical address, or by the same text on the site.

    The later one becomes a DUPLICATE that names the canonical address of the first; what was stored in
    earlier visits is the store's to recognise.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._seen: dict[str, str] = {}

    def process_item(self, item: PageRead) -> PageRead:
        article = item.article
        if article is None or article.thin or item.relook is not None:
            return item
        hashed = content_hash(article)
        first = self._seen.setdefault(hashed, article.canonical_url)
        if first is article.canonical_url:  # the very one just put there
            return item
        fetch = replace(item.fetch, outcome=Outcome.DUPLICATE, detail=first)
        return replace(item, article=None, fetch=fetch)


class SinkPipeline(_Stage):
    """Hands each page to the visit's sink, and the final report when the spider closes."""

    def process_item(self, item: PageRead) -> PageRead:
        self.spider.sink.put(self.spider.visit.job, item)
        return item

    def close_spider(self) -> None:
        visit = self.spider.visit
        # A crawler still crawls while its spider closes, unless somebody stopped it.
        report = visit.report(stopped=not self._crawler.crawling)
        self.spider.sink.close(visit.job, report)
