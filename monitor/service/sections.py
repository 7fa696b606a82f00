"""The sections `http`, `log` and `heartbeat` of config.yaml. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator

from alerts.addresses import WebAddress  # pydantic reads it at run time
from core.addresses import AddressPolicy
from core.models import Model, validate

if TYPE_CHECKING:
    from core.errors import Problem
    from core.located_yaml import Document
    from core.models import AnyModel

KEYS = ("http", "log", "heartbeat")
_EVERYWHERE = ("0.0.0.0/0", "::/0")
_LISTEN = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<host>[^:\[\]]*)):(?P<port>\d{1,5})")
_MEANT = "write an address of this machine and a port, like 127.0.0.1:9090"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where to listen; port 0 is any that is free."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return ip_address(self.host).is_loopback


def _endpoint(text: object) -> object:
    if isinstance(text, Endpoint):
        return text
    match = _LISTEN.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or int(match["port"]) > 65_535:
        raise ValueError(f"{text!r} is nowhere to listen: {_MEANT}")
    host = match["six"] or match["host"]
    host = "127.0.0.1" if host in ("", "localhost") else host
    try:
        ip_address(host)
    except ValueError:
        raise ValueError(f"{host!r} is no IP address: {_MEANT}") from None
    return Endpoint(host=host, port=int(match["port"]))


class HttpConfig(Model):
    """`http`: where /live, /ready and /metrics are answered. Nothing listens without it."""

    listen: Annotated[Endpoint, BeforeValidator(_endpoint)] = Endpoint(host="127.0.0.1", port=9090)


Level = Literal["debug", "info", "warning", "error"]
Format = Literal["text", "json"]


class StageLevels(Model):
    """`log.levels`: how much each stage says, where that is not what `log.level` is."""

    crawler: Level | None = None
    monitor: Level | None = None
    alerts: Level | None = None


class LogConfig(Model):
    """`log`: what is logged, and how a line looks."""

    format: Format = "text"
    level: Level = "info"
    levels: StageLevels = StageLevels()


class HeartbeatConfig(Model):
    """`heartbeat`: the address that is called each minute while everything moves."""

    url: WebAddress
    allow_private: bool = False

    @property
    def policy(self) -> AddressPolicy:
        """Which addresses may be dialled: it dials none but its own."""
        return AddressPolicy.of(_EVERYWHERE if self.allow_private else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSections:
    """The sections of what stands round the daemon; None for what is not configured."""

    http: HttpConfig | None = None
    log: LogConfig = field(default_factory=LogConfig)
    heartbeat: HeartbeatConfig | None = None


def read_service(document: Document) -> tuple[ServiceSections, list[Problem]]:
    """The sections of a config file, and every problem found, each with its place."""
    problems: list[Problem] = []
    sections = ServiceSections(
        http=_section(HttpConfig, document, "http", problems),
        log=_section(LogConfig, document, "log", problems) or LogConfig(),
        heartbeat=_heartbeat(document, problems),
    )
    return sections, problems


def _section(
    model: type[AnyModel], document: Document, key: str, problems: list[Problem]
) -> AnyModel | None:
    if document.data.get(key) is None:
        return None
    section, found = validate(model, document, (key,))
    problems += found
    return section


def _heartbeat(document: Document, problems: list[Problem]) -> HeartbeatConfig | None:
    """The section, or its address alone."""
    written: Any = document.data.get("heartbeat")
    if not isinstance(written, str):
        return _section(HeartbeatConfig, document, "heartbeat", problems)
    long = replace(document, data={**document.data, "heartbeat": {"url": written}})
    return _section(HeartbeatConfig, long, "heartbeat", problems)
