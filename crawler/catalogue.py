"""The catalogue: the sites that Siaga knows by name, one YAML file for each province.

Parsing all of it takes 0.3 s, which `siaga check` does not have. So of one site only its own lines are
parsed, of a region its file; which names a file holds is seen from its lines, whose layout a test keeps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from core.located_yaml import load
from core.models import Model
from crawler.fields import WebAddress, WebAddresses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NATIONAL = "Indonesia"
"""The region of outlets that write for the whole country."""
PROVINCES = (
    "Aceh",
    "Sumatera Utara",
    "Sumatera Barat",
    "Riau",
    "Kepulauan Riau",
    "Jambi",
    "Sumatera Selatan",
    "Bengkulu",
    "Lampung",
    "Kepulauan Bangka Belitung",
    "DKI Jakarta",
    "Jawa Barat",
    "Banten",
    "Jawa Tengah",
    "DI Yogyakarta",
    "Jawa Timur",
    "Bali",
    "Nusa Tenggara Barat",
    "Nusa Tenggara Timur",
    "Kalimantan Barat",
    "Kalimantan Tengah",
    "Kalimantan Selatan",
    "Kalimantan Timur",
    "Kalimantan Utara",
    "Sulawesi Utara",
    "Gorontalo",
    "Sulawesi Tengah",
    "Sulawesi Barat",
    "Sulawesi Selatan",
    "Sulawesi Tenggara",
    "Maluku",
    "Maluku Utara",
    "Papua",
    "Papua Barat",
    "Papua Barat Daya",
    "Papua Tengah",
    "Papua Selatan",
    "Papua Pegunungan",
)
REGIONS = (*PROVINCES, NATIONAL)
GROUPS = (
    "Antara",
    "Arkadia",
    "Bali Post",
    "Bisnis Indonesia",
    "CT Corp",
    "Disway",
    "Fajar",
    "IDN",
    "Jawa Pos",
    "KLY",
    "Kompas Gramedia",
    "MNC",
    "Mahaka",
    "Media Group",
    "PRMN",
    "Promedia",
    "Solopos",
    "Tempo",
    "Terkini",
    "Tribun",
    "VIVA",
)
"""The families of publishers."""

_REGION = re.compile(r"^region: (.+)$", re.MULTILINE)
_ZONE = re.compile(r"^timezone: (.+)$", re.MULTILINE)
_NAME = re.compile(r"^  ([\w.-]+):$", re.MULTILINE)


class SiteRecord(Model):
    """What a file of the catalogue says of one site.

    `note` begins with the day on which it was written; `verified` is the day on which somebody saw the
    address answer, null until then.
    """

    url: WebAddress
    feeds: WebAddresses = ()
    group: str | None = None
    status: Literal["active", "closed"]
    note: str
    verified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """A site of the catalogue."""

    name: str
    url: str
    feeds: tuple[str, ...]
    timezone: str
    region: str
    group: str | None
    active: bool
    note: str
    verified: str | None


@dataclass(frozen=True)
class Region:
    """One file of the catalogue, not parsed until its entries are asked for."""

    file_name: str
    text: str

    @cached_property
    def name(self) -> str:
        return _first(_REGION, self.text)

    @cached_property
    def timezone(self) -> str:
        return _first(_ZONE, self.text)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of its sites, in the file's order."""
        return tuple(_NAME.findall(self.text))

    @cached_property
    def entries(self) -> Mapping[str, CatalogueEntry]:
        """By name. Raises ConfigError or ValueError for a file that is not right; a test reads them all."""
        sites: Mapping[str, Any] = load(self.text, self.file_name).data["sites"]
        return {name: self._entry(name, value) for name, value in sites.items()}

    def entry(self, name: str) -> CatalogueEntry | None:
        """One of its sites, as `entries` has it, from its own lines."""
        lines = re.search(rf"^  {re.escape(name)}:\n(?:    .*\n)+", self.text, re.MULTILINE)
        if lines is None:
            return None
        return self._entry(name, load(lines[0], self.file_name).data[name])

    def _entry(self, name: str, value: Any) -> CatalogueEntry:
        record = SiteRecord.model_validate(value)
        return CatalogueEntry(
            name=name,
            url=record.url,
            feeds=record.feeds,
            timezone=self.timezone,
            region=self.name,
            group=record.group,
            active=record.status == "active",
            note=record.note,
            verified=record.verified,
        )


@dataclass(frozen=True)
class Catalogue:
    """Every site that Siaga knows by name."""

    regions: Sequence[Region]

    @cached_property
    def _places(self) -> Mapping[str, Region]:
        return {name: region for region in self.regions for name in region.names}

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        """The names, region by region."""
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def get(self, name: str) -> CatalogueEntry | None:
        region = self._places.get(name)
        return region.entry(name) if region else None

    def entries(
        self, *, region: str | None = None, group: str | None = None
    ) -> list[CatalogueEntry]:
        """The sites of a region, of a group, of both, or all of them; case makes no difference."""
        return [
            entry
            for one in self.regions
            if region is None or one.name.casefold() == region.casefold()
            for entry in one.entries.values()
            if group is None or (entry.group or "").casefold() == group.casefold()
        ]


def read_catalogue() -> Catalogue:
    """The catalogue as it stands beside this module."""
    resources = sorted(files("crawler").joinpath("catalog").iterdir(), key=lambda one: one.name)
    return Catalogue(
        [
            Region(resource.name, resource.read_text(encoding="utf-8"))
            for resource in resources
            if resource.name.endswith(".yaml")
        ]
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    if match is None:
        raise ValueError(f"a file of the catalogue lacks a line {pattern.pattern}")
    return match[1].strip()
