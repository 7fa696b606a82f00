"""Invented pages in the markup styles that news sites use, each with what a careful reader takes from it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.article import Article
from crawler.extraction import extract
from crawler.extraction.errors import PageError

PAGES = Path(__file__).with_name("pages")
FILES = {"page.html", "expected.json"}
DIRECTORIES = sorted(PAGES.iterdir())
STYLES = {
    "amp",
    "antara-like",
    "bbc-like",
    "blogger",
    "breaks-in-one-div",
    "cookie-wall",
    "cut-in-half",
    "dates-disagree",
    "detik-like",
    "divs-without-paragraphs",
    "english-old-markup",
    "fajar-like",
    "feed-not-page",
    "first-of-three-pages",
    "gallery",
    "index-page",
    "inews-like",
    "json-ld-body-only",
    "json-ld-broken",
    "json-ld-graph",
    "kompas-like",
    "login-wall",
    "microdata",
    "missing-page",
    "next-js-rendered",
    "nothing-machine-readable",
    "only-a-day",
    "opengraph-only",
    "photo-story",
    "prmn-like",
    "radar-like",
    "radio-site",
    "relative-date",
    "section-page",
    "sectioned-story",
    "shell",
    "soft-404",
    "tag-page",
    "thin-script-shell",
    "tribun-like",
    "video-page",
    "voi-like",
    "wall",
    "wordpress-bloggingpro",
    "wordpress-jnews",
    "wordpress-newsmag",
    "wrong-charset",
}


def _expected(directory: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads((directory / "expected.json").read_text(encoding="utf-8"))
    return expected


def _extract(directory: Path) -> Article:
    expected = _expected(directory)
    return extract(
        (directory / "page.html").read_bytes(),
        expected["url"],
        timezone=expected["timezone"],
        now=datetime.fromisoformat(expected["now"]),
        charset=expected.get("charset"),
    )


def test_no_style_of_page_is_missing() -> None:
    assert {directory.name for directory in DIRECTORIES} >= STYLES


@pytest.mark.parametrize("directory", DIRECTORIES, ids=lambda directory: directory.name)
def test_a_golden_page_has_its_input_and_its_output(directory: Path) -> None:
    assert {file.name for file in directory.iterdir()} == FILES


@pytest.mark.parametrize(
    "directory",
    [directory for directory in DIRECTORIES if "article" in _expected(directory)],
    ids=lambda directory: directory.name,
)
def test_a_golden_page_gives_its_article(directory: Path) -> None:
    expected = _expected(directory)
    article = _extract(directory).to_data()
    assert {field: article[field] for field in expected["article"]} == expected["article"]
    evidence = expected.get("evidence", {})
    assert {field: article["evidence"].get(field) for field in evidence} == evidence
    assert article["site"] is None
    assert Article.from_data(article).to_data() == article


@pytest.mark.parametrize(
    "directory",
    [directory for directory in DIRECTORIES if "reason" in _expected(directory)],
    ids=lambda directory: directory.name,
)
def test_a_golden_page_without_an_article_gives_its_reason(directory: Path) -> None:
    with pytest.raises(PageError) as refusal:
        _extract(directory)
    assert refusal.value.reason == _expected(directory)["reason"]
    assert refusal.value.url == _expected(directory)["url"]
