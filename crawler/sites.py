"""The crawler's sections of config.yaml: `sites`, `crawl` and `network`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from core.addresses import AddressPolicy
from core.models import (
    Duration,
    DurationText,
    Model,
    Name,
    Zone,
    listed,
    parse_duration,
    suggest,
    validate,
)
from crawler.catalogue import GROUPS, REGIONS, read_catalogue
from crawler.fields import WebAddress, WebAddresses
from crawler.revisions.relooks import RelookMode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.errors import Problem
    from core.located_yaml import Document, Place
    from crawler.catalogue import Catalogue, CatalogueEntry

USER_AGENT = "Siaga/0.1 (news monitor; it obeys robots.txt)"
DEFAULT_EVERY = timedelta(minutes=10)  # between the looks at a site of which nothing is known
_SHORTEST = timedelta(seconds=1)


def _network(text: str) -> str:
    try:
        ip_network(text)
    except ValueError:
        raise ValueError(f'{text!r} is no network: write one like "127.0.0.0/8"') from None
    return text


def _interval(value: object) -> timedelta | None:
    return None if value in (None, "auto") else parse_duration(value)


def _proxy(value: object) -> object:
    return {"url": value} if isinstance(value, str) else value


def _relook(value: object) -> RelookMode:
    if value is True:
        return RelookMode.ALL
    try:
        return RelookMode(str(value)) if value is not False else RelookMode.NONE
    except ValueError:
        raise ValueError(f"{value!r} is none of all, matched and none") from None


Every = Annotated[
    timedelta | None,
    BeforeValidator(_interval, json_schema_input_type=Literal["auto"] | DurationText | None),
]
"""A span between two looks; None for "auto"."""


class ProxyConfig(Model):
    """`crawl.proxy`: where requests go instead of to the sites; they are resolved there."""

    url: WebAddress
    allow_private: bool = False


class CrawlConfig(Model):
    """`crawl`: how every site is asked."""

    user_agent: str = Field(default=USER_AGENT, min_length=1)
    proxy: Annotated[
        ProxyConfig | None,
        BeforeValidator(_proxy, json_schema_input_type=WebAddress | ProxyConfig | None),
    ] = None
    delay: Duration = timedelta(seconds=1)
    min_every: Duration = timedelta(minutes=1)
    max_age: Duration = timedelta(days=7)
    looks_per_day: Annotated[int, Field(ge=1)] | None = None  # over all sites with `every: auto`
    relook: Annotated[
        RelookMode, BeforeValidator(_relook, json_schema_input_type=RelookMode | bool)
    ] = RelookMode.ALL


class NetworkConfig(Model):
    """`network`: which addresses crawling may dial although they are not public."""

    allow_private: Annotated[
        tuple[Annotated[str, AfterValidator(_network)], ...],
        BeforeValidator(listed, json_schema_input_type=tuple[str, ...]),
    ] = ()

    def policy(self) -> AddressPolicy:
        return AddressPolicy.of(self.allow_private)


class SiteConfig(Model):
    """One of `sites`: a publisher."""

    name: Name
    url: WebAddress
    feeds: WebAddresses = ()  # feeds and news sitemaps
    sections: WebAddresses = ()  # pages whose links announce articles, where no feed does
    timezone: Zone | None = None
    every: Every = None

    def interval(self, crawl: CrawlConfig) -> timedelta:
        """How long to wait between two looks, at least a second.

        `crawl.min_every` holds for every site when it is written in config.yaml; its default only bounds
        what Siaga chooses by itself, so that `every: 5s` means what it says.
        """
        if self.every is None:
            return max(DEFAULT_EVERY, crawl.min_every)
        floor = crawl.min_every if "min_every" in crawl.model_fields_set else _SHORTEST
        return max(self.every, floor, _SHORTEST)


class SelectionConfig(Model):
    """One of `sites` that stands for many: every site of the catalogue in a region, of a group, or both."""

    region: str | None = None
    group: str | None = None
    every: Every = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSections:
    """The crawler's part of config.yaml, checked."""

    sites: tuple[SiteConfig, ...]
    crawl: CrawlConfig
    network: NetworkConfig

    def site(self, name: str) -> SiteConfig | None:
        return next((site for site in self.sites if site.name == name), None)


def read_crawl_sections(document: Document) -> tuple[CrawlSections, list[Problem]]:
    """Check `sites`, `crawl` and `network`; every problem comes back with its place."""
    problems: list[Problem] = []
    crawl = _section(CrawlConfig, document, "crawl", problems)
    network = _section(NetworkConfig, document, "network", problems)
    sites = _read_sites(document, problems)
    return CrawlSections(sites=sites, crawl=crawl, network=network), problems


