"""Which numbers of people a text names, and when such a number is another one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.revisions.tolls import Toll, TollChange, changed_tolls, tolls

DEAD, INJURED, MISSING = Toll.DEAD, Toll.INJURED, Toll.MISSING


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lima orang tewas dan 12 warga luka-luka", {DEAD: {5}, INJURED: {12}}),
        ("Korban tewas menjadi 1.234 orang", {DEAD: {1234}}),
        ("Jumlah korban meninggal: 15 orang", {DEAD: {15}}),
        ("Korban meninggal bertambah dari 3 menjadi 5 orang", {DEAD: {5}}),
        ("Ledakan menewaskan 5 orang", {DEAD: {5}}),
        ("Seorang pemotor meninggal dunia", {DEAD: {1}}),
        ("Korban jiwa capai tujuh", {DEAD: {7}}),
        ("Tiga Tewas", {DEAD: {3}}),
        ("Sebanyak 12 orang dilaporkan hilang", {MISSING: {12}}),
        ("dua ratus tiga puluh lima orang mengungsi", {Toll.DISPLACED: {235}}),
        ("seribu dua ratus jiwa mengungsi", {Toll.DISPLACED: {1200}}),
        ("Sebelas korban dirawat", {Toll.VICTIMS: {11}}),
        ("Pukul 12.30 korban tewas ditemukan", {}),
        ("Tiga rumah hilang terseret arus", {}),
        ("Pada 2018 ia meninggal", {}),
        ("Korban berusia 35 tahun tewas", {}),
        ("Polisi menangkap 3 orang", {}),
        ("Kerugian Rp 5 juta, korban luka dirawat", {}),
        ("Gempa 5,6 SR menewaskan warga", {}),
    ],
)
def test_numbers_of_people_are_read_with_what_befell_them(
    text: str, expected: dict[Toll, set[int]]
) -> None:
    assert tolls(text) == expected


HEADLINE = "Longsor di utara"


def test_a_number_that_took_the_place_of_another_is_a_change() -> None:
    changes = changed_tolls(
        [HEADLINE, "Tiga orang tewas."], [HEADLINE, "Lima orang tewas."], head=4
    )
    assert changes == (TollChange(toll=DEAD, before=(3,), after=(5,)),)


def test_the_same_number_in_other_words_is_none() -> None:
    assert not changed_tolls([HEADLINE, "Lima orang tewas."], ["5 Tewas", "5 warga tewas."], head=4)


def test_a_first_number_counts_where_a_text_says_what_is_new() -> None:
    old = [HEADLINE, "Longsor menutup jalan.", *["Isi."] * 4]
    (change,) = changed_tolls(old, [*old[:2], "Dua warga tewas.", *old[2:]], head=4)
    assert (change.before, change.after) == ((), (2,))
    assert not changed_tolls(old, [*old, "Pada 2010 longsor menewaskan 30 orang."], head=4)


def test_an_update_that_keeps_the_old_number_beside_the_new_one_is_a_change() -> None:
    old = [HEADLINE, "Tiga orang tewas."]
    new = ["Korban Longsor Bertambah", "Lima orang tewas, setelah semula tiga orang tewas."]
    (change,) = changed_tolls(old, new, head=4)
    assert (change.before, change.after) == ((3,), (5,))


@given(st.integers(1, 9_999), st.integers(1, 9_999))
def test_whatever_the_numbers_a_change_is_told_exactly_when_they_differ(one: int, two: int) -> None:
    old, new = (f"Sebanyak {number:,} orang tewas.".replace(",", ".") for number in (one, two))
    changes = changed_tolls([HEADLINE, old], [HEADLINE, new], head=4)
    assert [(change.before, change.after) for change in changes] == (
        [] if one == two else [((one,), (two,))]
    )


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert all(number >= 0 for numbers in tolls(text).values() for number in numbers)
