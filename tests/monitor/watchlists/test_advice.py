from __future__ import annotations

from textwrap import dedent

import pytest

from core.located_yaml import load
from monitor.watchlists.advice import advice


def told(watchlist: str) -> list[str]:
    document = load(dedent(f"watchlists: [{{name: x, {watchlist}}}]"), "k.yaml")
    return [one.message for one in advice(document, sites=("koran-kota",))]


@pytest.mark.parametrize(
    ("watchlist", "says"),
    [
        ("any: [suap dan bupati]", "'dan' is a word of the phrase here (column 6"),
        ("any: [suap or gratifikasi]", "write OR if you mean the operator"),
        ("any: [banjir bukan rob]", "write BUKAN"),
        ("any: [a, NOT b], all: [c]", "NOT b alone is met by every article without it"),
        ("any: [a], none: [NOT b]", "NOT under `none` asks that it does occur"),
        ("any: ['site:koranx AND a']", "site:koranx can never match"),
        ("any: ['a AND NOT a']", "a can never match here: a must not occur"),
        ("any: [a, '\"a b\"'], none: ['\"a b\"']", '"a b" can never match here'),
        (
            "any: [Astana Anyar, rob], none: [Astana]",
            '"astana anyar" can never match here: astana must',
        ),
        ("any: [b], all: ['a NEAR/3 c'], none: [c]", "a NEAR/3 c can never match here: c"),
        ("any: ['a{3,}'], none: [a OR b]", "a{3,} can never match here"),
        ("any: ['\"KPK\"c'], none: [kpk]", '"KPK"c can never match here'),
        ("any: [koruptor], none: ['korup*']", "koruptor can never match here: korup*"),
        ("any: [menyerang], none: ['~serang']", "menyerang can never match here: ~serang"),
        ("any: ['title:a'], none: ['title+body:a']", "title:a can never match here"),
        ("any: ['(a OR b) AND NOT (b OR c)']", "b can never match here"),
    ],
)
def test_a_term_that_probably_says_what_nobody_meant_is_told(watchlist: str, says: str) -> None:
    (message,) = told(watchlist)
    assert says in message


@pytest.mark.parametrize(
    "watchlist",
    [
        "any: ['\"Bea dan Cukai\"', dan, 'dan bupati', 'suap dan']",
        "any: ['site:koran AND a', 'site:(koran OR x) AND b']",
        "any: [Astana], none: [Astana Anyar]",
        "any: ['a OR (b AND NOT c)', c]",
        "any: ['a AND NOT (b AND a)']",
        "any: ['body:a'], none: ['title:a']",
        "any: ['a AND']",
    ],
)
def test_a_term_that_says_what_it_should_is_left_alone(watchlist: str) -> None:
    assert told(watchlist) == []


def test_a_config_without_watchlists_needs_no_advice() -> None:
    assert advice(load("sites: []", "k.yaml"), sites=()) == []
