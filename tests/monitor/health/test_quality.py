"""When articles have become poorer: judged by most of them, and by what was usual before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.health.quality import Poorer, Sample, poorer, tail

WHOLE = Sample(thin=False, dated=True, length=2000)
EMPTY = Sample(thin=True, dated=True, length=80)
UNDATED = Sample(thin=False, dated=False, length=2000)
SHORT = Sample(thin=False, dated=True, length=200)


@pytest.mark.parametrize(
    ("articles", "lack"),
    [
        ([WHOLE] * 80, None),
        ([EMPTY] * 9, None),  # too few to tell
        ([EMPTY] * 10, Poorer.NO_TEXT),  # nothing before it, and none has a text
        ([UNDATED] * 10, Poorer.NO_DATE),
        ([EMPTY] * 8 + [WHOLE] * 12 + [WHOLE] * 60, Poorer.NO_TEXT),  # two in five, once none
        ([EMPTY] * 8 + [WHOLE] * 12 + [EMPTY, WHOLE] * 30, None),  # as ever
        ([EMPTY] * 3 + [WHOLE] * 77, None),
        ([SHORT] * 20 + [WHOLE] * 60, Poorer.SHORTER),
        ([SHORT] * 80, None),  # it always wrote little
    ],
)
def test_what_articles_lack(articles: list[Sample], lack: Poorer | None) -> None:
    assert poorer(articles) is lack


def test_what_was_poor_is_so_until_little_of_it_is_left() -> None:
    mixed = [EMPTY] * 7 + [WHOLE] * 13 + [EMPTY] * 60
    assert poorer(mixed) is None
    assert poorer(mixed, already=True) is Poorer.NO_TEXT
    assert poorer([EMPTY] * 5 + [WHOLE] * 15 + mixed[20:], already=True) is None


samples = st.builds(Sample, thin=st.booleans(), dated=st.booleans(), length=st.integers(0, 10_000))


@settings(max_examples=60)
@given(articles=st.lists(samples, max_size=90))
def test_any_articles_can_be_judged_and_poverty_that_is_new_stays_poverty(
    articles: list[Sample],
) -> None:
    lack = poorer(articles)
    assert lack is None or poorer(articles, already=True) is not None


@given(of=st.integers(1, 30), share=st.floats(0.01, 0.99))
def test_the_tail_of_a_binomial_falls_from_certainty(of: int, share: float) -> None:
    tails = [tail(count, of, share) for count in range(of + 1)]
    assert tails[0] == pytest.approx(1)
    assert tails == sorted(tails, reverse=True)
