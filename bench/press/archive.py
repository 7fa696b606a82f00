"""What the houses have published: their articles, and the documents that show them at an instant."""

from __future__ import annotations

import random
from bisect import bisect_right, insort
from datetime import timedelta
from itertools import cycle
from operator import attrgetter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bench.press.found import furniture_in
from bench.press.invented import invented_furniture
from bench.press.listings import HouseListings
from bench.press.pages import HTML, gaps
from bench.press.prose import SECTIONS, Desk, slug
from bench.press.published import Article, House, Published
from monitor.demo.loopback import Document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

DESIGNS = 20  # of pages, where none are found
APART = timedelta(minutes=20)  # between the articles of a house that were there before
_date = attrgetter("published.published_at")


class Archive:
    """All houses' articles. Not safe to share between threads."""

    def __init__(self, houses: list[House], pages: Path, seed: int) -> None:
        self._desk = Desk.open(random.Random(seed))
        designs = furniture_in(pages) or invented_furniture(
            DESIGNS, self._desk.press, random.Random(seed)
        )
        names = [house.name for house in houses]
        self._furniture = dict(zip(names, cycle(designs), strict=False))
        self._houses = {house.name: house for house in houses}
        self._listings = {house.name: HouseListings(house) for house in houses}
        self._by_house: dict[str, list[Article]] = {house.name: [] for house in houses}
        self._by_url: dict[str, Article] = {}

    def fill(self, articles: int, copies: float, now: datetime) -> Iterator[Published]:
        """So many articles a house, the newest first written; `copies` of them are another house's."""
        names = list(self._houses)
        originals: list[str] = []
        for age in range(articles, 0, -1):
            for number, site in enumerate(names):
                others = [url for url in originals[-len(names) :] if not self._is_of(url, site)]
                copied = others and self._desk.rng.random() < copies
                source = self._desk.rng.choice(others) if copied else None
                at = now - age * APART + timedelta(seconds=number % 60)
                one = self.publish(site, at, copy_of=source)
                if source is None:
                    originals.append(one.url)
                yield one

    def publish(
        self, site: str, at: datetime, *, topic: str = "", copy_of: str | None = None
    ) -> Published:
        """Raises KeyError for a site or an article that there is not."""
        number = len(self._by_url) + 1
        piece = (
            self._desk.own(number, site, at, topic)
            if copy_of is None
            else self._desk.taken_over(self._by_url[copy_of].piece, site, at)
        )
        house = self._houses[site]
        published = Published(
            site=site,
            url=f"{house.url}read/{at:%Y/%m/%d}/{100_000 + number}/{slug(piece.title)}",
            title=piece.title,
            story=piece.story,
            published_at=at,
        )
        article = Article(
            published=published,
            piece=piece,
            author=self._desk.author(),
            section=SECTIONS[len(self._by_house[site]) % len(SECTIONS)],
        )
        insort(self._by_house[site], article, key=_date)
        self._by_url[published.url] = article
        return published

    def document(self, site: str, path: str, now: datetime) -> Document | None:
        """What stands at the path, None for nothing (yet)."""
        shown = self._by_house[site]
        shown = shown[: bisect_right(shown, now, key=_date)]
        listing = self._listings[site].document(path, shown, now)
        if listing is not None:
            return listing
        article = self._by_url.get(f"{self._houses[site].url}{path.removeprefix('/')}")
        if article is None or article.published.published_at > now:
            return None
        return self._page(article)

    def _page(self, article: Article) -> Document:
        house = self._houses[article.published.site]
        furniture = self._furniture[house.name]
        filled = gaps(article.piece, article.published.url, house, article.author)
        return Document(
            content_type=HTML,
            body=furniture.around(filled),
            modified_at=article.published.published_at,
        )

    def _is_of(self, url: str, site: str) -> bool:
        return urlsplit(url).netloc == urlsplit(self._houses[site].url).netloc
