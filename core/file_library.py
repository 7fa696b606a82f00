"""The files of a config on this machine's disk: found, read, and remembered as they were then."""

from __future__ import annotations

import glob
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError, Problem
from core.yaml_nodes import MAX_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

Stamp = tuple[int, int, int] | None
"""What tells one writing of a file from another; None while it is not there."""

_BYTES_A_CHARACTER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """How the files of a config were found: what each pattern named, and the stamp of each file."""

    found: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    stamps: dict[str, Stamp] = field(default_factory=dict)

    def again(self) -> Sighting:
        """The same patterns and files as they are now."""
        found = {(pattern, beside): _matches(pattern, beside) for pattern, beside in self.found}
        return Sighting(found=found, stamps={path: stamp(path) for path in self.stamps})


class FileLibrary:
    """A Library on the disk. `sighting` is what it was asked for, each file stamped before it was read."""

    def __init__(self, main: Path) -> None:
        self.sighting = Sighting(stamps={str(main): stamp(main)})

    def find(self, pattern: str, beside: str) -> Sequence[str]:
        """Of a pattern with wildcards, what is there, by name, but for names with a leading dot."""
        found = _matches(pattern, beside)
        self.sighting.found[pattern, beside] = found
        return found

    def text(self, path: str) -> str | None:
        """Raises ConfigError for what is too large, no regular file, unreadable or no UTF-8."""
        self.sighting.stamps[path] = stamp(path)
        try:
            status = os.stat(path)  # noqa: PTH116  # a name may hold what pathlib would change
            if not stat.S_ISREG(status.st_mode):
                raise _error(path, "this is no file")
            if status.st_size > MAX_CHARACTERS * _BYTES_A_CHARACTER:
                raise _error(path, f"longer than {MAX_CHARACTERS:,} characters")
            return Path(path).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except UnicodeDecodeError as error:
            raise _error(path, f"this is not UTF-8 text ({error.reason})") from error
        except OSError as error:
            raise _error(path, f"this cannot be read: {error.strerror}") from error


def stamp(path: str | Path) -> Stamp:
    """Time, size and number of a file, or None."""
    try:
        status = os.stat(path)  # noqa: PTH116  # as above
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _matches(pattern: str, beside: str) -> tuple[str, ...]:
    folder = os.path.dirname(beside)  # noqa: PTH120  # as above
    if not glob.has_magic(pattern):
        return (_joined(folder, pattern),)
    names = glob.glob(pattern, root_dir=folder or None)  # noqa: PTH207  # Path.glob refuses /etc/siaga/*
    return tuple(_joined(folder, name) for name in sorted(names))


def _joined(folder: str, name: str) -> str:
    return os.path.normpath(os.path.join(folder, name))  # noqa: PTH118  # "a/../b" and "b" are one place


def _error(path: str, message: str) -> ConfigError:
    return ConfigError([Problem(path=path, line=1, column=1, message=message)])
