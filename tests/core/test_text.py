"""Text: what is stored, and what counts as the same word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core import text as core_text
from core.text import clean_line, clean_text, excerpt, fold, words

texts = st.text(max_size=60) | st.text(
    alphabet="aZ éi\u0307\u0301\u200b\u200c\u200d\u202e\u00ad\u00a0\u3000\t\r\n\x00\x85\u2028"
    "ıİﬁＫ\ud800\U0001f468ا",
    max_size=30,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  Harga \t beras\u00a0naik ", "Harga beras naik"),
        ("Baris\r\nsatu\u2028dua\x0btiga\x85empat", "Baris satu dua tiga empat"),
        ("Ko\u00adrup\u200bsi", "Korupsi"),
        ("\u202eterbalik\u202c\ufeff", "terbalik"),
        ("tanda\x00\x07 \x1b[0m", "tanda [0m"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("\ue000pribadi", "pribadi"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("a\u200db", "ab"),
        ("\u200d", ""),
        ("é\u200d\u3000x", "é x"),
    ],
)
def test_a_line_is_cleaned_of_what_nobody_sees(raw: str, clean: str) -> None:
    assert clean_line(raw) == clean


def test_paragraphs_stand_apart_by_one_empty_line() -> None:
    assert (
        clean_text(" Satu\tbaris \r\n\r\n \n\n Dua\u2029Tiga\n\u200b\n")
        == "Satu baris\n\nDua\n\nTiga"
    )


@given(texts)
@example("é\u200d\u00a0")
def test_cleaning_a_clean_text_changes_nothing(raw: str) -> None:
    assert clean_line(clean_line(raw)) == clean_line(raw)
    assert clean_text(clean_text(raw)) == clean_text(raw)


@given(texts, st.integers(0, 20))
@example("Kapal pinisi", 6)
@example("Kabar\n\nLagi", 6)
@example("é\u200dé", 2)
def test_a_clean_text_that_is_cut_is_as_clean(raw: str, longest: int) -> None:
    for clean in (clean_line, clean_text):
        cut = clean(raw, longest)
        assert len(cut) <= longest
        assert clean(raw).startswith(cut)
        assert clean(cut) == cut


@given(texts)
def test_clean_text_holds_nothing_that_could_break_a_header_or_a_page(raw: str) -> None:
    line = clean_line(raw)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert unicodedata.is_normalized("NFC", line)
    assert all(one in "\u200c\u200d" or unicodedata.category(one)[0] != "C" for one in line)
    line.encode("utf-8")


@given(texts)
def test_no_visible_letter_is_lost_in_cleaning(raw: str) -> None:
    def letters(text: str) -> str:
        return "".join(one for one in unicodedata.normalize("NFD", text) if one.isalnum())

    assert letters(clean_line(raw)) == letters(raw)


@given(texts, st.integers(1, 70))
def test_an_excerpt_is_never_longer_than_asked_and_starts_like_its_text(
    raw: str, limit: int
) -> None:
    short = excerpt(raw, limit)
    assert len(short) <= limit
    assert short == raw or raw.startswith(short.removesuffix("…"))


def test_an_excerpt_ends_between_words() -> None:
    assert (
        excerpt("Banjir merendam tiga kecamatan, warga mengungsi", 33)
        == "Banjir merendam tiga kecamatan…"
    )
    assert excerpt("Banjir", 6) == "Banjir"
    assert excerpt("a" * 20, 10) == "a" * 9 + "…"


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Korupsi", "KORUPSI"),
        ("Ko\u00adrupsi", "korupsi"),
        ("café", "cafe\u0301"),
        ("Türkiye", "turkiye"),
        ("İstanbul", "istanbul"),
        ("Diyarbakır", "diyarbakir"),
        ("ﬁlm", "film"),
        ("Ｋｏｔａ", "kota"),
        ("Straße", "strasse"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_what_readers_take_for_one_word_folds_to_one(written: str, same: str) -> None:
    assert fold(written) == fold(same)


def test_words_know_where_they_stand() -> None:
    text = "Di Ko\u00adrupsi, e\u0301lite 3G!"
    found = words(text)
    assert found.folded == ("di", "korupsi", "elite", "3g")
    stretches = [text[s:e] for s, e in zip(found.starts, found.ends, strict=True)]
    assert stretches == ["Di", "Ko\u00adrupsi", "e\u0301lite", "3G"]


@given(texts)
def test_spans_lie_in_the_text_in_order_and_cut_no_letter_from_its_accent(raw: str) -> None:
    found = words(raw)
    assert len(found.folded) == len(found.starts) == len(found.ends)
    assert list(found.starts) == sorted(found.starts)
    for start, end in zip(found.starts, found.ends, strict=True):
        assert 0 <= start < end <= len(raw)
        assert end == len(raw) or not unicodedata.combining(raw[end])


@given(texts)
def test_folding_what_is_folded_changes_nothing(raw: str) -> None:
    assert fold(fold(raw)) == fold(raw)


def test_the_module_keeps_its_promise_about_soft_hyphens() -> None:
    assert core_text.words("di Ko\u00adrupsi").folded == ("di", "korupsi")
