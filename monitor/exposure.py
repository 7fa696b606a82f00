"""Which secrets of a config others on this machine can read, by the modes of the files that hold them."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts.secret_files import FILE_SUFFIX, SECRETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.errors import Problem
    from core.located_yaml import Document, Place

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_HEARTBEAT = "heartbeat"
_FILES = tuple(secret + FILE_SUFFIX for secret in SECRETS)


def exposed_secrets(source: Document, document: Document) -> list[Problem]:
    """A warning for each `*_file`, and each file of the config with a secret in it, that others can read.

    `source` is the config as written, `document` the same with its `${NAME}` replaced.
    """
    return [*_secret_files(document), *_config_files(source)]


def _secret_files(document: Document) -> Iterator[Problem]:
    for place, name in _values(_secretive(document), ()):
        if place[-1] in _FILES:
            path = Path(document.file_of(place)).parent / name
            mode = _mode_for_others(path)
            if mode is not None:
                message = f"others on this machine can read {name} (mode {mode}): chmod 600 {path}"
                yield document.problem(place, message)


def _config_files(source: Document) -> Iterator[Problem]:
    """Each file once, at the first secret in it."""
    told: set[str] = set()
    sections = _secretive(source)
    for place, value in _values(sections, ()):
        path, key = source.file_of(place), _key_of(place)
        if path in told or not _is_secret(key, value):
            continue
        if place[2:] == ("url",) and sections["channels"][place[1]].get("type") == "webhook":
            continue  # the address of a system of one's own; what it trusts is the signature
        told.add(path)
        mode = _mode_for_others(Path(path))
        if mode is not None:
            message = (
                f"others on this machine can read this {key} (mode {mode}): chmod 600 {path}, "
                f"or write ${{NAME}} or {key}{FILE_SUFFIX}"
            )
            yield source.problem(place, message)


def _secretive(document: Document) -> dict[str, Any]:
    """The sections in which secrets stand."""
    return {key: document.data.get(key) for key in ("channels", _HEARTBEAT)}


def _key_of(place: Place) -> str:
    """What a value is called; the heartbeat's address may stand for all of its section."""
    return "url" if place == (_HEARTBEAT,) else str(place[-1])


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
