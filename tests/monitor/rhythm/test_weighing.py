"""How much each site's news matters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.rhythm.weighing import Yield, weights

yields = st.dictionaries(
    st.sampled_from("abcd"),
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)).map(
        lambda pair: Yield(articles=max(pair), matching=min(pair))
    ),
)


def test_a_site_that_feeds_the_watchlists_weighs_more() -> None:
    found = weights({"a": Yield(articles=1000, matching=100), "b": Yield(articles=1000)})
    assert found["a"] > 1 > found["b"]


def test_a_few_articles_move_a_weight_but_little() -> None:
    found = weights(
        {"new": Yield(articles=2, matching=2), "old": Yield(articles=9998, matching=98)}
    )
    assert 1 < found["new"] < 6


def test_where_nothing_has_matched_all_are_alike() -> None:
    assert weights({"a": Yield(articles=1000), "b": Yield()}) == {"a": 1.0, "b": 1.0}


@given(yields)
def test_every_site_has_a_weight_within_bounds(sites: dict[str, Yield]) -> None:
    found = weights(sites)
    assert found.keys() == sites.keys()
    assert all(0.25 <= weight <= 9 for weight in found.values())
