"""Writes config.yaml: whole or not at all, and only what would load."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from core.errors import ConfigError, UsageError
from monitor.config import read_config
from monitor.config_edit import with_site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.config import Config


def add_site(config: Config, entry: Mapping[str, Any]) -> None:
    """Put a site into the file of `config`; everything else in it, comments included, stays as it is.

    Raises UsageError, and leaves the file alone, where it holds that site already, cannot be written, or
    would not load afterwards with all the sites that it had.
    """
    _check_new(config, entry)
    path = config.path.resolve()  # a link stays one
    try:
        text = path.read_bytes().decode("utf-8")
        new = _beside(path, with_site(text, entry))
    except OSError as error:
        raise UsageError(f"{config.path} cannot be written: {error.strerror}") from error
    try:
        _check_loads(new, config, entry["name"])
        shutil.copymode(path, new)
        new.replace(path)
    finally:
        with suppress(FileNotFoundError):  # it took the other's place
            new.unlink()


def _check_new(config: Config, entry: Mapping[str, Any]) -> None:
    for site in config.crawl.sites:
        if entry["name"] == site.name and entry["url"] != site.url:
            raise UsageError(
                f"{config.path} has another site called {site.name!r}: name this one with --name"
            )


def _beside(path: Path, text: str) -> Path:
    """A file with this text in the same directory, safely on the disk."""
    with NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
    return Path(file.name)


def _check_loads(new: Path, old: Config, name: str) -> None:
    try:
        sites = {site.name for site in read_config(new).crawl.sites}
    except ConfigError as error:
        reasons = "; ".join(problem.message for problem in error.problems)
        raise UsageError(f"{old.path} would not load with this site: {reasons}") from error
    if not sites >= {name, *(site.name for site in old.crawl.sites)}:
        raise UsageError(f"{old.path} would lose a site by this: add it there by hand")
