"""Which pieces are one story."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.stories.resemblance import Piece, Verdict, assign, compare, reassign
from tests.crawler.wire import article, headline, piece, sentences

BODY = article(1)
FORM = sentences(7, 6, words=14)


def verdict(one: Piece, other: Piece) -> Verdict:
    return compare(one, other)[0]


def plain(paragraph: str) -> str:
    """The paragraph without its numbers."""
    return "".join(one for one in paragraph if not one.isdigit())


def filled(day: int, price: int, *, site: str = "niaga") -> Piece:
    """A page of prices, the same every day but for the day and the price."""
    lead = (
        f"Harga emas pada {day} November 2026 menjadi Rp{price} per gram di semua gerai kota ini."
    )
    return piece(
        day, [lead, *FORM], title=f"Harga emas hari ini Rp{price}", site=site, hours=day * 24
    )


# Copies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("copy", "expected"),
    [
        (BODY, Verdict.SAME_TEXT),
        (BODY[:6], Verdict.COPY),
        ([*BODY, *article(2, 3)], Verdict.COPY),
        ([f"MAKASSAR (ANTARA) - {BODY[0]}", *BODY[1:], "Pewarta: Budi"], Verdict.COPY),
        ([one.replace("baldu", "kata") for one in BODY], Verdict.COPY),
        (BODY[:2], Verdict.EXCERPT),
        (BODY[3:5], Verdict.EXCERPT),
    ],
    ids=["verbatim", "cut", "added to", "credited", "edited", "lead", "middle"],
)
def test_what_is_made_of_a_text_is_a_copy_of_it(copy: list[str], expected: Verdict) -> None:
    original, made = piece(1, BODY), piece(2, copy, title="Judul lain sama sekali", hours=5)
    assert verdict(made, original) is expected
    assert verdict(original, made) is expected


def test_two_texts_on_one_event_are_not_copies() -> None:
    quoted = f'"{BODY[2]}"'
    own = [*article(3, 4), quoted, *article(4, 3)]
    assert verdict(piece(2, own, title=headline(BODY)), piece(1, BODY)) is Verdict.OTHER_TEXT


def test_a_short_text_is_a_copy_only_when_it_is_the_same() -> None:
    brief = sentences(5, 1)
    longer = [f"{brief[0]} Simak videonya."]
    assert verdict(piece(2, brief), piece(1, brief)) is Verdict.SAME_TEXT
    assert verdict(piece(2, longer), piece(1, brief)) is Verdict.TOO_SHORT
    assert verdict(piece(2, brief, title="Lain sekali"), piece(1, brief)) is Verdict.TITLES_DIFFER
    assert verdict(piece(2, brief, hours=80), piece(1, brief)) is Verdict.OUTSIDE_WINDOW
    assert verdict(piece(2, sentences(6, 1)), piece(1, brief)) is Verdict.OTHER_TEXT


def test_texts_without_words_are_nothing_to_each_other() -> None:
    assert verdict(piece(2, [""]), piece(1, [""])) is Verdict.OTHER_TEXT


# Guards ---------------------------------------------------------------------------------------------


def test_other_numbers_make_another_story() -> None:
    other = [one.replace("100", "9").replace("10", "77") for one in BODY]
    assert verdict(piece(2, other), piece(1, BODY)) is Verdict.NUMBERS_DIFFER


def test_nearly_the_same_text_on_another_day_must_have_all_the_numbers() -> None:
    other = [one.replace("101.", "777.") for one in BODY]
    assert verdict(piece(2, other, hours=2), piece(1, BODY)) is Verdict.COPY
    assert verdict(piece(2, other, hours=30), piece(1, BODY)) is Verdict.NUMBERS_DIFFER


def test_headlines_of_one_house_with_other_numbers_are_of_other_stories() -> None:
    titles = ("Kunci jawaban tingkat 71 sampai 80", "Kunci jawaban tingkat 81 sampai 90")
    one, other = (piece(n, BODY, title=titles[n], site="koran") for n in (0, 1))
    assert verdict(one, other) is Verdict.NUMBERS_DIFFER


def test_leads_that_name_other_days_are_about_other_days() -> None:
    both_days = "Pasar buka pada tanggal 22/11 dan 23/11."
    bodies = [[f"MAKASSAR - Senin ({day}/11).", *BODY, both_days] for day in (22, 23)]
    assert verdict(piece(2, bodies[1], hours=30), piece(1, bodies[0])) is Verdict.DATES_DIFFER
    assert verdict(piece(2, bodies[1], hours=3), piece(1, bodies[0])).joins


def test_a_text_that_comes_back_after_three_days_is_another_story() -> None:
    assert verdict(piece(2, BODY, hours=71), piece(1, BODY)).joins
    assert verdict(piece(2, BODY, hours=73), piece(1, BODY)) is Verdict.OUTSIDE_WINDOW


def test_where_no_date_is_known_the_window_says_nothing() -> None:
    assert verdict(piece(2, BODY, hours=None), piece(1, BODY)).joins


def test_one_text_under_two_headlines_in_one_house_was_read_wrongly() -> None:
    titles = ("Wali kota lantik pejabat", "Kapal pinisi berlayar lagi")
    one, other = (piece(n, BODY, title=titles[n], site="koran") for n in (0, 1))
    assert verdict(one, other) is Verdict.TITLES_DIFFER


def test_unless_it_says_what_both_headlines_say() -> None:
    titles = (headline(BODY), " ".join(BODY[4].split()[:7]))
    one, other = (piece(n, BODY, title=titles[n], site="koran") for n in (0, 1))
    assert verdict(one, other) is Verdict.SAME_TEXT


def test_a_house_that_tells_old_background_again_tells_another_story() -> None:
    news = article(9, 4)
    title = f"{headline(news)} {' '.join(headline(BODY).split()[:4])}"
    follow_up = piece(2, [*news, *BODY[:6]], title=title, site="koran", hours=4)
    assert verdict(follow_up, piece(1, BODY, site="koran")) is Verdict.ANOTHER_SUBJECT


def test_hosts_make_a_house_too() -> None:
    one, other = piece(1, BODY, title="Satu dua"), piece(2, BODY, title="Tiga empat")
    same_host = Piece(article=2, story=2, site="lain", host=one.host, at=one.at, print=other.print)
    assert verdict(same_host, one) is Verdict.TITLES_DIFFER


# Stories --------------------------------------------------------------------------------------------


def test_a_piece_like_no_other_begins_a_story() -> None:
    decided = assign(piece(3, BODY), [piece(1, article(2)), piece(2, article(3))])
    assert (decided.story, decided.verdict, decided.merged) == (3, Verdict.OTHER_TEXT, ())
    assert assign(piece(3, BODY), []).story == 3


def test_a_copy_joins_the_story_of_what_it_resembles_most() -> None:
    decided = assign(piece(3, BODY), [piece(1, BODY[:5]), piece(2, BODY, story=1)])
    assert (decided.story, decided.nearest, decided.covered) == (1, 2, 1.0)


def test_a_piece_that_is_kept_apart_knows_from_what_and_why() -> None:
    decided = assign(piece(2, BODY, hours=100), [piece(1, BODY)])
    assert (decided.story, decided.nearest) == (2, 1)
    assert decided.verdict is Verdict.OUTSIDE_WINDOW


def test_chains_do_not_grow() -> None:
    first, second, third = BODY[:4], BODY[2:8], [*BODY[5:], *article(2, 2)]
    member = piece(2, [*first, *second], story=1)
    decided = assign(piece(3, third), [piece(1, first), member])
    assert (decided.story, decided.verdict) == (3, Verdict.OTHER_TEXT)


def test_without_the_representative_nothing_is_joined() -> None:
    assert assign(piece(3, BODY), [piece(2, BODY, story=1)]).story == 3


def test_a_piece_that_bridges_two_stories_makes_them_one() -> None:
    body, one, other = ([plain(each) for each in article(n)] for n in (1, 2, 3))
    first, second = [*body[:6], *one[:4]], [*body[2:8], *other[:4]]
    assert verdict(piece(2, second), piece(1, first)) is Verdict.OTHER_TEXT
    decided = assign(piece(3, body), [piece(1, first), piece(2, second)])
    assert (decided.story, decided.merged) == (1, (2,))


def test_stories_whose_facts_differ_are_never_made_one() -> None:
    days = [piece(n, [f"Rabu ({n}/11).", *BODY], hours=n * 24, site="koran") for n in (1, 2)]
    assert verdict(*days) is Verdict.NUMBERS_DIFFER
    assert assign(piece(3, BODY, hours=36), days).merged == ()


def test_pages_that_a_house_fills_in_by_rote_become_known_as_such() -> None:
    pages = [filled(day, 1_900_000 + day * 1_000) for day in (20, 21, 22)]
    decided = assign(pages[2], pages[:2])
    assert (decided.story, decided.template) == (22, True)
    assert not assign(pages[1], pages[:1]).template


def test_such_a_page_joins_only_what_has_the_same_facts_on_the_same_day() -> None:
    page = filled(22, 1_922_000)
    known = Piece(
        article=1, story=1, site="niaga", host="h", at=page.at, print=page.print, template=True
    )
    same, later = filled(22, 1_922_000, site="salinan"), filled(23, 1_922_000, site="salinan")
    few = piece(5, [*FORM[:4]], title="Harga emas", site="salinan", hours=22 * 24)
    assert verdict(same, known).joins
    assert not verdict(later, known).joins
    assert verdict(few, known) is Verdict.TEMPLATE


def test_a_text_that_changed_takes_its_story_along() -> None:
    decided = reassign(piece(2, BODY), 2, [piece(1, BODY)])
    assert (decided.story, decided.merged) == (1, (2,))
    later = reassign(piece(2, BODY), 2, [piece(4, BODY)])
    assert (later.story, later.merged) == (2, (4,))


def test_a_text_that_changed_stays_in_the_story_that_it_joined() -> None:
    decided = reassign(piece(3, BODY), 2, [piece(1, BODY)])
    assert (decided.story, decided.merged) == (2, ())


@given(st.permutations(range(5)), st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_the_order_in_which_stored_pieces_are_given_changes_nothing(
    order: list[int], seed: int
) -> None:
    stored = [piece(n + 1, [*BODY[n:], *article(seed + n, 2)], story=1 + n // 3) for n in range(5)]
    shuffled = [stored[n] for n in order]
    assert assign(piece(9, BODY), shuffled) == assign(piece(9, BODY), stored)
