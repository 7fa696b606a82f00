"""Reads pages with one library in a process of its own and says what it cost: run by bench/extraction.py.

`reading.py NAME` takes `{"rounds": N, "pages": [{"path", "url"}]}` on standard input and prints
`{"ms": [best of the rounds, a page], "mb": peak, "read": [{"title", "body", "published", "authors"}]}`.
It runs in the comparators' environment and in Siaga's, so each reader imports its own library.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Reading = dict[str, Any]
    Reader = Callable[[bytes, str], Reading]


def siaga() -> Reader:
    extract = import_module("crawler.extraction").extract
    now = datetime.now(UTC)

    def read(html: bytes, url: str) -> Reading:
        article = extract(html, url, timezone="Asia/Jakarta", now=now)
        published = article.published_at or article.published_on
        people = (*article.authors, *article.editors)  # the others tell no editor from an author
        return _reading(article.title, article.body, published, people)

    return read


def trafilatura() -> Reader:
    """Its best body: precision, without comments."""
    return _trafilatura(favor_precision=True)


def trafilatura_fast() -> Reader:
    return _trafilatura(fast=True, favor_recall=True)


def _trafilatura(**options: bool) -> Reader:
    library = import_module("trafilatura")

    def read(html: bytes, url: str) -> Reading:
        found = library.bare_extraction(
            html,
            url=url,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"outputformat": "%Y-%m-%dT%H:%M:%S%z", "original_date": True},
            **options,
        )
        data = found.as_dict() if found else {}
        authors = (data.get("author") or "").split("; ")
        return _reading(data.get("title"), data.get("text"), data.get("date"), authors)

    return read


def newspaper4k() -> Reader:
    library = import_module("newspaper")

    def read(html: bytes, url: str) -> Reading:
        article = library.Article(url, fetch_images=False)
        article.download(input_html=html.decode("utf-8", errors="replace"))
        article.parse()
        return _reading(article.title, article.text, article.publish_date, article.authors)

    return read


def news_please() -> Reader:
    library = import_module("newsplease").NewsPlease

    def read(html: bytes, url: str) -> Reading:
        found = library.from_html(html, url=url, fetch_images=False)
        return _reading(found.title, found.maintext, found.date_publish, found.authors)

    return read


def readability() -> Reader:
    library, parser = import_module("readability"), import_module("lxml.html")

    def read(html: bytes, url: str) -> Reading:
        document = library.Document(html, url=url)
        summary = parser.fromstring(document.summary(html_partial=True))
        paragraphs = ("".join(one.itertext()) for one in summary.iter("p", "li", "h2", "h3"))
        body = "\n".join(paragraphs) or summary.text_content()
        return _reading(document.short_title(), body, None, ())

    return read


def resiliparse() -> Reader:
    encoding = import_module("resiliparse.parse.encoding")
    parser = import_module("resiliparse.parse.html").HTMLTree
    library = import_module("resiliparse.extract.html2text")

    def read(html: bytes, _url: str) -> Reading:
        tree = parser.parse(encoding.bytes_to_str(html, encoding.detect_encoding(html)))
        body = library.extract_plain_text(tree, main_content=True, alt_texts=False, post_meta=False)
        return _reading(tree.title, body, None, ())

    return read


READERS: dict[str, Callable[[], Reader]] = {
    "siaga": siaga,
    "trafilatura": trafilatura,
    "trafilatura-fast": trafilatura_fast,
    "newspaper4k": newspaper4k,
    "news-please": news_please,
    "readability": readability,
    "resiliparse": resiliparse,
}


def _reading(title: str | None, body: str | None, published: Any, authors: Any) -> Reading:
    said = published.isoformat() if hasattr(published, "isoformat") else published
    return {
        "title": title or "",
        "body": body or "",
        "published": said or None,
        "authors": [name for name in authors if isinstance(name, str) and name],
    }


def _timed(read: Reader, html: bytes, url: str) -> tuple[float, Reading]:
    """CPU milliseconds and what was read; a library that fails has read nothing."""
    before = time.process_time()
    try:
        found = read(html, url)
    except Exception as error:  # noqa: BLE001  # any library may fail on any page in its own way
        print(f"{url}: {type(error).__name__}: {error}"[:200], file=sys.stderr)
        found = _reading(None, None, None, ())
    return (time.process_time() - before) * 1000, found


def main() -> None:
    logging.disable(logging.CRITICAL)
    read = READERS[sys.argv[1]]()
    asked = json.load(sys.stdin)
    pages = [(Path(page["path"]).read_bytes(), page["url"]) for page in asked["pages"]]
    for html, url in pages[:2]:
        _timed(read, html, url)  # what is loaded and compiled once is not the page's
    runs = [[_timed(read, html, url) for html, url in pages] for _ in range(asked["rounds"])]
    milliseconds = [min(one[0] for one in same) for same in zip(*runs, strict=True)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"ms": milliseconds, "mb": peak, "read": [one[1] for one in runs[0]]}, sys.stdout)


if __name__ == "__main__":
    main()
