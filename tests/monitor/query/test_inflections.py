"""Words hidden by clitics: remembered for a while, and never overlooked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.query.clitics import roots
from monitor.query.inflections import Inflections

WORDS = st.sampled_from(["rumahnya", "rumahkulah", "rumah", "kota", "kotanya", "sekolah", "ibupun"])


def worked_out(words: frozenset[str]) -> dict[str, set[str]]:
    return {
        root: {word for word in words if root in roots(word)}
        for root in {root for word in words for root in roots(word)}
    }


@given(
    articles=st.lists(st.frozensets(WORDS), max_size=12),
    most_words=st.integers(min_value=0, max_value=5),
)
def test_what_it_forgets_is_worked_out_again(
    articles: list[frozenset[str]], most_words: int
) -> None:
    inflections = Inflections(most_words=most_words)
    for words in articles:
        hidden = inflections.hidden(words)
        assert {root: set(forms) for root, forms in hidden.items()} == worked_out(words)
