"""What announces a house's articles: feed, news sitemap, sitemap index, front page, sections, robots.txt."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

from bench.press.pages import HTML, ZONE
from bench.press.prose import SECTIONS
from monitor.demo.articles import Piece, Publication
from monitor.demo.listings import RSS_TYPE, news_sitemap, rss
from monitor.demo.loopback import Document
from monitor.demo.mastheads import FeedKind, Masthead, Style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bench.press.published import Article, House

FEED = "feed.xml"
NEWS_SITEMAP = "sitemap-news.xml"
SITEMAP_INDEX = "sitemap.xml"
IN_A_FEED = 50
ON_A_PAGE = 60
NEWS_FOR = timedelta(days=2)  # in a news sitemap
XML = "application/xml"


class HouseListings:
    """The listings of one house, each rendered anew only when it shows something else."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._masthead = Masthead(
            name=house.name,
            title=house.name.replace("-", " ").title(),
            host=house.name,
            timezone=ZONE,
            style=Style.JSON_LD,
            feed=FeedKind.RSS,
        )
        self._renderers: dict[str, tuple[str, Callable[[Sequence[Article]], str]]] = {
            "/": (HTML, self._front_page),
            "/robots.txt": ("text/plain", self._robots),
            f"/{FEED}": (RSS_TYPE, self._feed),
            f"/{NEWS_SITEMAP}": (XML, self._news_sitemap),
            f"/{SITEMAP_INDEX}": (XML, self._sitemap_index),
            **{f"/kategori/{one}": (HTML, self._section(one)) for one in SECTIONS},
        }
        self._rendered: dict[str, tuple[object, Document]] = {}

    def document(self, path: str, shown: Sequence[Article], now: datetime) -> Document | None:
        """The listing at this path of the articles `shown`, oldest first; None where there is none."""
        if path not in self._renderers:
            return None
        newest = [one for one in reversed(shown) if _is_shown(path, one, now)]
        key = (len(newest), newest[0].published.url if newest else None)
        known, document = self._rendered.get(path, (None, None))
        if document is None or known != key:
            document = self._render(path, newest)
            self._rendered[path] = (key, document)
        return document

    def _render(self, path: str, newest: Sequence[Article]) -> Document:
        kind, render = self._renderers[path]
        at = newest[0].published.published_at if newest else None
        return Document(content_type=kind, body=render(newest).encode(), modified_at=at)

    def _feed(self, newest: Sequence[Article]) -> str:
        return rss(self._masthead, self._house.url, map(_publication, newest[:IN_A_FEED]))

    def _news_sitemap(self, newest: Sequence[Article]) -> str:
        return news_sitemap(self._masthead, map(_publication, newest))

    def _sitemap_index(self, _: Sequence[Article]) -> str:
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"<sitemap><loc>{self._house.news_sitemap}</loc></sitemap></sitemapindex>\n"
        )

    def _robots(self, _: Sequence[Article]) -> str:
        return f"User-agent: *\nAllow: /\nSitemap: {self._house.url}{SITEMAP_INDEX}\n"

    def _front_page(self, newest: Sequence[Article]) -> str:
        feed = f'<link rel="alternate" type="{RSS_TYPE}" href="/{FEED}">'
        return _page(self._masthead.title, feed, newest)

    def _section(self, name: str) -> Callable[[Sequence[Article]], str]:
        return lambda newest: _page(
            name.title(), "", [one for one in newest if one.section == name]
        )


def _is_shown(path: str, article: Article, now: datetime) -> bool:
    return path != f"/{NEWS_SITEMAP}" or now - article.published.published_at <= NEWS_FOR


def _page(title: str, links: str, newest: Sequence[Article]) -> str:
    """Navigation and the newest headlines, each with a picture and a teaser."""
    navigation = "".join(f'<a href="/kategori/{one}">{one.title()}</a>' for one in SECTIONS)
    return (
        f'<!DOCTYPE html>\n<html lang="id"><head><meta charset="utf-8"><title>{title}</title>{links}'
        f'</head><body><nav><a href="/">Beranda</a>{navigation}</nav><h1>{title}</h1>\n'
        f"{''.join(map(_teaser, newest[:ON_A_PAGE]))}</body></html>\n"
    )


def _teaser(article: Article) -> str:
    url, title = article.published.url, escape(article.published.title)
    return (
        f'<article class="item"><a href="{url}"><img data-src="/foto/{article.author}.jpg"></a>'
        f'<h2><a href="{url}">{title}</a></h2><p>{escape(article.piece.paragraphs[0][:120])}</p>'
        "</article>\n"
    )


def _publication(article: Article) -> Publication:
    summary, *_ = article.piece.paragraphs
    piece = Piece(
        slug="",
        title=article.published.title,
        summary=summary[:200],
        paragraphs=(),
        author=article.author,
        section=article.section,
    )
    return Publication(
        piece=piece, url=article.published.url, published_at=article.published.published_at
    )
