"""What readers of one page do, in the cases that a golden page would only blur."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from crawler.extraction import boilerplate, extract, tags
from crawler.extraction.boilerplate import Line
from crawler.extraction.charsets import decode
from crawler.extraction.claims import Claim
from crawler.extraction.publishers import canonical, publisher
from crawler.extraction.titles import decide, strip_site

if TYPE_CHECKING:
    from crawler.article import Article

NOW = datetime(2024, 6, 6, tzinfo=UTC)
LONG = "Warga desa di tepi sungai mulai menanam padi lagi sesudah banjir surut pekan lalu."
MORE = "Pemerintah kabupaten membagikan benih dan pupuk kepada dua ratus keluarga di sana."
KORAN = publisher("https://www.koransore.co.id/a", [Claim(value="Koran Sore", source="x")])


def _read(body: str, *, head: str = "", url: str = "https://koransore.co.id/read/1") -> Article:
    page = f"<html><head><title>Warga Menanam Lagi</title>{head}</head><body>{body}</body></html>"
    return extract(page, url, timezone="Asia/Jakarta", now=NOW)


def _article(text: str, **more: str) -> Article:
    return _read(f"<h1>Warga Menanam Lagi</h1><div class='isi'>{text}</div>", **more)


def test_words_are_not_glued_across_links_and_breaks() -> None:
    article = _article(
        f"<p>{LONG} Kata <a>Bupati</a> <b>Bone</b><br>dan<i>lain</i>.</p><p>{MORE}</p>"
    )
    assert "Kata Bupati Bone\n\ndanlain." in article.body


def test_other_articles_advertising_and_captions_are_left_out() -> None:
    article = _article(
        f"<p>{LONG}</p><p>Baca juga: <a href='/2'>Banjir Surut</a></p><p>ADVERTISEMENT</p>"
        f"<div><img src='a.jpg'><span>Sawah di tepi sungai</span></div>"
        f"<p><a href='/3'>Benih Dibagikan Kepada Petani Lagi</a></p><p>{MORE} (Lihat: Banjir Surut)</p>"
        "<p>Ikuti kami di saluran WhatsApp untuk kabar terbaru</p><p>(abc/def)</p>"
    )
    assert article.body == f"{LONG}\n\n{MORE}"


def test_an_element_called_furniture_that_holds_the_text_is_the_text() -> None:
    article = _read(
        f"<h1>Warga Menanam Lagi</h1><div class='share-and-author'><p>{LONG}</p><p>{MORE}</p></div>"
    )
    assert article.body == f"{LONG}\n\n{MORE}"


def test_a_longer_text_in_a_widget_is_not_the_article() -> None:
    widget = f"<div class='widget glossary'><p>{MORE}</p><p>{MORE} {MORE} {MORE}</p></div>"
    assert MORE not in _read(f"<h1>Warga Menanam Lagi</h1><div><p>{LONG}</p></div>{widget}").body


def test_a_text_in_several_sections_is_read_whole() -> None:
    article = _read(
        f"<h1>Warga Menanam Lagi</h1><main><section><p>{LONG}</p></section><div class='ads'>Iklan</div>"
        f"<section><h2>Benih</h2><p>{MORE}</p></section></main>"
    )
    assert article.body == f"{LONG}\n\nBenih\n\n{MORE}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Baca Juga: Banjir Surut", Line.OTHER_ARTICLE),
        ("[Gambas:Video 20detik]", Line.OTHER_ARTICLE),
        ("SCROLL TO CONTINUE WITH CONTENT", Line.ADVERTISING),
        ("Halaman Selanjutnya", Line.PAGING),
        ("Ikuti berita kami di Google News", Line.INVITATION),
        ("(fyk/ash)", Line.SIGN_OFF),
        ("Editor: Andi Baso", Line.SIGN_OFF),
        ("Panen raya di desa itu. Foto: Antara", Line.CAPTION),
        ("BERITA TERKAIT", Line.END),
        ("Baca buku di perpustakaan desa kini gratis.", None),
        ("Tagihan listrik desa itu dibayar gotong royong.", None),
        ("Halaman sekolah itu dipakai warga untuk mengungsi.", None),
        (LONG, None),
    ],
)
def test_lines_are_told_by_what_they_say(text: str, line: Line | None) -> None:
    assert boilerplate.kind(text) is line


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Warga Menanam Lagi - Koran Sore", "Warga Menanam Lagi"),
        ("Warga Menanam Lagi | Koransore.co.id", "Warga Menanam Lagi"),
        ("Koransore.co.id: Warga Menanam Lagi", "Warga Menanam Lagi"),
        ("Warga Menanam Lagi - Daerah - Koran Sore", "Warga Menanam Lagi - Daerah"),
        ("Bupati: Warga Menanam Lagi", "Bupati: Warga Menanam Lagi"),
        ("Rusia - Turki Sepakat", "Rusia - Turki Sepakat"),
    ],
)
def test_the_sites_name_is_stripped_from_a_title(title: str, expected: str) -> None:
    assert strip_site(title, KORAN) == expected


def test_a_title_cut_short_supports_the_whole_one() -> None:
    claims = [
        Claim(value="Warga Desa Menanam ...", source="json-ld", weight=3),
        Claim(value="Warga Desa Menanam Lagi", source="visible", weight=2),
        Claim(value="Kabar", source="visible", weight=2.5),
    ]
    decided = decide(claims, KORAN)
    assert decided is not None
    assert decided.value == "Warga Desa Menanam Lagi"


def test_keywords_that_are_a_sentence_are_no_tags() -> None:
    assert tags.clean(["warga", "di", "desa", "dan", "padi"], title="") == ()
    assert tags.clean(["Warga", "Menanam", "Lagi"], title="Warga Menanam Lagi") == ()
    assert tags.clean(["#Padi", "padi", "Tags:", "berita terkini", "Topic: Banjir"], title="") == (
        "Padi",
        "Banjir",
    )


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/berita/padi", "https://koransore.co.id/berita/padi"),
        ("https://m.koransore.co.id/berita/padi", "https://m.koransore.co.id/berita/padi"),
        ("", "https://koransore.co.id/read/1"),
        ("https://koransore.co.id/", "https://koransore.co.id/read/1"),
        ("https://pihaklain.co.id/berita/padi", "https://koransore.co.id/read/1"),
        ("javascript:void(0)", "https://koransore.co.id/read/1"),
        ("http://[", "https://koransore.co.id/read/1"),
        ("http:http://koransore.co.id/a", "https://koransore.co.id/read/1"),
    ],
)
def test_a_page_names_its_own_address_or_the_given_one_stands(address: str, expected: str) -> None:
    claims = [Claim(value=address, source="link:canonical")]
    assert canonical("https://koransore.co.id/read/1", claims)[0] == expected


def test_bytes_decide_before_labels_do() -> None:
    text = "Kedai “Bunga” — buka"
    assert decode(text.encode(), charset="iso-8859-1") == text
    assert decode(text.encode("cp1252"), charset="utf-8") == text
    assert decode(b"\xef\xbb\xbf" + text.encode(), charset="latin-1") == text
    assert decode(b"\xff\xfe" + text.encode("utf-16-le"), charset=None) == text
    assert decode("<p>Plain".encode("utf-16-le"), charset="utf-16-le") == "<p>Plain"
    assert decode(text.encode()[:-1] + b"\xe2\x80", charset=None).startswith("Kedai “Bunga” — buk")
    meta = '<meta charset="iso-8859-5"><p>Привет'
    assert decode(meta.encode("iso-8859-5"), charset=None) == meta


def test_a_name_before_the_date_is_the_author() -> None:
    line = "<div>Sitti Aminah | Rabu, 5 Juni 2024 - 07:02 wib</div>"
    assert _read(f"<h1>Warga Menanam Lagi</h1>{line}<div><p>{LONG}</p></div>").authors == (
        "Sitti Aminah",
    )


def test_a_label_may_stand_under_its_name() -> None:
    credit = (
        "<div class='credit'><div><h6>Siti Aminah</h6><p>Penulis</p></div>"
        "<div><h6>Andi Baso</h6><p>Editor</p></div></div>"
    )
    article = _read(f"<h1>Warga Menanam Lagi</h1>{credit}<div><p>{LONG}</p><p>{MORE}</p></div>")
    assert (article.authors, article.editors) == (("Siti Aminah",), ("Andi Baso",))


def test_malay_is_indonesian_unless_the_page_says_otherwise() -> None:
    assert _article(f"<p>{LONG}</p><p>{MORE}</p>").language == "id"
    english = "The governor said on Monday that the new bridge would open before the harvest."
    assert (
        _article(f"<p>{english}</p><p>{english} It took them three years to build.</p>").language
        == "en"
    )
