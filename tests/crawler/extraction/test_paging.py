from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.article import Article
from crawler.extraction import extract_page, paging
from crawler.extraction.document import parse
from crawler.extraction.paging import Rest

URL = "https://koran.example/read/2024/05/07/0905/jembatan"


def _rest(links: str, url: str = URL) -> Rest:
    return paging.rest(parse(f"<html><body><p>Teks</p>{links}</body></html>", url))


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("<a href='?page=2'>Halaman Berikutnya</a>", f"{URL}?page=2"),
        ("<a href='?page=1'>1</a><a href='?page=2'>2</a><a href='?page=3'>3</a>", f"{URL}?page=2"),
        ("<a href='/read/2024/05/07/0905/jembatan/2'>Selanjutnya</a>", f"{URL}/2"),
        ("<a href='/read/2024/05/07/0905/jembatan/page/2/'>2</a>", f"{URL}/page/2/"),
        ("<link rel='next' href='?halaman=2'>", f"{URL}?halaman=2"),
        (
            "<a href='https://www.koran.example/read/2024/05/07/0905/jembatan?page=2'>2</a>",
            "https://www.koran.example/read/2024/05/07/0905/jembatan?page=2",
        ),
        ("<a href='?page=3'>3</a>", None),
        ("<a href='/read/2024/05/08/0101/sungai'>Artikel Selanjutnya</a>", None),
        ("<link rel='next' href='/read/2024/05/08/0101/sungai'>", None),
        ("<a href='https://lain.example/read/2024/05/07/0905/jembatan?page=2'>2</a>", None),
        ("<a href='/daerah?page=2'>Selanjutnya</a>", None),
        ("<a href='javascript:void(0)'>Selanjutnya</a><a href='http://[?page=2'>2</a>", None),
        ("", None),
    ],
)
def test_the_next_page_is_the_same_address_with_the_next_number(
    link: str, expected: str | None
) -> None:
    assert _rest(link).next == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("<a href='?page=all'>Show All</a>", f"{URL}?page=all"),
        ("<a href='?showpage=all#x'>Semua</a>", f"{URL}?showpage=all#x"),
        ("<a href='?single=1'>Satu Halaman</a>", f"{URL}?single=1"),
        ("<a href='/read/2024/05/07/0905/jembatan/all'>Semua</a>", f"{URL}/all"),
        ("<a href='/tag/all'>Semua tag</a>", None),
    ],
)
def test_a_page_may_offer_the_whole_article(link: str, expected: str | None) -> None:
    assert _rest(link).whole == expected


def test_pages_are_counted_on_from_the_page_that_is_read() -> None:
    links = "<a href='?page=1'>1</a><a href='?page=2'>2</a><a href='?page=3'>3</a>"
    assert _rest(links, f"{URL}?page=2").next == f"{URL}?page=3"
    assert _rest(links, f"{URL}?page=3") == Rest()
    assert (
        _rest("<a href='?page=2'>2</a><a href='?page=all'>Semua</a>", f"{URL}?page=all") == Rest()
    )


def test_an_article_without_end_is_not_followed() -> None:
    last = f"{URL}?page={paging.MAX_PAGES}"
    assert _rest(f"<a href='?page={paging.MAX_PAGES + 1}'>lanjut</a>", last).next is None


def test_pages_are_found_where_the_article_is() -> None:
    prose = "Warga desa di tepi sungai mulai menanam padi lagi sesudah banjir surut pekan lalu."
    page = f"<h1>Warga Menanam Lagi</h1><p>{prose}</p><p>{prose} Kini.</p><a href='?page=2'>2</a>"
    reading = extract_page(page, URL, timezone="Asia/Jakarta", now=_now())
    assert reading.rest == Rest(next=f"{URL}?page=2")
    assert paging.rest(reading.page.document) == Rest(next=f"{URL}?page=2")


def test_pages_are_joined_in_order_and_repeat_nothing() -> None:
    joined = paging.joined(
        _article("Satu.\n\nDua."),
        [_article("Dua.\n\nTiga.", editors=("Andi",)), _article("Empat.")],
    )
    assert joined.body == "Satu.\n\nDua.\n\nTiga.\n\nEmpat."
    assert joined.editors == ("Andi",)
    assert joined.evidence["body"] == "page (3 pages)"


def test_a_page_that_adds_nothing_changes_nothing() -> None:
    first = _article("Satu.\n\nDua.")
    assert paging.joined(first, [_article("Dua.")]) == first
    assert paging.joined(first, []) == first


def _article(body: str, editors: tuple[str, ...] = ()) -> Article:
    return Article(
        url=URL,
        canonical_url=URL,
        title="Jembatan",
        body=body,
        editors=editors,
        evidence={"body": "page"},
    )


def _now() -> datetime:
    return datetime(2024, 5, 8, tzinfo=UTC)
