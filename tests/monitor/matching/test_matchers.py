"""Matchers of watchlists that come, change and go, against ones that are built anew each time."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.matching.matcher import Matcher, Watchlist
from monitor.matching.matchers import Matchers
from monitor.query.parser import parse

WORDS = ["banjir", "rob", "gempa", "hujan"]
ARTICLES = [{"title": f"{one} dan {other}"} for one in WORDS for other in WORDS]
MANY = {str(number): WORDS[number % 4] for number in range(40)}
STATES = st.dictionaries(
    st.sampled_from(["a", "b", "0", "1", "2"]), st.sampled_from(WORDS), max_size=5
).map(lambda edits: {**MANY, **edits})


def lists(words: dict[str, str]) -> dict[str, Watchlist]:
    return {name: Watchlist(name=name, query=parse(word)) for name, word in words.items()}


@settings(max_examples=60, deadline=None)
@given(st.lists(STATES, min_size=1, max_size=5))
def test_after_any_edits_they_match_as_if_built_anew(states: list[dict[str, str]]) -> None:
    matchers = Matchers(many=20)
    for state in states:
        matchers.apply(lists(state))
        edited, anew = matchers.of(tuple(state), dict), Matcher(lists(state).values())
        for article in ARTICLES:
            assert set(edited.names(article, None)) == set(anew.names(article, None))


def test_a_small_edit_of_many_builds_nothing_anew_and_a_large_one_does() -> None:
    matchers = Matchers(many=20)
    matchers.apply(lists(MANY))
    first = matchers.of(tuple(MANY), dict)
    assert matchers.of(tuple(MANY), dict) is first
    matchers.apply(lists({**MANY, "0": "rob", "baru": "gempa"}))
    second = matchers.of((*MANY, "baru"), dict)
    assert second._base is first._base
    assert "baru" in second.names({"title": "gempa"}, None)
    matchers.apply(lists(dict.fromkeys(MANY, "hujan")))
    third = matchers.of(tuple(MANY), dict)
    assert third._base is not first._base
