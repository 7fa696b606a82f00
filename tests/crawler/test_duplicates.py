from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Article
from crawler.duplicates import content_hash, same_piece

URL = "https://koran.example/a"


def article(title: str = "Pinisi berlayar", body: str = "Kapal itu bertolak subuh.") -> Article:
    return Article(url=URL, canonical_url=URL, title=title, body=body)


@pytest.mark.parametrize(
    "other",
    [
        article("PINISI  BERLAYAR"),
        article("Pinísi berlayar!", "Kapal itu bertolak subuh"),
        article(body="Kapal itu\n\nbertolak \u00adsubuh …"),
    ],
)
def test_case_marks_and_spacing_make_no_other_text(other: Article) -> None:
    assert content_hash(other) == content_hash(article())


@pytest.mark.parametrize(
    "other",
    [
        article("Pinisi karam"),
        article(body="Kapal itu bertolak senja."),
        article("Pinisi", "berlayar Kapal itu bertolak subuh."),
    ],
)
def test_other_words_make_another_text_and_the_title_counts(other: Article) -> None:
    assert content_hash(other) != content_hash(article())


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_hash_is_always_thirty_two_digits(title: str, body: str) -> None:
    assert len(bytes.fromhex(content_hash(article(title, body)))) == 16


def test_an_article_is_the_same_piece_by_its_text_or_by_its_title() -> None:
    stored = article()
    hashed = content_hash(stored)
    assert same_piece(article(), stored.title, hashed)
    assert same_piece(article(body="Diperbarui."), "PINISI berlayar", hashed)
    assert not same_piece(article("Lain", "Lain sama sekali."), stored.title, hashed)
