from __future__ import annotations

import pytest

from core.text import words
from monitor.query.sentences import ends_sentence


def last_words(text: str) -> list[str]:
    found = words(text)
    gaps = zip(found.folded, found.ends, found.starts[1:], strict=False)
    return [word for word, end, start in gaps if ends_sentence(text, end, start, word)]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Ia tiba di Palu. Hujan turun.", ["palu"]),
        ("“Siaga!” Ia pergi? “Ya.”", ["siaga", "pergi"]),
        ("Satu\n\ndua\n \ntiga", ["satu", "dua"]),
        ("Di PT.\n\nSemen. \n\n12 orang", ["pt", "semen"]),
        ("Satu\ndua", []),
        ("Pada 2019. Hujan", ["2019"]),
        ("Harga naik 4.500 rupiah. kata dia", []),
        ("Prof. Nurdin dan Dr. H. Abdul di Jl. Sudirman", []),
        (". Awal", []),
        ("\n\nAwal", []),
        ("", []),
    ],
)
def test_sentences_and_paragraphs_end_but_abbreviations_do_not(text: str, ends: list[str]) -> None:
    assert last_words(text) == ends
