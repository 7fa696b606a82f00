"""Why a page gives no article, one class each.

PageError                  (crawler.extraction)
├── NotHtmlError           not-html: an image, a PDF, a feed, bytes of no kind
├── PageTooLargeError      too-large: more bytes or tags than a page of news has
├── PageTooDeepError       too-deep: elements nested beyond any honest page
├── NoTextError            no-text: a shell, a video, a gallery: nothing to read
└── NotAnArticleError      there is text, but it is no article
    ├── IndexPageError     index-page: a home page, a section, a list of headlines
    ├── MissingPageError   missing-page: "not found", said with status 200
    └── WallError          wall: a login, a subscription, a test for robots
"""

from __future__ import annotations

from typing import ClassVar

from core.errors import SiagaError


class PageError(SiagaError):
    """The page at `url` gives no article; `reason` is a stable word for why."""

    reason: ClassVar[str] = "page"
    sentence: ClassVar[str] = "this page gives no article"

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(f"{url}: {self.sentence}")


class NotHtmlError(PageError):
    reason = "not-html"
    sentence = "this is no HTML page"


class PageTooLargeError(PageError):
    reason = "too-large"
    sentence = "the page is larger than a page of news can be"


class PageTooDeepError(PageError):
    reason = "too-deep"
    sentence = "the elements of the page are nested too deeply"


class NoTextError(PageError):
    reason = "no-text"
    sentence = "there is no text to read on the page"


class NotAnArticleError(PageError):
    reason = "not-an-article"
    sentence = "the page has text, but it is no article"


class IndexPageError(NotAnArticleError):
    reason = "index-page"
    sentence = "the page lists articles, it is none itself"


class MissingPageError(NotAnArticleError):
    reason = "missing-page"
    sentence = "the page says that there is nothing at this address"


class WallError(NotAnArticleError):
    reason = "wall"
    sentence = "the page asks for a login, a subscription or a proof of being human"
