"""The systemd unit that runs an installation of Siaga, line by line with its reason. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "siaga.service"
MARK = "# Written by `siaga install-service`"
SYSTEM_CONFIG = Path("/etc/siaga/config.yaml")
SYSTEM_DATABASE = Path("/var/lib/siaga/siaga.db")  # in the one folder that the account may write to
HOMES = (Path("/home"), Path("/root"), Path("/run/user"))
"""What the machine's service does not see."""
_ENVIRONMENT = "siaga.env"


class Scope(StrEnum):
    """Whose service it is."""

    SYSTEM = "system"  # the machine's: it starts with it, under an account of its own
    USER = (
        "user"  # one person's: it starts when they log in, or with the machine after enable-linger
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What is to be run: the program `siaga`, and with which files; all paths are absolute."""

    program: Path
    config: Path
    database: Path
    scope: Scope

    @property
    def hidden(self) -> tuple[Path, ...]:
        """Which of its files the service could not see."""
        files = (self.program, self.config) if self.scope is Scope.SYSTEM else ()
        return tuple(file for file in files if any(map(file.is_relative_to, HOMES)))

    @property
    def environment_file(self) -> Path:
        """Where secrets stand as NAME=value, beside the config."""
        return self.config.parent / _ENVIRONMENT


def unit(installation: Installation) -> str:
    """The text of the unit."""
    return "\n".join(_lines(installation)) + "\n"


def _lines(installation: Installation) -> Iterator[str]:
    system = installation.scope is Scope.SYSTEM
    yield f"{MARK}; `systemctl edit siaga` keeps what you change apart from it."
    yield from _UNIT
    yield from _service(installation)
    yield from _ACCOUNT if system else ()
    yield f"WorkingDirectory={_escaped(installation.database.parent)}"
    yield from _HARDENING
    yield from _HARDENING_OF_THE_SYSTEM if system else ()
    yield from ("", "[Install]", f"WantedBy={'multi-user' if system else 'default'}.target")


_UNIT = (
    "[Unit]",
    "Description=Siaga, news monitoring",
    "Wants=network-online.target",
    "After=network-online.target",
    "# Tried again however often it failed: a day without a network is no reason to give up.",
    "StartLimitIntervalSec=0",
    "",
)


def _service(installation: Installation) -> Iterator[str]:
    run = (
        f"{_quoted(installation.program)} --config {_quoted(installation.config)}"
        f" --db {_quoted(installation.database)} run --plain"
    )
    yield from (
        "[Service]",
        "# Siaga says itself when it watches, and shows a sign of life while crawls, matching and",
        "# delivery all move; without one for two minutes it is started anew.",
        "Type=notify",
        "NotifyAccess=main",
        "WatchdogSec=2min",
        f"ExecStart={run}",
        "# Secrets, as NAME=value; the file may be missing.",
        f"EnvironmentFile=-{_escaped(installation.environment_file)}",
        "Restart=always",
        "RestartSec=10s",
        "# A new version may have tables to change first.",
        "TimeoutStartSec=15min",
        "# It finishes what it is sending within ten seconds.",
        "TimeoutStopSec=30s",
        "# The crawl worker is ended by Siaga, and by systemd when Siaga cannot.",
        "KillMode=mixed",
        "# A worker that took too much memory is replaced; that is no reason to end Siaga.",
        "OOMPolicy=continue",
    )


_ACCOUNT = (
    "# An account that exists while the service runs.",
    "DynamicUser=yes",
    "User=siaga",
    "# /var/lib/siaga and /etc/siaga: made when they are missing.",
    "StateDirectory=siaga",
    "StateDirectoryMode=0700",
    "ConfigurationDirectory=siaga",
)


_HARDENING = (
    "",
    "# What it never needs. These hold for the crawl worker too, which reads what strangers wrote.",
    "UMask=0077",
    "NoNewPrivileges=yes",
    "LockPersonality=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "RestrictNamespaces=yes",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged",
    "SystemCallErrorNumber=EPERM",
    "TasksMax=256",
)
_HARDENING_OF_THE_SYSTEM = (
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "DevicePolicy=closed",
    "ProtectClock=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectControlGroups=yes",
    "ProtectProc=invisible",
    "ProcSubset=pid",
    "RemoveIPC=yes",
)


def _quoted(path: Path) -> str:
    """A path as one word of a command line of systemd, where % and $ mean something."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    text = text.replace("%", "%%")
    return f'"{text}"' if " " in text or '"' in text else text


def _escaped(path: Path) -> str:
    """A path that takes a whole line, where only % means something."""
    return str(path).replace("%", "%%")
