"""The errors of Siaga, one tree:

SiagaError                      the root: whatever Siaga itself raises
├── UsageError                  a command was given something it cannot work with
├── ConfigError                 config.yaml is wrong; carries every problem found, each with its place
├── DatabaseError               the database cannot be used
│   ├── DatabaseHeldError       another Siaga holds it
│   ├── SchemaError             it was written by a newer Siaga, or by something else
│   └── MigrationError          its tables cannot be brought up to date; names the copy from before
├── StoppedError                long work was left undone because the program ends (core.interrupting)
├── SnapshotError               a copy of the database cannot be taken or put back (core.snapshots)
├── ListenError                 the address at which Siaga answers cannot be had (monitor.service)
├── UnitError                   the service's unit cannot be written (monitor.service)
├── AddressRefusedError         an address that must not be dialled
├── QueryError                  a watchlist term that cannot be read (monitor.query)
├── PageError                   a fetched page gives no article; its subclasses say why (crawler.extraction)
├── FeedError                   a fetched source is no feed or sitemap (crawler.discovery)
├── JobVersionError             a job or report of another version (crawler.job)
├── NoTurnError                 a request could not begin in its visit's time (crawler.politeness.turnstile)
├── UntrustedCertificateError   a site's certificate is not trusted (crawler.certificates)
├── TemplateError               a message template cannot be read or rendered (alerts.sandbox.sandbox)
│   └── TemplateTooSlowError    it had to be ended
└── WorkerError                 the crawl worker died or had to be killed (crawler.supervisor)

An error carries its facts as fields; its message is one sentence that says what to do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class SiagaError(Exception):
    """The root of every error that Siaga raises itself."""


class StoppedError(SiagaError):
    """Long work was left undone because the program ends; nothing is known of what it was about."""


class UsageError(SiagaError):
    """A command was given something it cannot work with."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One thing that is wrong in a config file; line and column count from 1.

    `drawn` shows the place within a value, with a caret under it, where that is known.
    """

    path: str
    line: int
    column: int
    message: str
    drawn: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class ConfigError(SiagaError):
    """A config file is wrong; `problems` holds everything that was found, in the file's order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


class DatabaseError(SiagaError):
    """The database at `path` cannot be used."""

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        super().__init__(message)


class DatabaseHeldError(DatabaseError):
    """Another Siaga, the process `pid` where it is known, holds the database."""

    def __init__(self, path: Path, pid: int | None) -> None:
        self.pid = pid
        who = f"another siaga (process {pid})" if pid else "another siaga"
        super().__init__(
            path, f"{path} is in use by {who}: stop that one first, or name another file with --db"
        )


class SchemaError(DatabaseError):
    """The tables at `path` are not ones that this version knows."""


class MigrationError(DatabaseError):
    """The tables at `path` cannot be brought up to date because of `reason`; `backup` is a copy of them."""

    def __init__(self, path: Path, backup: Path, reason: str) -> None:
        self.backup = backup
        self.reason = reason
        super().__init__(
            path,
            f"{path} cannot be brought up to date ({reason}) and is as it was: go back to the Siaga "
            f"that wrote it; {backup} is a copy of it",
        )


class SnapshotError(SiagaError):
    """The copy of the database at `path` cannot be taken or put back."""

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        super().__init__(message)


class ListenError(SiagaError):
    """`endpoint`, an address and a port, cannot be listened on because of `reason`."""

    def __init__(self, endpoint: str, reason: str) -> None:
        self.endpoint = endpoint
        self.reason = reason
        super().__init__(
            f"nothing can be answered on {endpoint} ({reason}): name another address under `http:`"
        )


class UnitError(SiagaError):
    """The service's unit at `path` cannot be written."""

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        super().__init__(message)


class AddressRefusedError(SiagaError):
    """`host` leads to `address`, which must not be dialled because of `reason`."""

    def __init__(self, host: str, address: str, reason: str) -> None:
        self.host = host
        self.address = address
        self.reason = reason
        shown = address if host == address else f"{host} ({address})"
        super().__init__(f"{shown} is not dialled: {reason}")
