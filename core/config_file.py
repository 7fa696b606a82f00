"""The config file as a whole, with the files that it includes: read, and refused when it is empty or no
mapping; and where its database lies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import ConfigError, Problem
from core.file_library import FileLibrary
from core.includes import NoLibrary
from core.located_yaml import Document, load

if TYPE_CHECKING:
    from pathlib import Path

    from core.includes import Library

DEFAULT_DATABASE = "siaga.db"


def read_config_file(path: Path, *, library: Library | None = None) -> Document:
    """The file as a located document whose data is a mapping, `${NAME}` not yet replaced.

    What it includes is read from `library`, or else from the disk. Raises ConfigError for a file that is
    missing, unreadable, empty or something else: an empty or half-written file is never an order to
    forget everything.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _error(path, "there is no such file: name one with --config, or write one") from None
    except UnicodeDecodeError as error:
        raise _error(path, f"this is not UTF-8 text ({error.reason})") from error
    except OSError as error:
        raise _error(path, f"this cannot be read: {error.strerror}") from error
    document = load(text, str(path), library=library or FileLibrary(path))
    if document.data is None:
        raise _error(path, "the file is empty; write `sites: []` if you mean to watch nothing")
    if not isinstance(document.data, dict):
        raise _error(path, "the file must hold a mapping (sites:, watchlists:, channels: …)")
    return document


def database_named_in(path: Path) -> Path:
    """The database of a config file, whatever is wrong with its sections or with what it includes."""
    return database_path(read_config_file(path, library=NoLibrary()), path)


def database_path(document: Document, path: Path) -> Path:
    """The database that a config file names, relative to the file, or siaga.db beside it."""
    named = document.data.get("database")
    return path.parent / (named if isinstance(named, str) and named else DEFAULT_DATABASE)


def _error(path: Path, message: str) -> ConfigError:
    return ConfigError([Problem(path=str(path), line=1, column=1, message=message)])
