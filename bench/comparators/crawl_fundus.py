"""Fundus with a publisher defined for each site: its feed, and a parser for what all pages have.

    python -m bench.comparators.crawl_fundus SITES.json FOLDER

Fundus remembers nothing between runs: addresses that are stored are kept from it by its own filter.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fundus import Crawler, RSSFeed
from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute
from fundus.parser.utility import extract_article_body_with_selector, generic_date_parsing
from fundus.publishers.base_objects import Publisher, PublisherGroup
from lxml.cssselect import CSSSelector

from bench.comparators.store import Store

if TYPE_CHECKING:
    from datetime import datetime


class Parser(ParserProxy):
    class V1(BaseParser):
        _paragraph_selector = CSSSelector("p")

        @attribute
        def title(self) -> str | None:
            return self.precomputed.ld.bf_search("headline")

        @attribute
        def body(self) -> ArticleBody | None:
            return extract_article_body_with_selector(
                self.precomputed.doc, paragraph_selector=self._paragraph_selector
            )

        @attribute
        def publishing_date(self) -> datetime | None:
            return generic_date_parsing(self.precomputed.ld.bf_search("datePublished"))


def publishers(sites: list[dict[str, str]]) -> PublisherGroup:
    members = {
        site["name"].replace("-", "_"): Publisher(
            name=site["name"], domain=site["url"], parser=Parser, sources=[RSSFeed(site["feed"])]
        )
        for site in sites
    }
    return PublisherGroup("Newsroom", (), members)


def main() -> None:
    sites, folder = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2])
    store = Store(folder / "articles.db")
    known = store.known()
    crawler = Crawler(publishers(sites))
    for article in crawler.crawl(url_filter=lambda url: url in known):
        store.add(
            article.html.requested_url,
            article.title,
            article.plaintext,
            article.publishing_date,
        )


if __name__ == "__main__":
    main()
