from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from textwrap import dedent
from typing import Any

import pytest

from core.located_yaml import load
from monitor.matching.matcher import Matcher, Watchlist
from monitor.query.parser import parse
from monitor.watchlists.drafts import Surroundings
from monitor.watchlists.section import WatchlistSection, read_section, read_watchlists

CHANNELS = ("meja", "surel")


def read(text: str) -> tuple[tuple[Watchlist, ...], list[str]]:
    document = load(dedent(text), "k.yaml")
    found, problems = read_watchlists(document, channels=CHANNELS, sites=("koran", "harian"))
    return found, [str(problem) for problem in sorted(problems)]


def problems(text: str) -> list[str]:
    return read(text)[1]


def test_a_watchlist_is_read_with_its_defaults() -> None:
    found, wrong = read("watchlists:\n  - {name: rob, any: [rob, 'banjir rob']}\n")
    assert wrong == []
    assert str(found[0].query) == 'rob OR "banjir rob"'
    assert found[0].fields == ("title", "body")
    assert found[0].sites == frozenset()
    assert found[0].notify == CHANNELS


def test_every_key_of_a_watchlist_is_read() -> None:
    found, wrong = read(
        """
        watchlists:
          - name: rob
            any: rob
            all: [Surabaya, "Kalianak OR Perak"]
            none: ["pentas ROB"]
            in: [title, tags]
            sites: [koran]
            notify: []
            examples:
              match: ["Rob di Kalianak, Surabaya"]
              reject: ["Pentas ROB di Perak, Surabaya"]
        """
    )
    assert wrong == []
    (one,) = found
    assert str(one.query) == 'rob AND surabaya AND (kalianak OR perak) AND NOT "pentas rob"'
    assert one.fields == ("title", "tags")
    assert one.sites == {"koran"}
    assert one.notify == ()


@pytest.mark.parametrize(
    ("terms", "matching", "others"),
    [
        ("any: [a, b]", ["a", "b"], ["c"]),
        ("all: [a, b]", ["a b"], ["a", "b"]),
        ("any: [a, b], all: [c]", ["a c", "b c"], ["a b", "c"]),
        ("any: [a], none: [b, c]", ["a"], ["a b", "a c", ""]),
        ("all: [c], any: [a, NOT b]", ["c", "a b c"], ["b c", "a"]),
    ],
)
def test_any_all_and_none_join_as_their_names_say(
    terms: str, matching: list[str], others: list[str]
) -> None:
    found, wrong = read(f"watchlists: [{{name: satu, {terms}}}]")
    assert wrong == []
    matcher = Matcher(found)
    assert all(matcher.match({"body": text}, None) for text in matching)
    assert not any(matcher.match({"body": text}, None) for text in others)


@pytest.mark.parametrize("text", ["sites: []", "watchlists:", "watchlists: []"])
def test_no_watchlists_are_no_mistake(text: str) -> None:
    assert read(text) == ((), [])


def test_watchlists_that_are_no_list_are_a_problem() -> None:
    assert problems("watchlists: {rob: rob}") == ["k.yaml:1:13: this must be a list of watchlists"]


def test_every_problem_is_told_at_once_each_at_its_place() -> None:
    found, wrong = read(
        """
        watchlists:
          - name: rob
            any: [rob, "rob OR OR banjir", 7]
          - name: pasar
            any: ["pasar (senen"]
            none: "~Bekasi"
            in: [judul, titel]
            sites: [korann]
            notify: [surell]
          - {name: pasar, any: [pasar], noen: [x]}
          - {name: kapal, any: [kapal]}
        """
    )
    assert [one.name for one in found] == ["kapal"]
    assert [line.partition(": ")[0] for line in wrong] == [
        f"k.yaml:{place}"
        for place in ("4:36", "6:11", "7:11", "8:10", "8:17", "9:13", "10:14", "11:12", "11:33")
    ]
    for line, says in zip(
        wrong,
        [
            "must be text",
            "before (, or put the whole phrase in quotes (column 7 of 'pasar (senen')",
            "write it without ~ (column 1 of '~Bekasi')",
            "there is no field 'judul': write title, body or tags",
            "no field 'titel' (did you mean 'title'?)",
            "no site 'korann' (did you mean 'koran'?)",
            "no channel 'surell' (did you mean 'surel'?)",
            "a watchlist 'pasar' already",
            "unknown key 'noen' (did you mean 'none'?)",
        ],
        strict=True,
    ):
        assert says in line


