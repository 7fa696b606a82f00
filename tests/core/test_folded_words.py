from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import cased_words, fold, folded_words, words

NEWS_TEXT = st.text(
    st.sampled_from("abkKA 7_-.,'’“…\n\u00ad\u200b\u0301\u00a0éİıßſﬁＫ①½™ΣςМ中𝐊"), max_size=30
) | st.text(max_size=30)


@given(NEWS_TEXT)
def test_the_fast_way_gives_the_words_that_have_places(text: str) -> None:
    assert folded_words(text) == list(words(text).folded)


@given(NEWS_TEXT)
def test_each_word_folds_from_the_stretch_of_text_that_it_names(text: str) -> None:
    found = words(text)
    for word, start, end in zip(found.folded, found.starts, found.ends, strict=True):
        assert word in folded_words(text[start:end])


@given(NEWS_TEXT)
def test_a_folded_word_is_one_word_and_folds_to_itself(text: str) -> None:
    for word in folded_words(text):
        assert folded_words(word) == [word]
        assert fold(word) == word


@pytest.mark.parametrize(
    ("text", "word", "written"),
    [
        ("di \uff2b\uff30\uff2b itu", "kpk", "\uff2b\uff30\uff2b"),
        ("ko\u00adrup\u00adsi", "korupsi", "ko\u00adrup\u00adsi"),
        ("Cafe\u0301 itu", "cafe", "Cafe\u0301"),
        ("krisis \ufb01nansial", "finansial", "\ufb01nansial"),
        ("… Straße", "strasse", "Straße"),
        ("\ufeffSurabaya", "surabaya", "Surabaya"),
    ],
)
def test_a_word_keeps_its_place_in_the_text_as_given(text: str, word: str, written: str) -> None:
    found = words(text)
    index = found.folded.index(word)
    assert text[found.starts[index] : found.ends[index]] == written


@given(st.text(max_size=60))
def test_words_with_their_case_are_the_same_words(text: str) -> None:
    assert folded_words(" ".join(cased_words(text))) == folded_words(text)


def test_words_keep_their_case_and_nothing_else() -> None:
    assert cased_words("“KPK” di Kafe\u0301 ko\u00adTA") == ["KPK", "di", "Kafe", "koTA"]