def _section(model: type[Any], document: Document, key: str, problems: list[Problem]) -> Any:
    if document.data.get(key) is None:
        return model()
    section, found = validate(model, document, (key,))
    problems.extend(found)
    return section if section is not None else model()


def _read_sites(document: Document, problems: list[Problem]) -> tuple[SiteConfig, ...]:
    """The sites, in the file's order; what is written out goes before what a selection brings."""
    entries = document.data.get("sites")
    if entries is None:
        return ()
    if not isinstance(entries, list):
        problems.append(document.problem(("sites",), "sites must be a list"))
        return ()
    catalogue = read_catalogue()
    named: dict[str, SiteConfig] = {}
    places: dict[str, Place] = {}
    found: list[SiteConfig] = []
    for index, entry in enumerate(entries):
        place: Place = ("sites", index)
        if _is_selection(entry):
            found += _read_selection(document, place, catalogue, problems)
            continue
        site = _read_site(document, place, catalogue, problems)
        if site is not None and site.name in named:
            first = document.where(places[site.name], seen_from=place)
            message = f"the site {site.name!r} stands here twice (first {first})"
            problems.append(document.problem(place, message))
        elif site is not None:
            named[site.name], places[site.name] = site, place
            found.append(site)
    return tuple(_each_once(found, named.values()))


def _is_selection(entry: object) -> bool:
    """Whether an entry means `region` or `group`, rightly written or nearly so."""
    if not isinstance(entry, dict) or "url" in entry or "name" in entry:
        return False
    return any(suggest(str(key), ("region", "group")) for key in entry)


def _read_selection(
    document: Document, place: Place, catalogue: Catalogue, problems: list[Problem]
) -> list[SiteConfig]:
    selection, unsound = validate(SelectionConfig, document, place)
    problems.extend(unsound)
    if selection is None:
        return []
    region, group = selection.region, selection.group
    unknown = [
        document.problem((*place, key), f"the catalogue has no {key} {value!r}{hint}")
        for key, value, known in (("region", region, REGIONS), ("group", group, GROUPS))
        if value is not None and (hint := _unless_known(value, known)) is not None
    ]
    problems.extend(unknown)
    chosen = [one for one in catalogue.entries(region=region, group=group) if one.active]
    if not chosen and not unknown:
        wanted = " and ".join(filter(None, (region, group)))
        problems.append(document.problem(place, f"the catalogue knows no site of {wanted} yet"))
    return [site_of(entry, selection.every) for entry in chosen]


def _unless_known(word: str, known: Iterable[str]) -> str | None:
    """None for a word that is known, whatever its case; else the suggestion of another, or ""."""
    choices = list(known)
    if word.casefold() in (choice.casefold() for choice in choices):
        return None
    return suggest(word, choices)


def _each_once(found: Iterable[SiteConfig], named: Iterable[SiteConfig]) -> list[SiteConfig]:
    """Each site once, by name and by address: as it is written out, where it is."""
    kept = {id(site) for site in named}
    names = {site.name for site in named}
    addresses = {_address(site.url) for site in named}
    sites: list[SiteConfig] = []
    for site in found:
        if id(site) not in kept:
            if site.name in names or _address(site.url) in addresses:
                continue
            names.add(site.name)
        sites.append(site)
    return sites


def _address(url: str) -> str:
    """What two ways of writing a site's address have in common.

    crawler.urls.canonical knows more, and takes 0.2 s to load.
    """
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www.") + parts.path.rstrip("/")


def site_of(entry: CatalogueEntry, every: timedelta | None = None) -> SiteConfig:
    """A site of the catalogue as config.yaml would write it out."""
    return SiteConfig(
        name=entry.name, url=entry.url, feeds=entry.feeds, timezone=entry.timezone, every=every
    )


def _read_site(
    document: Document, place: Place, catalogue: Catalogue, problems: list[Problem]
) -> SiteConfig | None:
    entry = document.data[place[0]][place[1]]
    if isinstance(entry, str):
        known = catalogue.get(entry)
        if known is None:
            hint = suggest(entry, catalogue) or ": write it as a mapping with name and url"
            message = f"the catalogue has no site {entry!r}{hint}"
            problems.append(document.problem(place, message))
            return None
        return site_of(known)
    site, found = validate(SiteConfig, document, place)
    problems.extend(found)
    known = catalogue.get(site.name) if site is not None else None
    if site is None or known is None or site.timezone is not None:
        return site
    return site.model_copy(update={"timezone": known.timezone})
