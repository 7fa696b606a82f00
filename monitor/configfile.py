"""Follows a config file and what it includes: notices an edit once all of it has been still for a second,
and reads it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.config_file import read_config_file
from core.errors import ConfigError
from core.file_library import FileLibrary
from core.includes import empty
from monitor.config import read_config

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from core.file_library import Sighting
    from monitor.config import Config
    from monitor.matching.matcher import Watchlist

STILL_SECONDS = 1.0
AGAIN_SECONDS = 30.0
"""Until an edit that could not be applied is offered once more."""

_NEVER_LOST = frozenset({"sites", "watchlists", "channels"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file that changed: its config, or the problem that keeps it from being applied.

    Both, when all of it is applied but watchlists that fail their own examples: they keep their terms.
    """

    config: Config | None = None
    problem: str | None = None


class ConfigFile:
    """A config file and those that it includes, as last seen. Editors that replace a file are followed too.

    An edit of several files is one edit, as long as each is saved within a second of the one before.
    `database` is the one that the command line names in place of the file's.
    """

    def __init__(self, path: Path, *, database: Path | None = None) -> None:
        self._path = path
        self._database = database
        library = FileLibrary(path)
        with suppress(ConfigError):  # whoever reads it is told; here it says what to follow
            read_config_file(path, library=library)
        self._applied: Sighting | None = library.sighting
        self._seen = library.sighting
        self._still_since = float("-inf")

    def offer_again(self, now: float) -> None:
        """Offer the last change once more, AGAIN_SECONDS from now: it was read, and could not be applied."""
        self._applied = None
        self._still_since = now + AGAIN_SECONDS - STILL_SECONDS

    def poll(
        self,
        now: float,
        *,
        sections: frozenset[str] = frozenset(),
        last_good: Iterable[Watchlist] = (),
    ) -> Change | None:
        """What changed, or None while nothing did or the file is still being written; `now` in seconds.

        `sections` are the top-level keys of the config in use: a file that has lost one of its lists was
        cut off, and is no order to forget everything. `last_good` are the watchlists in use.
        """
        state = self._seen.again()
        if state != self._seen:
            self._seen, self._still_since = state, now
            return None
        if state == self._applied or now - self._still_since < STILL_SECONDS:
            return None
        library = FileLibrary(self._path)
        try:
            config = read_config(self._path, last_good=last_good, library=library)
        except ConfigError as error:
            return Change(problem=str(error))
        finally:
            self._applied = self._seen = library.sighting
        lost = _NEVER_LOST & (sections - config.sections)
        if lost:
            return Change(problem=_half_written(self._path, lost))
        if self._database is not None:
            config = replace(config, database=self._database)
        failed = (problem for problems in config.kept.values() for problem in problems)
        return Change(config=config, problem="\n".join(map(str, failed)) or None)


def _half_written(path: Path, lost: frozenset[str]) -> str:
    missing = " and ".join(f"`{key}:`" for key in sorted(lost))
    emptied = " and ".join(f"`{key}: {empty(key)}`" for key in sorted(lost))
    return f"{path}:1:1: {missing} was there before and is gone: write {emptied} if you mean that"
