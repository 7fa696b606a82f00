"""Every publisher's file, and every version in it, has a golden page that it alone must read rightly."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.extraction import extract, overrides
from crawler.extraction.document import parse
from crawler.extraction.overrides import Overrides, PublisherPages, Version

GOLDEN = Path(__file__).parent
PROSE = "Warga desa di tepi sungai mulai menanam padi lagi sesudah banjir surut pekan lalu."
NOW = datetime(2024, 6, 6, tzinfo=UTC)


def _pages(name: str) -> PublisherPages:
    pages = overrides.pages_of(name)
    assert pages is not None
    return pages


VERSIONS = [
    (name, version.since.isoformat())
    for name in sorted(overrides.names())
    for version in _pages(name).versions
]


@pytest.mark.parametrize(("name", "since"), VERSIONS)
def test_no_version_of_a_publishers_pages_is_without_a_golden_page(name: str, since: str) -> None:
    files = {file.name for file in (GOLDEN / name / since).glob("*")}
    assert files == {"page.html", "expected.json"}, f"put a page into {GOLDEN / name / since}"


@pytest.mark.parametrize(("name", "since"), VERSIONS)
def test_a_golden_page_gives_its_article_and_names_the_file_that_read_it(
    name: str, since: str
) -> None:
    directory = GOLDEN / name / since
    expected: dict[str, Any] = json.loads((directory / "expected.json").read_text("utf-8"))
    article = extract(
        (directory / "page.html").read_bytes(),
        expected["url"],
        timezone=expected["timezone"],
        now=datetime.fromisoformat(expected["now"]),
    ).to_data()
    assert {field: article[field] for field in expected["article"]} == expected["article"]
    assert {field: article["evidence"][field] for field in expected["evidence"]} == (
        expected["evidence"]
    )


@pytest.mark.parametrize("name", sorted(overrides.names()))
def test_a_file_is_called_as_its_publisher_and_lists_its_newest_version_first(name: str) -> None:
    pages = _pages(name)
    assert pages.name == name
    days = [version.since for version in pages.versions]
    assert days == sorted(days, reverse=True)


def test_a_page_in_no_known_layout_is_left_to_the_general_way() -> None:
    page = f"<h1>Warga Menanam Lagi</h1><article><p>{PROSE}</p><p>{PROSE} Kini.</p></article>"
    article = extract(page, "https://rakyatku.com/read/1", timezone="Asia/Makassar", now=NOW)
    assert article.body.startswith(PROSE)
    assert article.evidence["body"] == "page"


def test_the_newest_version_that_knows_the_page_reads_it() -> None:
    pages = PublisherPages(
        name="koran",
        versions=(
            Version(since=date(2030, 1, 1), read=lambda _: Overrides(title="later")),
            Version(since=date(2024, 1, 1), read=lambda _: None),
            Version(since=date(2020, 1, 1), read=lambda _: Overrides(title="old layout")),
        ),
    )
    document = parse("<p>Teks", "https://koran.example/1")
    assert pages.read(document, now=NOW) == Overrides(title="old layout")
    assert pages.read(document, now=datetime(2019, 1, 1, tzinfo=UTC)) is None
    assert overrides.pages_of("koran") is None
