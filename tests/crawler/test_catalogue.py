"""The catalogue holds what it promises, and is read without parsing what nobody asked for."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from urllib.parse import urlsplit

import pytest
from pydantic import TypeAdapter, ValidationError

from core.located_yaml import load
from core.models import Name
from crawler.catalogue import (
    GROUPS,
    NATIONAL,
    PROVINCES,
    REGIONS,
    Catalogue,
    CatalogueEntry,
    Region,
    read_catalogue,
)

UNCOVERED = {"Papua Selatan", "Papua Pegunungan"}
"""Provinces, both of 2022, of which no outlet is known for certain."""
_WEST = {"Sumatera", "Riau", "Aceh", "Jambi", "Bengkulu", "Lampung", "Jawa", "Banten", "Yogyakarta"}
_WEST |= {"Jakarta", "Belitung"}
_EAST = {"Maluku", "Papua"}
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue()


@pytest.fixture(scope="module")
def entries(catalogue: Catalogue) -> list[CatalogueEntry]:
    return catalogue.entries()


def zone_of(region: str) -> str:
    """Presidential decree 41 of 1987: three zones, and none divides a province."""
    if region in ("Kalimantan Barat", "Kalimantan Tengah", NATIONAL):
        return "Asia/Jakarta"
    words = set(region.split())
    if words & _WEST:
        return "Asia/Jakarta"
    return "Asia/Jayapura" if words & _EAST else "Asia/Makassar"


def test_it_knows_a_hundred_outlets_and_most_of_them_are_regional(
    entries: list[CatalogueEntry],
) -> None:
    regions = Counter(one.region for one in entries)
    assert len(entries) >= 110
    assert regions["Sulawesi Selatan"] >= 10
    assert len(entries) - regions[NATIONAL] >= 100


def test_every_province_has_outlets_but_for_those_that_it_says(
    entries: list[CatalogueEntry],
) -> None:
    assert set(PROVINCES) - {one.region for one in entries} == UNCOVERED
    assert len(PROVINCES) == 38
    assert {one.region for one in entries} <= set(REGIONS)


def test_names_and_addresses_stand_there_once(entries: list[CatalogueEntry]) -> None:
    names = Counter(one.name for one in entries)
    addresses = Counter(one.url for one in entries)
    assert [name for name, count in names.items() if count > 1] == []
    assert [url for url, count in addresses.items() if count > 1] == []


def test_each_entry_is_sound(entries: list[CatalogueEntry]) -> None:
    for one in entries:
        TypeAdapter(Name).validate_python(one.name)
        assert one.timezone == zone_of(one.region), one
        assert one.group is None or one.group in GROUPS, one
        assert date.fromisoformat(one.note.partition(":")[0]), one
        parts = urlsplit(one.url)
        assert (parts.scheme, parts.query, parts.fragment) == ("https", "", ""), one
        assert _HOST.fullmatch(parts.netloc), one
        assert one.url.endswith("/") or parts.path.strip("/"), one
        assert all(feed.startswith("https://") for feed in one.feeds), one


def test_nobody_has_verified_an_entry_without_saying_when(entries: list[CatalogueEntry]) -> None:
    assert all(one.verified is None or date.fromisoformat(one.verified) for one in entries)


def test_every_group_has_an_outlet(entries: list[CatalogueEntry]) -> None:
    assert {one.group for one in entries if one.group} == set(GROUPS)


def test_the_lines_of_a_file_name_the_sites_that_it_holds(catalogue: Catalogue) -> None:
    for region in catalogue.regions:
        data = load(region.text, region.file_name).data
        assert list(data) == ["region", "timezone", "sites"], region.file_name
        assert (region.name, region.timezone) == (data["region"], data["timezone"])
        assert list(region.names) == list(data["sites"]) == list(region.entries)
        assert region.file_name == region.name.lower().replace(" ", "-") + ".yaml"


def test_a_site_is_the_same_by_its_name_and_with_all_others(
    catalogue: Catalogue, entries: list[CatalogueEntry]
) -> None:
    assert [catalogue.get(one.name) for one in entries] == entries
    assert catalogue.regions[0].entry("tidak-ada") is None


def test_asking_for_one_name_parses_no_file(catalogue: Catalogue) -> None:
    fresh = Catalogue([Region(one.file_name, one.text) for one in catalogue.regions])
    assert "rakyatku" in fresh
    assert len(fresh) == len(list(fresh))
    assert fresh.get("tidak-ada") is None
    rakyatku = fresh.get("rakyatku")
    assert rakyatku is not None
    assert (rakyatku.region, rakyatku.timezone) == ("Sulawesi Selatan", "Asia/Makassar")
    assert [one.name for one in fresh.regions if "entries" in vars(one)] == []


def test_a_region_and_a_group_are_found_whatever_their_case(catalogue: Catalogue) -> None:
    names = {one.name for one in catalogue.entries(region="sulawesi selatan", group="FAJAR")}
    assert {"fajar", "parepos"} <= names
    assert "rakyatku" not in names
    assert catalogue.entries(region="Papua Selatan") == []


def test_a_file_without_its_region_or_with_an_unknown_key_is_no_part_of_it() -> None:
    with pytest.raises(ValueError, match="lacks a line"):
        _ = Region("x.yaml", "sites:\n").name
    text = "region: Bali\ntimezone: Asia/Makassar\nsites:\n  a:\n    url: https://a.example/\n    x: 1\n"
    with pytest.raises(ValidationError):
        _ = Region("x.yaml", text).entries
