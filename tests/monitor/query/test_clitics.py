from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.query.clitics import forms, roots


@pytest.mark.parametrize(
    ("word", "without"),
    [
        ("suriahnya", ("suriah",)),
        ("surabayalah", ("surabaya",)),
        ("rumahkulah", ("rumahku", "rumah")),
        ("rumahlahku", ("rumahlah",)),
        ("suriah", ()),
        ("astana", ()),
        ("nya", ()),
    ],
)
def test_a_word_gives_up_its_possessive_and_its_particle(
    word: str, without: tuple[str, ...]
) -> None:
    assert roots(word) == without


@pytest.mark.parametrize("word", ["sekolah", "maluku", "kalah", "abdullah", "masalah", "kenya"])
def test_a_word_that_only_ends_like_a_clitic_stays_whole(word: str) -> None:
    assert roots(word) == ()


def test_a_whole_word_takes_clitics_as_any_other() -> None:
    assert roots("sekolahnya") == ("sekolah",)


@given(st.text("abdeiknrst", min_size=8, max_size=12))  # longer than what only looks inflected
def test_every_form_of_a_word_leads_back_to_it(word: str) -> None:
    first, *others = forms(word)
    assert first == word
    assert len(others) == 15
    assert all(word in roots(form) for form in others)
