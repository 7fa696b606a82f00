"""`sites` of config.yaml: one by one, and a region or a group of the catalogue at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.located_yaml import load
from crawler.catalogue import read_catalogue
from crawler.revisions.relooks import RelookMode
from crawler.sites import CrawlConfig, read_crawl_sections

if TYPE_CHECKING:
    from crawler.sites import SiteConfig

MAKASSAR = "Asia/Makassar"


def sites_of(text: str) -> dict[str, SiteConfig]:
    sections, problems = read_crawl_sections(load(text, "config.yaml"))
    assert problems == []
    assert len({one.name for one in sections.sites}) == len(sections.sites)
    return {one.name: one for one in sections.sites}


def problems_of(text: str) -> list[str]:
    """Each problem as LINE:COL: message."""
    _, problems = read_crawl_sections(load(text, "config.yaml"))
    return [f"{one.line}:{one.column}: {one.message}" for one in problems]


def known(**wanted: str) -> set[str]:
    return {one.name for one in read_catalogue().entries(**wanted) if one.active}


@pytest.mark.parametrize(
    ("written", "mode"),
    [("all", RelookMode.ALL), ("matched", RelookMode.MATCHED), (False, RelookMode.NONE)],
)
def test_which_articles_are_looked_at_again_is_said_in_a_word(
    written: object, mode: RelookMode
) -> None:
    assert CrawlConfig.model_validate({"relook": written}).relook is mode


def test_a_region_takes_all_of_its_sites_with_their_zone() -> None:
    sites = sites_of('sites: [{region: "Sulawesi Selatan"}]')
    assert set(sites) == known(region="Sulawesi Selatan")
    assert {one.timezone for one in sites.values()} == {MAKASSAR}
    assert {one.every for one in sites.values()} == {None}


def test_a_group_takes_all_of_its_sites_in_every_region() -> None:
    sites = sites_of("sites: [{group: tribun}]")
    assert set(sites) == known(group="Tribun")
    assert {"tribun-timur", "tribun-papua", "serambi"} <= set(sites)


def test_both_together_take_the_sites_that_are_of_both_as_often_as_they_say() -> None:
    sites = sites_of("sites:\n  - {region: Sulawesi Selatan, group: Fajar, every: 30m}")
    assert set(sites) == known(region="Sulawesi Selatan", group="Fajar")
    assert {one.every for one in sites.values()} == {timedelta(minutes=30)}


def test_what_ended_is_not_taken_with_its_region() -> None:
    assert "gatra" not in sites_of("sites: [{region: Indonesia}]")
    assert "gatra" in sites_of("sites: [gatra]")


FAJAR = "{name: fajar, url: 'https://lain.example/', every: 5m}"
REGION = "{region: Sulawesi Selatan, every: 1h}"


@pytest.mark.parametrize("entries", [(FAJAR, REGION), (REGION, FAJAR)])
def test_a_site_that_is_written_out_goes_before_its_region(entries: tuple[str, str]) -> None:
    sites = sites_of(f"sites: [{', '.join(entries)}]")
    assert (sites["fajar"].url, sites["fajar"].every) == (
        "https://lain.example/",
        timedelta(minutes=5),
    )
    assert sites["rakyatku"].every == timedelta(hours=1)


def test_a_site_of_another_name_at_the_same_address_goes_before_its_region() -> None:
    sites = sites_of(
        "sites:\n  - {region: Sulawesi Selatan}\n  - {name: harian, url: 'http://www.rakyatku.com'}"
    )
    assert "harian" in sites
    assert "rakyatku" not in sites


def test_two_selections_that_overlap_take_a_site_once_as_the_first_says() -> None:
    sites = sites_of(
        "sites:\n  - {group: Tribun, every: 20m}\n  - {region: Sulawesi Selatan, every: 1h}"
    )
    assert sites["tribun-timur"].every == timedelta(minutes=20)
    assert sites["rakyatku"].every == timedelta(hours=1)


def test_sites_stand_in_the_files_order() -> None:
    names = list(sites_of("sites: [republika, {region: Papua Tengah}, antara]"))
    assert names[0] == "republika"
    assert names[-1] == "antara"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "sites: [{region: Sulawesi Seltan}]",
            "1:18: the catalogue has no region 'Sulawesi Seltan' (did you mean 'Sulawesi Selatan'?)",
        ),
        (
            "sites: [{group: Tribunn}]",
            "1:17: the catalogue has no group 'Tribunn' (did you mean 'Tribun'?)",
        ),
        ("sites: [{regoin: Bali}]", "1:10: unknown key 'regoin' (did you mean 'region'?)"),
        (
            "sites: [{region: Bali, evry: 1h}]",
            "1:24: unknown key 'evry' (did you mean 'every'?)",
        ),
        ("sites: [{region: Bali, every: 5}]", "1:31: 5 is no duration: write 5s, 10m, 2h or 1d"),
        ("sites: [{region: 5}]", "1:18: this must be text"),
        (
            "sites: [{region: Papua Selatan}]",
            "1:9: the catalogue knows no site of Papua Selatan yet",
        ),
        (
            "sites: [{region: Papua Tengah, group: PRMN}]",
            "1:9: the catalogue knows no site of Papua Tengah and PRMN yet",
        ),
    ],
)
def test_a_mistake_in_a_selection_is_told_where_it_stands(text: str, problem: str) -> None:
    assert problems_of(text) == [problem]


def test_a_site_may_name_the_pages_that_announce_its_articles() -> None:
    text = "sites: [{name: a, url: https://a.example/, sections: [https://a.example/indeks]}]"
    assert sites_of(text)["a"].sections == ("https://a.example/indeks",)
