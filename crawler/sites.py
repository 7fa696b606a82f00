"""The crawler's sections of config.yaml: `sites`, `crawl` and `network`, and the catalogue of known sites."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # pydantic reads the types
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from ipaddress import ip_network
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from core.addresses import AddressPolicy
from core.located_yaml import load
from core.models import Duration, Model, Name, Strings, Zone, listed, suggest, validate

if TYPE_CHECKING:
    from core.errors import Problem
    from core.located_yaml import Document, Place

USER_AGENT = "Siaga/0.1 (news monitor; it obeys robots.txt)"
DEFAULT_EVERY = timedelta(minutes=10)
_SHORTEST = timedelta(seconds=1)


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no web address: write https://…")
    if parts.username or parts.password:
        raise ValueError("a web address here must not carry a user name or password")
    return url


def _network(text: str) -> str:
    try:
        ip_network(text)
    except ValueError:
        raise ValueError(f'{text!r} is no network: write one like "127.0.0.0/8"') from None
    return text


def _proxy(value: object) -> object:
    return {"url": value} if isinstance(value, str) else value


WebAddress = Annotated[str, AfterValidator(_web_address)]


class ProxyConfig(Model):
    """`crawl.proxy`: where requests go instead of to the sites; they are resolved there."""

    url: WebAddress
    allow_private: bool = False


class CrawlConfig(Model):
    """`crawl`: how every site is asked."""

    user_agent: str = Field(default=USER_AGENT, min_length=1)
    proxy: Annotated[ProxyConfig | None, BeforeValidator(_proxy)] = None
    delay: Duration = timedelta(seconds=1)
    min_every: Duration = timedelta(minutes=1)
    max_age: Duration = timedelta(days=7)


class NetworkConfig(Model):
    """`network`: which addresses crawling may dial although they are not public."""

    allow_private: Annotated[
        tuple[Annotated[str, AfterValidator(_network)], ...], BeforeValidator(listed)
    ] = ()

    def policy(self) -> AddressPolicy:
        return AddressPolicy.of(self.allow_private)


class SiteConfig(Model):
    """One of `sites`: a publisher."""

    name: Name
    url: WebAddress
    feeds: Annotated[tuple[WebAddress, ...], BeforeValidator(listed)] = ()
    timezone: Zone | None = None
    every: Literal["auto"] | Duration = "auto"

    def interval(self, crawl: CrawlConfig) -> timedelta:
        """How long to wait between two looks, at least a second.

        `crawl.min_every` holds for every site when it is written in config.yaml; its default only bounds
        what Siaga chooses by itself, so that `every: 5s` means what it says.
        """
        if not isinstance(self.every, timedelta):
            return max(DEFAULT_EVERY, crawl.min_every)
        floor = crawl.min_every if "min_every" in crawl.model_fields_set else _SHORTEST
        return max(self.every, floor, _SHORTEST)


class CatalogEntry(Model):
    """What the catalogue knows of a site."""

    url: WebAddress
    timezone: Zone
    region: str
    group: str | None = None
    feeds: Strings = ()
    status: str = "active"
    note: str | None = None
    verified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSections:
    """The crawler's part of config.yaml, checked."""

    sites: tuple[SiteConfig, ...]
    crawl: CrawlConfig
    network: NetworkConfig

    def site(self, name: str) -> SiteConfig | None:
        return next((site for site in self.sites if site.name == name), None)


def read_catalog() -> Mapping[str, CatalogEntry]:
    """Every site that Siaga knows by name."""
    entries: dict[str, CatalogEntry] = {}
    for resource in sorted(
        files("crawler").joinpath("catalog").iterdir(), key=lambda one: one.name
    ):
        if resource.name.endswith(".yaml"):
            document = load(resource.read_text(encoding="utf-8"), resource.name)
            for name, value in document.data.items():
                entries[name] = CatalogEntry.model_validate(value)
    return entries


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
    entries = document.data.get("sites")
    if entries is None:
        return ()
    if not isinstance(entries, list):
        problems.append(document.problem(("sites",), "sites must be a list"))
        return ()
    catalog = read_catalog()
    sites: dict[str, SiteConfig] = {}
    for index in range(len(entries)):
        place: Place = ("sites", index)
        site = _read_site(document, place, catalog, problems)
        if site is not None and site.name in sites:
            problems.append(document.problem(place, f"the site {site.name!r} stands here twice"))
        elif site is not None:
            sites[site.name] = site
    return tuple(sites.values())


def _read_site(
    document: Document,
    place: Place,
    catalog: Mapping[str, CatalogEntry],
    problems: list[Problem],
) -> SiteConfig | None:
    entry = document.data[place[0]][place[1]]
    if isinstance(entry, str):
        known = catalog.get(entry)
        if known is None:
            hint = suggest(entry, catalog) or ": write it as a mapping with name and url"
            message = f"the catalogue has no site {entry!r}{hint}"
            problems.append(document.problem(place, message))
            return None
        return SiteConfig(name=entry, url=known.url, feeds=known.feeds, timezone=known.timezone)
    site, found = validate(SiteConfig, document, place)
    problems.extend(found)
    if site is None or site.timezone is not None or site.name not in catalog:
        return site
    return site.model_copy(update={"timezone": catalog[site.name].timezone})
