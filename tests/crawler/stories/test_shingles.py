"""What an article is compared by."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.stories.resemblance import resemblance
from crawler.stories.shingles import (
    KEYS,
    LEAD_KEYS,
    SKETCH,
    dates_named,
    edge_paragraphs,
    fingerprint,
    shingles,
)
from tests.crawler import wire

words = st.lists(st.sampled_from([f"kata{n}" for n in range(400)]), min_size=5, max_size=700)


def test_a_text_has_a_shingle_for_every_run_of_five_words() -> None:
    assert len(shingles([*"abcdefg"])) == 3
    assert shingles([*"abcdef"])[1] == shingles([*"bcdef"])[0]


@pytest.mark.parametrize(("text", "count"), [("", 0), ("satu", 1), ("satu dua tiga empat", 1)])
def test_a_text_of_fewer_words_is_one_shingle(text: str, count: int) -> None:
    assert len(shingles(text.split())) == count


def test_hashes_are_the_same_on_every_run() -> None:
    told = ["pelabuhan", "makassar", "ditutup", "karena", "ombak"]
    assert list(shingles(told)) == [4121641356]


def test_case_marks_and_line_breaks_make_no_difference() -> None:
    one = fingerprint("Kafé Tutup", "Kafé di Jalan Nusa\n\nditutup, kata pemiliknya.")
    other = fingerprint("kafe tutup", "KAFE di jalan nusa ditutup kata pemiliknya")
    assert one == other


def test_numbers_are_kept_without_their_separators() -> None:
    numbers = fingerprint("", "Rp1.919.000, naik 2,5 persen pada 22/1/2025.").numbers
    assert numbers == {"1919000", "25", "22", "1", "2025"}


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Makassar, 22 Januari 2025", {(1, 22)}),
        ("pada Rabu (22/1/2025) pagi", {(1, 22)}),
        ("pada Rabu (22/1)", {(1, 22)}),
        ("3 Agt dan 4 Nop 2025", {(8, 3), (11, 4)}),
        ("17 Aug 2025", {(8, 17)}),
        ("31 Mei-2 Juni", {(5, 31), (6, 2)}),
        ("skor 3-1", {(1, 3)}),
        ("5 mobil, 40/13, Rp1.500/2", set()),
        ("99 Januari", set()),
    ],
)
def test_dates_are_read_as_news_writes_them(text: str, dates: set[tuple[int, int]]) -> None:
    assert dates_named(text) == dates


def test_what_of_the_headline_the_text_says_is_known() -> None:
    mark = fingerprint(
        "Pelabuhan Makassar ditutup", "Pelabuhan itu ditutup sejak pagi oleh syahbandar."
    )
    assert mark.said == {"pelabuhan", "ditutup"}
    assert mark.borne_out == pytest.approx(2 / 3)
    assert mark.tells(["syahbandar", "nelayan"]) == 0.5
    assert mark.tells([]) == 0


def test_paragraphs_to_be_left_out_do_not_count() -> None:
    body = wire.article(1)
    footer = "Ikuti berita kami yang lain di saluran resmi koran ini setiap hari."
    with_footer = fingerprint("", "\n\n".join([*body, footer]), without={footer})
    assert with_footer == fingerprint("", "\n\n".join(body))


def test_the_edges_of_a_text_are_its_first_and_last_paragraphs() -> None:
    assert edge_paragraphs("\n\n".join("abcdefghi")) == ("a", "b", "c", "g", "h", "i")
    assert edge_paragraphs("\n\n".join("abcd")) == ("a", "b", "c", "d")
    assert edge_paragraphs("") == ()


@given(words)
@settings(max_examples=50, deadline=None)
def test_a_sketch_is_small_sorted_and_gives_the_keys(told: list[str]) -> None:
    mark = fingerprint("", " ".join(told))
    assert list(mark.sketch) == sorted(set(mark.sketch))
    assert len(mark.sketch) == min(mark.size, SKETCH)
    assert mark.keys[:KEYS] == mark.sketch[:KEYS]
    assert len(mark.keys) <= KEYS + LEAD_KEYS


@given(words, words)
@settings(max_examples=50, deadline=None)
def test_resemblance_is_symmetric_and_near_what_all_shingles_say(
    one: list[str], other: list[str]
) -> None:
    both = fingerprint("", " ".join(one + other)), fingerprint("", " ".join(one))
    shared, turned = resemblance(*both), resemblance(both[1], both[0])
    assert (shared.jaccard, shared.containment) == (turned.jaccard, turned.containment)
    mine, theirs = set(shingles(one + other)), set(shingles(one))
    assert shared.jaccard == pytest.approx(len(mine & theirs) / len(mine | theirs), abs=0.2)
    assert resemblance(both[0], both[0]).jaccard == 1
