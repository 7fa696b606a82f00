"""Who wrote the pieces of a story."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.catalogue import read_catalogue
from crawler.stories.authorship import (
    Member,
    Role,
    credit,
    groups_of,
    independent_groups,
    is_house,
    original,
    roles,
)
from tests.crawler.wire import NOON

GROUPS = {"kabar-timur": "Kabar", "kabar-barat": "Kabar"}


def member(
    article: int,
    site: str,
    *,
    hours: float = 0,
    credit: str | None = None,
    covered: float | None = 1.0,
) -> Member:
    at = NOON + timedelta(hours=hours)
    return Member(article=article, site=site, at=at, credit=credit, covered=covered)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("MAKASSAR (ANTARA) - Kapal itu bersandar.", "antara"),
        ("Jakarta (ANTARA News) - Kapal itu bersandar.", "antara"),
        ("Kapal bersandar. (Budi/Antara)", "antara"),
        ("Kapal bersandar. (ant/budi)", "antara"),
        ("Kapal bersandar.\n\nAntara/Budi", "antara"),
        ("Kapal bersandar.\n\nPewarta: ANTARA", "antara"),
        ("Kapal bersandar, seperti dikutip dari Reuters, Senin.", "reuters"),
        ("Melansir laman kabar-laut.com, kapal bersandar.", "kabar-laut.com"),
        ("Kapal bersandar.\n\nSumber: Xinhua", "xinhua"),
        ("Kapal bersandar antara dua dermaga.", None),
        ("Data itu dikutip dari laman resmi kementerian.", None),
        ("Gelar perkara (ap) dan lainnya.", "ap"),
        ("", None),
    ],
)
def test_a_text_names_its_source_in_many_ways(body: str, name: str | None) -> None:
    assert credit(body, site="koran", host="koran.example") == name


def test_a_house_that_names_itself_credits_nobody() -> None:
    body = "Makassar (ANTARA) - Kapal itu bersandar."
    assert credit(body, site="antara", host="www.antaranews.com") is None
    assert credit(body, site="sulsel", host="makassar.antaranews.com") is None


def test_a_short_name_is_a_house_only_as_a_whole() -> None:
    assert is_house("ap", site="ap")
    assert not is_house("ap", site="apakabar", host="apakabar.example")
    assert is_house("kabarlaut.com", site="kabar-laut")


def test_the_original_is_the_earliest_that_credits_nobody() -> None:
    first = member(1, "salinan", credit="antara", covered=None)
    later, latest = member(2, "koran", hours=1), member(3, "harian", hours=2)
    assert original([latest, first, later]) is later
    assert original([first]) is first


def test_the_original_is_whom_the_others_credit_however_late_it_was_seen() -> None:
    copy = member(1, "koran", credit="antara", covered=None)
    agency = member(2, "antara", hours=3)
    assert original([copy, agency]) is agency
    assert roles([copy, agency], {}) == {1: Role.COPY, 2: Role.ORIGINAL}


def test_of_one_instant_the_first_that_came_is_the_original() -> None:
    assert original([member(2, "b"), member(1, "a")]).article == 1


def test_one_original_copies_and_those_who_wrote_most_of_it_themselves() -> None:
    story = [
        member(1, "koran", covered=None),
        member(2, "harian", covered=0.9),
        member(3, "kabar-timur", covered=0.4),
        member(4, "warta", covered=0.4, credit="antara"),
        member(5, "koran", covered=0.3),
    ]
    assert list(roles(story, GROUPS).values()) == [
        Role.ORIGINAL,
        Role.COPY,
        Role.INDEPENDENT,
        Role.COPY,
        Role.COPY,
    ]


def test_publishing_groups_that_wrote_for_themselves_are_counted_once() -> None:
    story = [
        member(1, "koran", covered=None),
        member(2, "harian"),
        member(3, "kabar-timur", covered=0.4),
        member(4, "kabar-barat", covered=0.4),
    ]
    assert independent_groups(story, GROUPS) == 2
    assert independent_groups(story, {}) == 3
    assert (
        independent_groups([member(1, "kabar-timur"), member(2, "kabar-barat", covered=0)], GROUPS)
        == 1
    )


def test_an_agency_counts_once_however_many_carry_its_text() -> None:
    story = [member(n, f"koran-{n}", credit="antara") for n in range(1, 5)]
    assert independent_groups(story, {}) == 1


def test_groups_are_those_of_the_catalogue() -> None:
    catalogue = read_catalogue()
    known = next(one for one in catalogue.entries() if one.group)
    members = [member(1, known.name), member(2, "tak-dikenal")]
    assert groups_of(members, catalogue) == {known.name: known.group}
