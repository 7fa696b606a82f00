from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.text import clean_text
from crawler.article import Article
from crawler.cleaning import cleaned
from crawler.extraction import extract
from crawler.extraction.document import MAX_ATTRIBUTES, MAX_BYTES, MAX_TAGS
from crawler.extraction.errors import (
    NotAnArticleError,
    NoTextError,
    NotHtmlError,
    PageError,
    PageTooDeepError,
    PageTooLargeError,
)

NOW = datetime(2024, 6, 6, tzinfo=UTC)
GOLDEN = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("pages/*/page.html"))]
PROSE = "Warga desa di tepi sungai mulai menanam padi lagi sesudah banjir surut pekan lalu."
FRAGMENTS = [
    f"<p>{PROSE}</p>",
    f"<div class='isi'>{PROSE}<br>",
    "<h1>Warga Menanam Lagi</h1>",
    "<title>Warga Menanam Lagi</title>",
    "<span>Rabu, 5 Juni 2024 07:02 WIB</span>",
    "<script type='application/ld+json'>",
    '{"@type":"NewsArticle","headline":',
    "</script>",
    "<table><tr><td>Editor",
    "<div class='tags'><a href='/t'>padi</a>",
    "<meta property='og:title' content='Warga'>",
    "<time datetime='2024-06-05'",
    "</div>",
    "<!-- ",
    "-->",
    "&#x110000;",
    "<style>",
    "</p></p>",
    "<svg><desc>",
    "<p>Foto: Istimewa</p>",
]


def _extract(html: bytes | str, charset: str | None = None) -> Article | PageError:
    try:
        return extract(
            html,
            "https://koran.example/read/1",
            timezone="Asia/Jakarta",
            now=NOW,
            charset=charset,
        )
    except PageError as refusal:
        return refusal


def _check(result: Article | PageError) -> None:
    if isinstance(result, PageError):
        assert result.reason
        assert "\n" not in str(result)
        return
    assert result.title
    assert result.body == clean_text(result.body) != ""
    assert "" not in (*result.authors, *result.editors, *result.tags)
    assert Article.from_data(json.loads(json.dumps(result.to_data()))) == result
    assert cleaned(cleaned(result)) == cleaned(result)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_an_article_or_a_reason(data: bytes) -> None:
    _check(_extract(data))


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=20), max_size=25),
    st.sampled_from([None, "utf-8", "utf-16", "utf-7", "base64", "nonsense", "\ud800"]),
)
def test_any_heap_of_markup_gives_an_article_or_a_reason(
    parts: list[str], charset: str | None
) -> None:
    text = "".join(parts)
    _check(_extract(text, charset))
    _check(_extract(text.encode("utf-8", "surrogatepass"), charset))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(GOLDEN), st.data())
def test_a_real_page_cut_and_damaged_anywhere_gives_an_article_or_a_reason(
    page: bytes, data: st.DataObject
) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(page))] * 2)))
    middle = data.draw(st.integers(start, end))
    _check(_extract(page[:middle]))
    _check(_extract(page[:start] + data.draw(st.binary(max_size=30)) + page[end:]))


KEYS = (
    *("@id", "@graph", "headline", "datePublished", "dateModified", "author", "editor", "keywords"),
    *("image", "url", "articleSection", "mainEntityOfPage", "publisher", "itemListElement"),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just("2024-06-05T07:02"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(KEYS),
        json_values,
    ),
    st.sampled_from(["NewsArticle", "BreadcrumbList", "WebPage", ["NewsArticle"], {"a": 1}]),
)
def test_json_ld_of_any_shape_gives_an_article_or_a_reason(
    node: dict[str, object], kind: object
) -> None:
    script = json.dumps({**node, "@type": kind})
    page = (
        f"<script type='application/ld+json'>{script}</script><h1>Warga Menanam</h1><p>{PROSE}</p>"
    )
    _check(_extract(f"<html><body>{page}</body></html>"))


def test_json_ld_nested_without_end_is_skipped() -> None:
    script = "[" * 200_000
    page = f"<script type='application/ld+json'>{script}</script><h1>Warga Menanam</h1><p>{PROSE * 3}</p>"
    assert isinstance(_extract(page), Article)


def test_a_page_of_very_many_elements_gets_no_second_opinion() -> None:
    assert isinstance(_extract("<h1>Warga Menanam Lagi</h1>" + "<p>x" * 7_000), NoTextError)


@pytest.mark.parametrize(
    ("html", "error"),
    [
        (b"<p>" + b"a" * MAX_BYTES, PageTooLargeError),
        (b"<b>" * (MAX_TAGS + 1), PageTooLargeError),
        (b"<p " + b"a=1 " * (MAX_ATTRIBUTES + 1) + b">", PageTooLargeError),
        (b"<div>" * 5_000 + PROSE.encode(), PageTooDeepError),
        (b"%PDF-1.7 <html>", NotHtmlError),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 40 + b"<p>", NotHtmlError),
        (b'{"judul": "bukan halaman"}', NotHtmlError),
        (b"", NotHtmlError),
        (b"<p>" + PROSE.encode() * 3, NotAnArticleError),
    ],
    ids=["bytes", "tags", "attributes", "depth", "pdf", "image", "json", "empty", "untitled"],
)
def test_what_is_no_page_of_news_is_refused_by_name(html: bytes, error: type[PageError]) -> None:
    assert type(_extract(html)) is error
