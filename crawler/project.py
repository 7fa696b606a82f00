"""What `scrapy` by hand needs of config.yaml: the sites, how to crawl, and where the database is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.config_file import database_path, read_config_file
from core.errors import ConfigError
from crawler.sites import CrawlSections, read_crawl_sections

if TYPE_CHECKING:
    from core.located_yaml import Document

DEFAULT_ZONE = "Asia/Jakarta"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The crawler's view of a config file."""

    sections: CrawlSections
    database: Path
    timezone: str


def read_project(path: Path | None = None) -> Project:
    """The project of a config file: `path`, else $SIAGA_CONFIG, else config.yaml. Raises ConfigError."""
    path = path or Path(os.environ.get("SIAGA_CONFIG", "config.yaml"))
    document = read_config_file(path)
    sections, problems = read_crawl_sections(document)
    if problems:
        raise ConfigError(problems)
    return Project(
        sections=sections, database=database_path(document, path), timezone=_zone(document)
    )


def _zone(document: Document) -> str:
    zone = document.data.get("timezone")
    return zone if isinstance(zone, str) else DEFAULT_ZONE
