"""config.yaml as a whole: each package's sections, read together, every problem found at once."""

from __future__ import annotations

import os
from collections.abc import Mapping  # noqa: TC003  # a dataclass whose types are read at run time
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003  # a dataclass whose types are read at run time
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from alerts.config import read_channels
from alerts.secret_files import with_files
from core.config_file import database_path, read_config_file
from core.errors import ConfigError, Problem
from core.models import Zone, suggest
from core.redaction import without_values
from crawler.catalogue import REGIONS, read_catalogue
from crawler.sites import CrawlSections, read_crawl_sections
from monitor.backups import BackupConfig, read_backup
from monitor.exposure import exposed_secrets
from monitor.health.section import read_health
from monitor.retention.rules import KeepConfig, read_keep
from monitor.service import sections as service_sections
from monitor.service.sections import ServiceSections, read_service
from monitor.watchlists.advice import advice
from monitor.watchlists.aliases import shipped_aliases
from monitor.watchlists.drafts import Surroundings
from monitor.watchlists.section import read_section

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from alerts.channel import ChannelConfig
    from core.includes import Library
    from core.located_yaml import Document
    from monitor.matching.matcher import Watchlist
    from monitor.watchlists.aliases import Aliases

DEFAULT_ZONE = "Asia/Jakarta"
_KEYS = (
    "timezone",
    "database",
    "crawl",
    "network",
    "sites",
    "aliases",
    "watchlists",
    "channels",
    "health",
    "backup",
    "keep",
    *service_sections.KEYS,
)
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
    aliases: Aliases = field(default_factory=shipped_aliases)  # shipped, and the user's own
    health: tuple[str, ...] = ()  # the channels that hear of sites' health
    written: Mapping[str, Any] = field(
        default_factory=dict, repr=False
    )  # with `${NAME}` as it stands
    service: ServiceSections = field(default_factory=ServiceSections)
    backup: BackupConfig = field(default_factory=BackupConfig)
    keep: KeepConfig = field(default_factory=KeepConfig)
    sections: frozenset[str] = frozenset()  # the top-level keys that the file has
    warnings: tuple[Problem, ...] = ()
    kept: Mapping[str, Sequence[Problem]] = field(
        default_factory=dict
    )  # the examples that watchlists which kept their last good terms fail, by name


def read_config(
    path: Path,
    *,
    environment: Mapping[str, str] | None = None,
    last_good: Iterable[Watchlist] = (),
    library: Library | None = None,
) -> Config:
    """Read and check a config file with all that it includes, from `library` or else from the disk.

    One of `last_good` lends its terms to a watchlist of its name that fails its own examples. Raises
    ConfigError with every problem, in each file's order.
    """
    environment = os.environ if environment is None else environment
    source = read_config_file(path, library=library)
    document, unset = source.expand(environment)
    hidden = {name: environment.get(name, "") for name in source.variables()}
    problems = _faults_at_the_top(document)
    timezone = _timezone(document, problems)
    crawl, found = read_crawl_sections(document)
    channels, unsound = read_channels(document)
    around = _surroundings(document, crawl, timezone)
    health, unhealthy = read_health(document, around.channels)
    section = read_section(document, ("watchlists",), around, last_good=last_good)
    service, unfit = _service(document)
    backup, unsafe = read_backup(document)
    keep, unkept = read_keep(document)
    problems += [*found, *unsound, *unhealthy, *section.problems, *unfit, *unsafe, *unkept]
    if unset or problems:
        raise ConfigError(without_values([*unset, *_elsewhere(problems, unset)], hidden))
    return Config(
        path=path,
        database=database_path(document, path),
        timezone=timezone,
        crawl=crawl,
        watchlists=section.watchlists,
        channels=channels,
        aliases=section.aliases,
        health=health,
        written=source.data,
        service=service,
        backup=backup,
        keep=keep,
        sections=frozenset(document.data),
        warnings=(
            *without_values(_warnings(document, crawl, timezone), hidden),
            *exposed_secrets(source, document),
        ),
        kept={name: without_values(failed, hidden) for name, failed in section.kept.items()},
    )


def _service(document: Document) -> tuple[ServiceSections, list[Problem]]:
    """The sections of what stands round the daemon; the heartbeat's address may stand in a file."""
    if not isinstance(document.data.get("heartbeat"), dict):
        return read_service(document)
    filled, unread = with_files(document, ("heartbeat",))
    service, problems = read_service(filled)
    return service, unread + _elsewhere(problems, unread)


def _surroundings(document: Document, crawl: CrawlSections, timezone: str) -> Surroundings:
    return Surroundings(
        channels=_names(document, "channels"),
        sites=[site.name for site in crawl.sites],
        regions=_regions(document),
        zone=timezone,
    )


def _faults_at_the_top(document: Document) -> list[Problem]:
    problems = [
        document.problem((key,), f"unknown key {key!r}{suggest(key, _KEYS)}", key=True)
        for key in document.data
        if key not in _KEYS
    ]
    if not isinstance(document.data.get("database", ""), str | None):
        problems.append(document.problem(("database",), "this must be the path of a file"))
    return problems


def _elsewhere(problems: list[Problem], told: list[Problem]) -> list[Problem]:
    """The problems at other places than those: what stands for an unset variable is wrong by itself."""
    places = {(problem.path, problem.line, problem.column) for problem in told}
    return [one for one in problems if (one.path, one.line, one.column) not in places]


def _names(document: Document, key: str) -> list[str]:
    """The names in a section as written, sound or not: a fault in a channel is told once, there."""
    section = document.data.get(key)
    return list(section) if isinstance(section, dict) else []


def _regions(document: Document) -> Mapping[str, Collection[str]]:
    """Every region with its sites in the catalogue; nothing is read where no watchlist names one."""
    section = document.data.get("watchlists")
    entries = section if isinstance(section, list) else []
    if not any(isinstance(one, dict) and one.get("regions") for one in entries):
        return {}
    known = {region.name: tuple(region.names) for region in read_catalogue().regions}
    return {name: known.get(name, ()) for name in REGIONS}


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
    sites = [site.name for site in crawl.sites]
    unzoned = [
        document.problem(
            ("sites", index),
            f"{site.name} names no timezone: until its pages show WIB, WITA or WIT, "
            f"dates without a zone are read as {timezone}",
        )
        for index, site in enumerate(crawl.sites)
        if site.timezone is None
    ]
    return [
        *document.warnings,
        *advice(document, sites=sites, regions=_regions(document)),
        *unzoned,
    ]
