from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness.pace import LONGEST, QUICK, SHARE, Pace, house_of, pause

seconds = st.floats(0, 120)
answers = st.lists(st.tuples(seconds, st.booleans()), max_size=12)


def after(heard: list[tuple[float, bool]]) -> Pace:
    pace = Pace()
    for took, well in heard:
        pace = pace.heard(took, well=well)
    return pace


@given(answers, seconds)
def test_no_pause_is_shorter_than_what_was_asked_for(
    heard: list[tuple[float, bool]], asked: float
) -> None:
    assert asked <= pause(after(heard), asked=asked) <= max(asked, LONGEST)


@given(answers, seconds)
def test_an_error_never_makes_us_faster(heard: list[tuple[float, bool]], took: float) -> None:
    pace = after(heard)
    assert pause(pace.heard(took, well=False), asked=0.0) >= pause(pace, asked=0.0)


def test_the_pause_grows_with_the_latency_and_shrinks_with_it_again() -> None:
    quick = after([(0.1, True)])
    assert pause(quick, asked=1.0) == 1.0
    slow = quick
    for _ in range(20):
        slow = slow.heard(2.0, well=True)
    assert pause(slow, asked=1.0) == pytest.approx(SHARE * (2.0 - QUICK), rel=0.01)
    for _ in range(20):
        slow = slow.heard(0.1, well=True)
    assert pause(slow, asked=1.0) == 1.0


@pytest.mark.parametrize(
    ("url", "house"),
    [
        ("https://makassar.tribunnews.com/rss", "tribunnews.com"),
        ("https://jatim.tribunnews.com/", "tribunnews.com"),
        ("https://www.fajar.co.id/feed", "fajar.co.id"),
        ("https://bkn.go.id/", "bkn.go.id"),
        ("https://www.unhas.ac.id/berita", "unhas.ac.id"),
        ("https://ksi.or.id/", "ksi.or.id"),
        ("https://www.koran.web.id/", "koran.web.id"),
        ("https://kabar.sukamaju.desa.id/", "sukamaju.desa.id"),
        ("https://m.kabar.my.id/", "kabar.my.id"),
        ("http://127.0.0.1:8001/feed", "127.0.0.1:8001"),
        ("http://127.0.0.1:8002/feed", "127.0.0.1:8002"),
        ("http://localhost/", "localhost:"),
    ],
)
def test_a_house_is_what_somebody_registered(url: str, house: str) -> None:
    assert house_of(url) == house
