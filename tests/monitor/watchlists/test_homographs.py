from __future__ import annotations

from monitor.query.parser import parse
from monitor.watchlists.homographs import Homograph, homographs, kept_out, single_words

POLICE = ["Polsek dijaga", "Ledakan di Astana Anyar, Bandung. Warga Astana Anyar panik."]
TALKS = ["Perundingan", "Delegasi tiba di Astana. Presiden Astana Rusia hadir di Astana."]
BOTH = ["Astana", "Astana Anyar bukan Astana di Kazakhstan."]


def test_a_longer_name_that_stands_alone_in_its_articles_is_another_thing() -> None:
    (found,) = homographs("astana", [POLICE] * 4 + [TALKS] * 5 + [BOTH])
    assert found == Homograph(term="astana", name="Astana Anyar", hits=10, articles=5, only=4)
    assert found.lost == 1
    assert str(found) == (
        "'astana' also meets Astana Anyar, in 5 of 10 articles: "
        'NOT "Astana Anyar" removes 4 and loses 1 that also has it alone'
    )


def test_what_the_term_is_mostly_about_is_no_other_thing() -> None:
    assert homographs("astana", [POLICE] * 9 + [TALKS]) == []


def test_a_few_articles_prove_nothing_and_small_letters_are_no_name() -> None:
    assert homographs("astana", [POLICE] * 2 + [TALKS] * 9) == []
    lower = ["", "di astana anyar"]
    assert homographs("astana", [lower] * 4 + [TALKS] * 9) == []


def test_the_cost_is_told_where_there_is_none_too() -> None:
    (found,) = homographs("astana", [POLICE] * 4 + [TALKS] * 5)
    assert str(found).endswith("removes 4 and loses nothing else")


def test_only_plain_words_are_looked_up_and_not_what_is_kept_out_already() -> None:
    query = parse(
        '(Astana OR title:rob OR "Bea Cukai") AND NOT ("Astana Anyar" OR x) AND NOT "a b"'
    )
    assert single_words(query) == {"astana", "rob"}
    assert kept_out(query) == {("astana", "anyar"), ("x",), ("a", "b")}
