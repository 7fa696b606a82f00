"""Text from the bits of HTML in feeds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean_line, clean_text
from crawler.discovery import markup


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Pasar <b>Terong</b> terbakar", "Pasar Terong terbakar"),
        ("&lt;i&gt;Pinisi&lt;/i&gt; berlayar", "Pinisi berlayar"),
        ("Gowa &amp;amp; Maros", "Gowa & Maros"),
        ("Harga < 5 ribu, untung > 2 ribu", "Harga < 5 ribu, untung > 2 ribu"),
        ("Kata <siapa> itu?", "Kata <siapa> itu?"),
        ("R&D dan M&A; tetap", "R&D dan M&A; tetap"),
        ("Potongan <a href='https://koran.exa", "Potongan"),
        ("Potongan <", "Potongan"),
        ("Potongan <kabar", "Potongan <kabar"),
        ("Satu<br>Dua", "Satu Dua"),
        ("<td>Satu</td><td>Dua</td>", "Satu Dua"),
        ("<!-- tidak --> tampil <!-- tidak", "tampil"),
        ("<style>p { }</style><p>tampil</p><script src=x>if (a</b", "tampil"),
        ("<script>a <b>tidak</b> <p></script>tampil", "tampil"),
        ("<script/>tampil</script>", "tampil"),
        ("<![CDATA[Pasar]]>", "Pasar"),
        ("<xhtml:p>Satu</xhtml:p>", "Satu"),
        ("Kutip &ldquo;ini&#8221; &#x2026;", "Kutip “ini” …"),
    ],
)
def test_markup_becomes_the_line_that_a_reader_sees(written: str, read: str) -> None:
    assert markup.line(written) == read


@pytest.mark.parametrize("nothing", [None, "", " \n ", "<p>&nbsp;</p>", "<img src='x'>", "\u200b"])
def test_markup_without_text_is_none(nothing: str | None) -> None:
    assert markup.line(nothing) is None
    assert markup.paragraphs(nothing) is None


def test_paragraphs_are_kept_and_line_breaks_of_the_source_are_not() -> None:
    written = "<p>Satu\r\nbaris.</p>\n<p>Dua<br>\n<br/>Tiga</p><ul><li>a<li>b</ul>"
    assert markup.paragraphs(written) == "Satu baris.\n\nDua\n\nTiga\n\na\n\nb"


@given(st.text(max_size=80) | st.text(alphabet="<>/!-[]&;ab p\n", max_size=60))
def test_any_markup_gives_clean_text(written: str) -> None:
    line, text = markup.line(written), markup.paragraphs(written)
    assert line is None or line == clean_line(line)
    assert text is None or text == clean_text(text)
    assert (line is None) == (text is None)