@pytest.mark.parametrize(
    ("terms", "column", "says"),
    [
        ("none: [rob]", 14, "looks for nothing"),
        ("any: []", 14, "looks for nothing"),
        ("any: [rob, NOT banjir]", 35, "almost everything"),
        ("any: ['rob OR NOT banjir']", 30, "almost everything"),
        ("all: [NOT banjir]", 29, "almost everything"),
        ("any: [rob], in: []", 40, "`in` is empty"),
        ("any: ['title:(NOT rob)']", 30, "almost everything"),
    ],
)
def test_a_watchlist_that_would_match_everything_or_nothing_is_refused(
    terms: str, column: int, says: str
) -> None:
    found, wrong = read(f"watchlists: [{{name: x, {terms}}}]")
    assert found == ()
    assert len(wrong) == 1
    assert wrong[0].startswith(f"k.yaml:1:{column}: ")
    assert says in wrong[0]


def test_a_watchlist_that_fails_its_own_examples_is_refused_at_the_example() -> None:
    assert problems(
        """
        watchlists:
          - name: astana
            any: [Astana]
            sites: [koran]
            examples:
              match: ["Perundingan di Astana", "Perundingan di istana"]
              reject: "Polsek Astana Anyar"
        """
    ) == [
        "k.yaml:7:40: this example should match and does not",
        "k.yaml:8:15: this example should not match and does",
    ]


def section(text: str, **more: Any) -> WatchlistSection:
    around = Surroundings(
        channels=CHANNELS,
        sites=("koran", "harian"),
        regions={"Bali": ("bali-pos", "nusa")},
        zone="Asia/Makassar",
    )
    return read_section(load(dedent(text), "k.yaml"), ("watchlists",), around, **more)


def test_whose_articles_it_concerns_and_when_it_is_silent_are_read() -> None:
    (one,) = section(
        """
        watchlists:
          - name: rob
            any: rob
            sites: [koran]
            regions: [Bali]
            languages: id
            min_independent: 2
            mute_until: 2026-12-31 18:00
        """
    ).watchlists
    assert one.sites == {"koran", "bali-pos", "nusa"}
    assert one.languages == {"id"}
    assert one.min_independent == 2
    assert one.mute_until == datetime(2026, 12, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("regions: [Bale]", "there is no region 'Bale' (did you mean 'Bali'?): write a province"),
        ("languages: [Indonesia]", "is no language: write id, en"),
        ("min_independent: 0", "greater than or equal to 1"),
        ("mute_until: besok", "'besok' is no time: write 2026-12-31"),
    ],
)
def test_what_cannot_be_heeded_is_refused(key: str, says: str) -> None:
    (problem,) = section(f"watchlists: [{{name: x, any: rob, {key}}}]").problems
    assert says in problem.message


def test_other_names_of_a_thing_count_unless_they_are_switched_off() -> None:
    found, wrong = read(
        """
        aliases: [[Rob, banjir pesisir]]
        watchlists:
          - {name: a, any: [Suriah, rob]}
          - {name: b, any: [Suriah, rob], aliases: false}
        """
    )
    assert wrong == []
    matcher = Matcher(found)
    for text, names in {
        "Rob dan Suriah": ("a", "b"),
        "banjir pesisirnya": ("a",),
        "pengungsi Syria": ("a",),
    }.items():
        assert matcher.names({"body": text}, None) == names


