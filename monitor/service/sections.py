"""The sections `http`, `log`, `heartbeat` and `canary` of config.yaml. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from alerts.addresses import WebAddress  # pydantic reads it at run time
from core.addresses import AddressPolicy
from core.models import Duration, Model, validate

if TYPE_CHECKING:
    from core.errors import Problem
    from core.located_yaml import Document
    from core.models import AnyModel

KEYS = ("http", "log", "heartbeat", "canary")
_EVERYWHERE = ("0.0.0.0/0", "::/0")
_LISTEN = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<host>[^:\[\]]*)):(?P<port>\d{1,5})")
_DAILY = re.compile(r"daily at (?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)")
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

    listen: Annotated[Endpoint, BeforeValidator(_endpoint, json_schema_input_type=str)] = Endpoint(
        host="127.0.0.1", port=9090
    )


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


def _time_of_day(text: object) -> object:
    match = _DAILY.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is no time of day: write daily at 06:00")
    return time(int(match["hour"]), int(match["minute"]))


_TimeOfDay = Annotated[str, Field(pattern=r"^daily at ([01]?\d|2[0-3])[:.][0-5]\d$")]


class CanaryConfig(Model):
    """`canary`: when the daily drill is held, in the reader's zone, and within which time it must arrive."""

    at: Annotated[time, BeforeValidator(_time_of_day, json_schema_input_type=_TimeOfDay)]
    within: Duration = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSections:
    """The sections of what stands round the daemon; None for what is not configured."""

    http: HttpConfig | None = None
    log: LogConfig = field(default_factory=LogConfig)
    heartbeat: HeartbeatConfig | None = None
    canary: CanaryConfig | None = None


def read_service(document: Document) -> tuple[ServiceSections, list[Problem]]:
    """The sections of a config file, and every problem found, each with its place."""
    problems: list[Problem] = []
    sections = ServiceSections(
        http=_section(HttpConfig, document, "http", problems),
        log=_section(LogConfig, document, "log", problems) or LogConfig(),
        heartbeat=_long_form(HeartbeatConfig, document, "heartbeat", "url", problems),
        canary=_long_form(CanaryConfig, document, "canary", "at", problems),
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


def _long_form(
    model: type[AnyModel], document: Document, key: str, short: str, problems: list[Problem]
) -> AnyModel | None:
    """The section; text alone stands for the mapping that has it as `short`."""
    written: Any = document.data.get(key)
    if isinstance(written, str):
        document = replace(document, data={**document.data, key: {short: written}})
    return _section(model, document, key, problems)
