from __future__ import annotations

from datetime import date

import pytest

from core.located_yaml import load
from monitor.query.nodes import Or, Phrase, Window
from monitor.query.parser import parse
from monitor.watchlists.aliases import (
    MOST_ALTERNATIVES,
    Aliases,
    Name,
    read_aliases,
    shipped_aliases,
)


def aliases(text: str) -> Aliases:
    found, problems = read_aliases(load(f"aliases: {text}", "k.yaml"))
    assert problems == []
    return found


@pytest.mark.parametrize(
    ("query", "expanded"),
    [
        ("Suriah", "suriah OR syria"),
        ("presiden Syria mundur", '"presiden syria mundur" OR "presiden suriah mundur"'),
        ("NOT Suriah AND rob", "NOT (suriah OR syria) AND rob"),
        ("Suriah{3,}", "(suriah OR syria){3,}"),
        ("Suriah NEAR/3 rob", "(suriah OR syria) NEAR/3 rob"),
        ("title:suriah", "title:(suriah OR syria)"),
        ("Korea Selatan", '"korea selatan" OR korsel'),
        ("perang korsel", '"perang korsel" OR "perang korea selatan"'),
        (
            "suriah korsel",
            '"suriah korsel" OR "syria korsel" OR "suriah korea selatan" OR "syria korea selatan"',
        ),
        ("korea", "korea"),
        ('"Suriah"c', '"Suriah"c'),
        ("suriah*", "suriah*"),
        ("/suriah/", "/suriah/"),
        ("kota suriah*", "kota suriah*"),
        ("syria ~serang", "syria ~serang OR suriah ~serang"),
    ],
)
def test_a_term_meets_all_names_of_what_it_names(query: str, expanded: str) -> None:
    table = aliases("[[Suriah, Syria], [Korea Selatan, Korsel], [Selatan Jaya, SJ]]")
    assert str(table.expanded(parse(query))) == expanded
    assert table.expanded(parse(query)) == parse(expanded)


def test_a_name_of_a_time_counts_then_only_but_as_the_term_itself_always() -> None:
    table = aliases("[[Astana, {name: Nur-Sultan, from: 2019-03-23, until: 2022-09-17}]]")
    window = Window(since=date(2019, 3, 23), until=date(2022, 9, 17))
    assert table.expanded(parse("Astana")) == Or(
        (Phrase(("astana",)), Phrase(("nur", "sultan"), window))
    )
    assert table.expanded(parse('"Nur Sultan"')) == Or(
        (Phrase(("nur", "sultan")), Phrase(("astana",)))
    )


def test_two_names_of_a_time_count_where_their_times_meet() -> None:
    table = aliases("[[a, {name: b, from: 2001-01-01}], [c, {name: d, until: 2005-05-05}]]")
    expanded = table.expanded(parse("a c"))
    assert isinstance(expanded, Or)
    both = Window(since=date(2001, 1, 1), until=date(2005, 5, 5))
    assert Phrase(("b", "d"), both) in expanded.parts


def test_a_phrase_full_of_names_does_not_explode() -> None:
    table = Aliases([[Name(words=(word,)) for word in "abcdefgh"]])
    expanded = table.expanded(parse("a b c d e f g h"))
    assert isinstance(expanded, Or)
    assert len(expanded.parts) <= MOST_ALTERNATIVES


def test_the_shipped_names_can_be_read_and_stand_for_one_thing_each() -> None:
    expanded = shipped_aliases().expanded
    for one, other in (("Suriah", "syria"), ("China", "tiongkok"), ("Kiev", "kyiv")):
        assert other in str(expanded(parse(one)))


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("{a: b}", "1:10", "must be a list of lists of names"),
        ("[a]", "1:11", "a list of two names or more"),
        ("[[a]]", "1:11", "a list of two names or more"),
        ("[[a, 7]]", "1:15", "write a name, or {name:"),
        ("[[a, {nama: b}]]", "1:15", "write a name, or {name:"),
        ("[[a, '...']]", "1:15", "there is no word in '...'"),
        ("[[a, {name: b, from: 2019}]]", "1:15", "2019 is no day: write one like 2019-03-23"),
    ],
)
def test_names_that_cannot_be_read_are_told_at_their_place(
    text: str, place: str, says: str
) -> None:
    _, (problem,) = read_aliases(load(f"aliases: {text}", "k.yaml"))
    assert str(problem).startswith(f"k.yaml:{place}: ")
    assert says in problem.message


def test_no_names_of_ones_own_are_no_mistake() -> None:
    assert read_aliases(load("sites: []", "k.yaml"))[1] == []
