from __future__ import annotations

from datetime import UTC, datetime

from crawler.extraction import extract_page
from crawler.extraction.boilerplate import Line
from crawler.extraction.leftovers import Leftover, Why

PROSE = "Warga desa di tepi sungai mulai menanam padi lagi sesudah banjir surut pekan lalu."
MORE = "Pemerintah kabupaten membagikan benih dan pupuk kepada dua ratus keluarga di sana."
CARD = "<div><a href='/2'>Pasar Malam Pindah ke Lapangan</a><p>Ringkasan berita lain.</p></div>"
PAGE = f"""
<nav><a href='/'>Daerah</a></nav><h1>Warga Menanam Lagi</h1><div class='tanggal'>5 Juni 2024</div>
<div class='share'>Bagikan</div><article><figure><img src='a'><figcaption>Sawah</figcaption></figure>
<p>{PROSE}</p><p>ADVERTISEMENT</p><p><a href='/9'>Harga benih padi naik</a></p><p>{MORE}</p></article>
<section>{CARD * 3}</section><p>Selesai</p>
"""


def _leftovers() -> dict[str, Leftover]:
    reading = extract_page(
        PAGE,
        "https://koran.example/1",
        timezone="Asia/Jakarta",
        now=datetime(2024, 6, 6, tzinfo=UTC),
    )
    return {one.text: one for one in reading.leftovers()}


def test_every_line_that_is_left_out_is_told_with_its_reason() -> None:
    assert {text: one.why for text, one in _leftovers().items()} == {
        "Daerah": Why.MENU,
        "5 Juni 2024": Why.BEFORE,
        "Bagikan": Why.LINE,
        "Sawah": Why.CAPTION,
        "ADVERTISEMENT": Why.LINE,
        "Harga benih padi naik": Why.INSIDE,
        "Pasar Malam Pindah ke Lapangan": Why.LISTING,
        "Ringkasan berita lain.": Why.LISTING,
        "Selesai": Why.AFTER,
    }


def test_a_line_that_was_known_by_its_words_says_which_kind_it_is() -> None:
    assert _leftovers()["ADVERTISEMENT"].kind is Line.ADVERTISING
    assert _leftovers()["Sawah"].kind is None
