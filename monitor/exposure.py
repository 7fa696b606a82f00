"""Which secrets of a config others on this machine can read, by the modes of the files that hold them."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts.config import FILE_SUFFIX, SECRETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.errors import Problem
    from core.located_yaml import Document, Place

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_FILES = tuple(secret + FILE_SUFFIX for secret in SECRETS)


def exposed_secrets(source: Document, document: Document) -> list[Problem]:
    """A warning for each `*_file`, and each file of the config with a secret in it, that others can read.

    `source` is the config as written, `document` the same with its `${NAME}` replaced.
    """
    return [*_secret_files(document), *_config_files(source)]


def _secret_files(document: Document) -> Iterator[Problem]:
    for place, name in _values(document.data.get("channels"), ("channels",)):
        if place[-1] in _FILES:
            path = Path(document.file_of(place)).parent / name
            mode = _mode_for_others(path)
            if mode is not None:
                message = f"others on this machine can read {name} (mode {mode}): chmod 600 {path}"
                yield document.problem(place, message)


def _config_files(source: Document) -> Iterator[Problem]:
    """Each file once, at the first secret in it."""
    told: set[str] = set()
    channels = source.data.get("channels")
    for place, value in _values(channels, ("channels",)):
        path = source.file_of(place)
        if path in told or not _is_secret(str(place[-1]), value):
            continue
        if place[2:] == ("url",) and channels[place[1]].get("type") == "webhook":
            continue  # the address of a system of one's own; what it trusts is the signature
        told.add(path)
        mode = _mode_for_others(Path(path))
        if mode is not None:
            message = (
                f"others on this machine can read this {place[-1]} (mode {mode}): chmod 600 {path}, "
                f"or write ${{NAME}} or {place[-1]}{FILE_SUFFIX}"
            )
            yield source.problem(place, message)


def _values(data: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Every string in nested mappings, with its place."""
    for key, value in data.items() if isinstance(data, dict) else ():
        if isinstance(value, str):
            yield (*place, key), value
        else:
            yield from _values(value, (*place, key))


def _is_secret(key: str, value: str) -> bool:
    """Whether a value gives something away; a server's bare address does not."""
    if key not in SECRETS or not value or "${" in value:
        return False
    return key != "url" or re.fullmatch(r"https?://[^/?#@]*/?", value) is None


def _mode_for_others(path: Path) -> str | None:
    """The mode of a file as `chmod` takes it, where it lets in more than its owner."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # told of by whoever reads it
        return None
    if not stat.S_ISREG(mode) or not mode & _OTHERS:
        return None
    return f"{stat.S_IMODE(mode):03o}"
