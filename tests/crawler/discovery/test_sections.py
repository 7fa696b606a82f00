"""Section pages: which links are articles, what they are called, and where more of them stand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import sections
from crawler.discovery.article_links import date_in, is_other_page, shape
from crawler.urls import canonical

if TYPE_CHECKING:
    from crawler.discovery.sections import SectionPage

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
HOME = "https://koranlontara.example/"
HEADLINES = (
    (
        "warga-pannampu-gotong-royong-bersihkan-kanal",
        "Warga Pannampu Gotong Royong Bersihkan Kanal",
    ),
    ("nelayan-barrang-lompo-keluhkan-harga-solar", "Nelayan Barrang Lompo Keluhkan Harga Solar"),
    ("pasar-terong-ditata-ulang-mulai-pekan-depan", "Pasar Terong Ditata Ulang Mulai Pekan Depan"),
    ("dua-kapal-pinisi-berlayar-ke-labuan-bajo", "Dua Kapal Pinisi Berlayar ke Labuan Bajo"),
    ("sekolah-di-maros-libur-karena-banjir", "Sekolah di Maros Libur karena Banjir"),
    ("harga-cabai-di-gowa-turun-separuh", "Harga Cabai di Gowa Turun Separuh"),
)
FRAME = """<!doctype html><html lang="id"><head><title>Koran Lontara</title></head><body>
<header><a href="/"><img src="/logo.png" alt="Koran Lontara"></a></header>
<nav><a href="/makassar/">Makassar</a><a href="/ekonomi/">Ekonomi</a><a href="/indeks/">Indeks</a>
<a href="/tag/banjir/">Banjir</a><a href="/login">Masuk</a></nav>
<main>{content}</main>
<footer><a href="/tentang-kami/">Tentang Kami</a><a href="/redaksi/">Susunan Redaksi</a>
<a href="/pedoman-pemberitaan-media-siber/">Pedoman Pemberitaan Media Siber</a>
<a href="https://www.facebook.com/koranlontara">Facebook</a></footer></body></html>"""


def page_of(paths: list[tuple[str, str]]) -> bytes:
    items = (f'<li><a href="{path}">{title}</a></li>' for path, title in paths)
    return FRAME.format(content=f"<ul>{''.join(items)}</ul>").encode()


def read(body: bytes, url: str = HOME) -> SectionPage:
    return sections.read(body, url, now=NOW)


def titles(page: SectionPage) -> dict[str, str | None]:
    return {one.url.removeprefix(HOME.rstrip("/")): one.title for one in page.listing.announcements}


# Which links are articles -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "template",
    [
        "/{slug}/",  # WordPress, plain
        "/2026/11/22/{slug}/",  # WordPress, dated
        "/makassar/{slug}.html",
        "/makassar/read/48621{n}/{slug}",
        "/berita/d-73110{n}/{slug}",
        "/2026/11/22/1034{n}77/{slug}",
        "/read/20261122103455-20-11{n}42/{slug}",
        "/detail.php?id=55{n}&judul={slug}",
    ],
)
def test_the_articles_of_a_home_page_are_found_and_nothing_else(template: str) -> None:
    paths = [
        (template.format(n=number + 100, slug=slug), title)
        for number, (slug, title) in enumerate(HEADLINES)
    ]
    assert titles(read(page_of(paths))) == dict(paths)


def test_a_calendar_without_end_announces_nothing_and_leads_nowhere() -> None:
    days = [(f"/kalender/2026/11/{day:02}", str(day)) for day in range(1, 31)]
    further = [
        ("/kalender/2026/12", "Desember 2026"),
        ("/indeks?tanggal=2026-11-21", "Sabtu, 21 November 2026"),
        ("/arsip/2026/11/21/", "Berita tanggal 21 November 2026"),
    ]
    page = read(page_of(days + further), f"{HOME}kalender/2026/11")
    assert page.listing.announcements == ()
    assert not any("kalender" in address for address in page.sections)


def test_a_page_without_articles_announces_nothing() -> None:
    assert read(page_of([])).listing.announcements == ()
    assert read(b"").listing.announcements == ()
    assert read(b"\x00\xff\x00 bukan HTML").listing.announcements == ()


@pytest.mark.parametrize(
    "path",
    [
        "/tag/harga-cabai-di-gowa-turun-separuh/",
        "/topik/harga-cabai-di-gowa-turun-separuh",
        "/penulis/andi-rahman-wartawan-senior-makassar",
        "/kategori/ekonomi-dan-bisnis-sulawesi-selatan",
        "/search?q=harga-cabai-di-gowa-turun-separuh",
        "/unduh/harga-cabai-di-gowa-turun-separuh.pdf",
        "https://iklan.koranlontara.example/harga-cabai-di-gowa-turun-separuh",
        "https://tetangga.example/2026/11/22/harga-cabai-di-gowa-turun-separuh",
        "#harga-cabai-di-gowa-turun-separuh",
        "javascript:void(0)",
        "mailto:redaksi@koranlontara.example",
    ],
)
def test_what_has_a_headlines_text_and_leads_elsewhere_is_left_out(path: str) -> None:
    assert titles(read(page_of([(path, "Harga Cabai di Gowa Turun Separuh")]))) == {}


def test_a_number_and_a_sentence_weigh_more_than_a_doubtful_word() -> None:
    path = "/info/read/486142/harga-cabai-di-gowa-turun-separuh"
    assert titles(read(page_of([(path, "Harga Cabai di Gowa Turun Separuh")]))) == {
        path: "Harga Cabai di Gowa Turun Separuh"
    }


def test_a_short_headline_is_taken_where_its_neighbours_are_articles() -> None:
    paths = [(f"/makassar/{slug}", title) for slug, title in HEADLINES]
    short = ("/makassar/kota-tanpa-pohon", "Kota Tanpa Pohon")
    assert short[0] in titles(read(page_of([*paths, short])))
    assert titles(read(page_of([short]))) == {}


def test_a_home_page_takes_the_articles_of_its_subdomains() -> None:
    path = "https://ekonomi.koranlontara.example/2026/11/22/harga-cabai-di-gowa-turun-separuh"
    body = page_of([(path, "Harga Cabai di Gowa Turun Separuh")])
    assert len(read(body).listing.announcements) == 1
    assert len(read(body, "https://www.koranlontara.example/").listing.announcements) == 1
    assert len(read(body, "https://m.koranlontara.example/").listing.announcements) == 1


def test_a_regional_desk_leaves_the_articles_of_other_desks_out() -> None:
    near, far = "https://gowa.grup.example/", "https://maros.grup.example/"
    slug, title = HEADLINES[0]
    body = page_of([(f"{one}2026/11/22/{slug}", title) for one in (near, far)])
    found = read(body, near).listing.announcements
    assert [one.url for one in found] == [f"{near}2026/11/22/{slug}"]


def test_an_address_that_stands_there_with_a_campaign_as_well_is_told_once() -> None:
    path = "/makassar/read/486142/harga-cabai-di-gowa-turun-separuh"
    title = "Harga Cabai di Gowa Turun Separuh"
    page = read(page_of([(f"{path}?kampanye=beranda", title), (path, title)]))
    assert list(titles(page)) == [path]


# What they are called -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "<h2><a href='{path}'>{title}</a></h2>",
        "<a href='{path}'><img src='a.jpg' alt='Pedagang menata cabai'></a><a href='{path}'>{title}</a>",
        "<a href='{path}'><b>Ekonomi</b><time>22 Nov 2026, 10.05</time><h3>{title}</h3><p>Stok naik.</p></a>",
        "<a href='{path}' title='{title}'>Harga Cabai di Gowa…</a>",
        "<span>1</span><a href='{path}'>{title}</a><a href='{path}'>12 Komentar</a>",
        "<a href='{path}'><script>lacak('{path}')</script>{title}</a>",
    ],
)
def test_the_title_is_the_text_that_says_what_the_address_says(content: str) -> None:
    path = "/ekonomi/read/486142/harga-cabai-di-gowa-turun-separuh"
    title = "Harga Cabai di Gowa Turun Separuh"
    body = FRAME.format(content=content.format(path=path, title=title)).encode()
    assert titles(read(body)) == {path: title}


def test_a_date_in_the_address_is_the_day_of_the_article() -> None:
    slug, title = HEADLINES[0]
    paths = [(f"/2026/11/22/{slug}", title), (f"/2031/01/05/{slug}", title)]
    found = read(page_of(paths)).listing.announcements
    assert [one.published_on for one in found] == [date(2026, 11, 22), None]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/2026/11/22/judul", date(2026, 11, 22)),
        ("https://a.example/2026-11-22/judul", date(2026, 11, 22)),
        ("https://a.example/read/20261122103455-20-1/judul", date(2026, 11, 22)),
        ("https://a.example/2026/11/judul", None),
        ("https://a.example/2026/13/45/judul", None),
        ("https://a.example/read/20264512/judul", None),
        ("https://a.example/read/4862183/judul", None),
    ],
)
def test_an_addresss_date_is_one_of_the_calendar(url: str, expected: date | None) -> None:
    assert date_in(url) == expected


# Section pages ------------------------------------------------------------------------------------


def test_the_index_comes_first_then_the_sections_with_the_most_articles() -> None:
    paths = [(f"/ekonomi/{slug}", title) for slug, title in HEADLINES[:4]]
    paths += [(f"/makassar/{slug}", title) for slug, title in HEADLINES[4:]]
    assert read(page_of(paths)).sections == (
        f"{HOME}indeks/",
        f"{HOME}ekonomi/",
        f"{HOME}makassar/",
    )


def test_a_subdomain_with_articles_is_a_section() -> None:
    news = "https://berita.koranlontara.example/"
    paths = [(f"{news}2026/11/22/{slug}", title) for slug, title in HEADLINES]
    assert news in read(page_of([*paths, (news, "Berita")])).sections


# Shapes -------------------------------------------------------------------------------------------


def test_addresses_of_one_template_have_one_shape() -> None:
    first = "https://a.example/makassar/2026/11/22/harga-cabai-naik-lagi"
    assert shape(first) == shape("https://b.example/gowa/2025/01/02/dua-kapal-tiba-di-pelabuhan")
    assert shape(first) != shape("https://a.example/makassar/harga-cabai-naik-lagi")


def test_a_headline_that_begins_like_a_page_about_the_site_is_no_such_page() -> None:
    assert not is_other_page("https://a.example/kontak-tembak-di-pegunungan-usai/")
    assert not is_other_page("https://a.example/tentang-laut-dan-orang-bajo/")
    assert is_other_page("https://a.example/kode-etik/pedoman-media-siber.html")


# Anything at all ----------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "<a href='/2026/11/22/dua-kapal-pinisi-berlayar-ke-bira'>Dua Kapal Pinisi Berlayar ke Bira</a>",
        "<a href='//'>x</a>",
        "<a href='http://['>y</a>",
        "<a href='/tag/a'>",
        "<nav>",
        "<base href='https://lain.example/'>",
        "</a></div>",
        "<article><header><h2>",
        "<a href='/%ff%zz/1234567'>\ud800</a>",
        "teks biasa",
        "<!-- ",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=12))
def test_any_page_gives_each_address_once_and_only_of_the_site(pieces: list[str]) -> None:
    found = read("".join(pieces).encode("utf-8", "replace")).listing.announcements
    keys = [canonical(one.url) for one in found]
    assert len(keys) == len(set(keys))
    assert all(one.url.startswith("https://koranlontara.example/") for one in found)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_a_failure(data: bytes) -> None:
    assert isinstance(read(data).listing.announcements, tuple)