def test_a_watchlist_may_be_named_in_another_and_keeps_its_fields() -> None:
    found, wrong = read(
        """
        watchlists:
          - {name: damai, any: ["@perang AND runding", "NOT @perang AND rob"]}
          - {name: perang, any: Suriah, none: film, in: [title]}
        """
    )
    assert wrong == []
    matcher = Matcher(found)
    assert matcher.names({"title": "Suriah", "body": "runding"}, None) == ("damai", "perang")
    assert matcher.names({"title": "film Suriah", "body": "rob"}, None) == ("damai",)
    assert matcher.names({"title": "x", "body": "Suriah runding"}, None) == ()
    assert all(parse(str(one.query)) == one.query for one in found)


def test_watchlists_that_lead_to_one_another_in_a_circle_are_refused() -> None:
    found, wrong = read(
        """
        watchlists:
          - {name: a, any: ["@b"]}
          - {name: b, any: [x, "y OR @c"]}
          - {name: c, any: ["@a AND z"]}
          - {name: d, any: ["@d"]}
          - {name: e, any: ["@dd"]}
          - {name: f, any: rob}
        """
    )
    assert [one.name for one in found] == ["f"]
    assert [line.partition(": ")[2] for line in wrong] == [
        "this leads round in a circle: a -> b -> c -> a",
        "this leads round in a circle: d -> d",
        "there is no watchlist 'dd' (did you mean 'd'?)",
    ]


def test_watchlists_that_would_grow_beyond_measure_are_refused() -> None:
    lists = [f"  - {{name: w{n}, any: ['@w{n - 1} OR @w{n - 1} OR x']}}" for n in range(1, 40)]
    found, wrong = read("watchlists:\n  - {name: w0, any: [a]}\n" + "\n".join(lists))
    assert 5 < len(found) < 20
    assert "more than 5,000 words" in wrong[0]
    assert len(wrong) == 1


def test_a_watchlist_that_fails_its_examples_keeps_the_terms_of_its_last_good_form() -> None:
    good = section("watchlists: [{name: rob, any: rob}, {name: b, any: b}]").watchlists
    edited = section(
        """
        watchlists:
          - {name: rob, any: robb, examples: {match: [rob]}}
          - {name: dua, any: "@rob AND b"}
          - {name: b, any: c}
        """,
        last_good=good,
    )
    assert edited.problems == []
    assert [str(one.query) for one in edited.watchlists] == ["rob", "title+body:rob AND b", "c"]
    (failed,) = edited.kept["rob"]
    assert str(failed) == "k.yaml:3:47: this example should match and does not"


def test_a_watchlist_that_keeps_its_terms_has_the_channels_and_sites_of_the_edit() -> None:
    good = replace(
        section("watchlists: [{name: rob, any: rob}]").watchlists[0],
        notify=("lama",),
        sites=frozenset({"gone"}),
    )
    (kept,) = section(
        "watchlists: [{name: rob, any: robb, notify: [meja], sites: [koran], urgent: true, "
        "examples: {match: [rob]}}]",
        last_good=[good],
    ).watchlists
    assert kept == replace(good, notify=("meja",), sites=frozenset({"koran"}), urgent=True)


def test_a_term_that_cannot_be_read_is_no_failed_example() -> None:
    good = section("watchlists: [{name: rob, any: rob}]").watchlists
    edited = section("watchlists: [{name: rob, any: 'rob AND'}]", last_good=good)
    assert edited.watchlists == ()
    assert len(edited.problems) == 1


def test_names_are_not_checked_where_there_are_none_to_check_against() -> None:
    document = load("watchlists: [{name: a, any: rob, notify: [x], sites: [y]}]", "k.yaml")
    (one,), wrong = read_watchlists(document, channels=None, sites=None)
    assert wrong == []
    assert one.notify == ("x",)
