"""config.yaml as a whole: each package's sections, read together, every problem found at once."""

from __future__ import annotations

import os
from collections.abc import Mapping  # noqa: TC003  # a dataclass whose types are read at run time
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003  # a dataclass whose types are read at run time
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from alerts.config import read_channels
from core.config_file import database_path, read_config_file
from core.errors import ConfigError, Problem
from core.models import Zone, suggest
from core.redaction import without_values
from crawler.catalogue import read_catalogue
from crawler.sites import CrawlSections, read_crawl_sections
from monitor.advice import advice
from monitor.drafts import Surroundings
from monitor.watchlists import read_section

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from alerts.channel import ChannelConfig
    from core.located_yaml import Document
    from monitor.matching import Watchlist

DEFAULT_ZONE = "Asia/Jakarta"
_KEYS = ("timezone", "database", "crawl", "network", "sites", "aliases", "watchlists", "channels")
_ZONE: TypeAdapter[str] = TypeAdapter(Zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A checked config file. `warnings` are things that work but may surprise."""

    path: Path
    database: Path
    timezone: str
    crawl: CrawlSections
    watchlists: tuple[Watchlist, ...]
    channels: Mapping[str, ChannelConfig]
    sections: frozenset[str] = frozenset()  # the top-level keys that the file has
    warnings: tuple[Problem, ...] = ()
    kept: tuple[Problem, ...] = ()  # examples that watchlists kept in their last good form fail


def read_config(
    path: Path,
    *,
    environment: Mapping[str, str] | None = None,
    last_good: Iterable[Watchlist] = (),
) -> Config:
    """Read and check a config file. Raises ConfigError with every problem, in the file's order.

    One of `last_good` stands in for a watchlist of its name that fails its own examples.
    """
    environment = os.environ if environment is None else environment
    written = read_config_file(path)
    document, unset = written.expand(environment)
    hidden = {name: environment.get(name, "") for name in written.variables()}
    problems = [
        document.problem((key,), f"unknown key {key!r}{suggest(key, _KEYS)}", key=True)
        for key in document.data
        if key not in _KEYS
    ]
    timezone = _timezone(document, problems)
    if not isinstance(document.data.get("database", ""), str | None):
        problems.append(document.problem(("database",), "this must be the path of a file"))
    crawl, found = read_crawl_sections(document)
    channels, unsound = read_channels(document)
    around = Surroundings(
        channels=_names(document, "channels"),
        sites=[site.name for site in crawl.sites],
        regions=_regions(document),
        zone=timezone,
    )
    section = read_section(document, ("watchlists",), around, last_good=last_good)
    problems += [*found, *unsound, *section.problems]
    if unset or problems:
        raise ConfigError(without_values([*unset, *_elsewhere(problems, unset)], hidden))
    return Config(
        path=path,
        database=database_path(document, path),
        timezone=timezone,
        crawl=crawl,
        watchlists=section.watchlists,
        channels=channels,
        sections=frozenset(document.data),
        warnings=tuple(without_values(_warnings(document, crawl, timezone), hidden)),
        kept=tuple(without_values(section.kept, hidden)),
    )


def _elsewhere(problems: list[Problem], told: list[Problem]) -> list[Problem]:
    """The problems at other places than those: what stands for an unset variable is wrong by itself."""
    places = {(problem.line, problem.column) for problem in told}
    return [problem for problem in problems if (problem.line, problem.column) not in places]


def _names(document: Document, key: str) -> list[str]:
    """The names in a section as written, sound or not: a fault in a channel is told once, there."""
    section = document.data.get(key)
    return list(section) if isinstance(section, dict) else []


def _regions(document: Document) -> Mapping[str, Collection[str]]:
    """The regions of the catalogue with their sites; nothing is read where no watchlist names one."""
    section = document.data.get("watchlists")
    entries = section if isinstance(section, list) else []
    if not any(isinstance(one, dict) and one.get("regions") for one in entries):
        return {}
    return {region.name: tuple(region.names) for region in read_catalogue().regions}


def _timezone(document: Document, problems: list[Problem]) -> str:
    named = document.data.get("timezone")
    if named is None:
        return DEFAULT_ZONE
    try:
        return _ZONE.validate_python(named, strict=True)
    except ValidationError as error:
        detail = error.errors()[0]
        reason = detail.get("ctx", {}).get("error") or "this must be the name of a time zone"
        problems.append(document.problem(("timezone",), str(reason)))
        return DEFAULT_ZONE


def _warnings(document: Document, crawl: CrawlSections, timezone: str) -> list[Problem]:
    return advice(document, sites=[site.name for site in crawl.sites]) + [
        document.problem(
            ("sites", index),
            f"{site.name} names no timezone: until its pages show WIB, WITA or WIT, "
            f"dates without a zone are read as {timezone}",
        )
        for index, site in enumerate(crawl.sites)
        if site.timezone is None
    ]
