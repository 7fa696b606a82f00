from __future__ import annotations

import pytest

from crawler.extraction import datelines


@pytest.mark.parametrize(
    ("dateline", "separator"),
    [
        ("KORANSORE.COM", " - "),
        ("Koransore.com, Jakarta", " - "),
        ("JAKARTA, KORANSORE.com", " - "),
        ("JAKARTA, KORANSORE.com", " – "),
        ("KORANSORE.CO.ID, JAKARTA", " -- "),
        ("Makassar (KABAR News)", " - "),
        ("Mataram, NTB (KABAR)", " - "),
        ("Jakarta, KSN Indonesia", " -- "),
        ("MAKASSAR", " - "),
        ("TELUK BAKAU", " — "),
        ("MAKASSAR, KORANSORE.CO.ID", "-- "),
        ("HARIANSORE.CO.ID - JAKARTA", ". "),
        ("hariansore.com, JAKARTA", " - "),
        ("HARIANSORE.COM,MAKASSAR", "-"),
        ("HARIANSORE.CO, Jakarta", "-"),
        ("RADARSORE.CO.ID_BONE", " – "),
        ("Jakarta, (Kabar)", " - "),
        ("KBRN, Makassar", ": "),
        ("JAKARTA, 7 Mei 2024", " - "),
        ("TIMIKA", " | "),
        ("HARIANSORE.COM, Jakarta", ": "),
        ("HARIANSORE.COM, Jakarta", " "),
        ("MAKASSAR", ",- "),
        ("Makassar", " - "),
        ("WASHINGTON (KB)", " — "),
        ("POLEWALI MANDAR, Kabar.id", " – "),
    ],
)
def test_a_dateline_is_split_from_the_first_sentence(dateline: str, separator: str) -> None:
    sentence = "Rusia dan Turki bersepakat di kota itu."
    assert datelines.split(f"{dateline}{separator}{sentence}") == (dateline, sentence)


@pytest.mark.parametrize(
    "text",
    [
        "Rusia - Turki sepakat mengakhiri perang dagang.",
        "Kota itu - yang terbesar di pulau ini - sepi.",
        "PSM menang 2-1 atas tamunya.",
        "Covid-19 masih ada di desa itu.",
        "INTERNATIONAL Golden School kembali meluluskan murid.",
        "KPK - Polri bersatu lagi.",
        "COVID-19 - penyakit itu - masih ada.",
        "Jakarta: kota yang tak pernah tidur.",
        "IHSG | Rupiah menguat pagi ini.",
        "Sulsel, Sulbar - dua provinsi itu - bekerja sama.",
        "Menteri (kiri) - tiba di bandara pagi tadi - tersenyum.",
        "",
    ],
)
def test_a_sentence_is_not_taken_for_a_dateline(text: str) -> None:
    assert datelines.split(text) == (None, text)


def test_bold_marks_what_words_alone_would_not() -> None:
    assert datelines.split("Jakarta - Harga cabai naik.", strong=7) == (
        "Jakarta",
        "Harga cabai naik.",
    )
    assert datelines.split("Koransore.com, Jakarta Harga cabai naik.", strong=22) == (
        "Koransore.com, Jakarta",
        "Harga cabai naik.",
    )
    bold_sentence = "Harga cabai naik di pasar Koransore.com."
    assert datelines.split(bold_sentence, strong=len(bold_sentence)) == (None, bold_sentence)


def test_a_dateline_can_stand_alone() -> None:
    assert datelines.is_alone("Jakarta -")
    assert not datelines.is_alone("Jakarta")
