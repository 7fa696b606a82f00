"""The log: one line an event, as text for people and the journal, or as JSON for programs."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.service.systemd import is_journal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo
    from typing import TextIO

    from monitor.service.sections import LogConfig

ROOT = "siaga"
STAGES = {
    "crawler": ("siaga.crawler", "siaga.supervisor", "siaga.worker"),
    "monitor": ("siaga.monitor",),
    "alerts": ("siaga.alerts",),
}
"""The loggers of each stage; what is said through `siaga` itself is the daemon's."""

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3}
_STAGE_OF = {name: stage for stage, names in STAGES.items() for name in names}


class TextFormatter(logging.Formatter):
    """`HH:MM:SS LEVEL words`. What has several lines is indented for a terminal, else put in one."""

    def __init__(self, *, terminal: bool, journal: bool, zone: tzinfo | None = None) -> None:
        """`zone` is that of the times, the machine's own unless given."""
        time = "" if journal else "%(asctime)s "
        super().__init__(f"{time}%(levelname)-7s %(message)s", datefmt="%H:%M:%S")
        self._zone = zone
        self._break = "\n    " if terminal else " | "
        self._journal = journal

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  # overrides
        at = datetime.fromtimestamp(record.created, self._zone)
        return at.strftime(datefmt or self.default_time_format)

    def format(self, record: logging.LogRecord) -> str:
        line = self._break.join(super().format(record).splitlines())
        return f"<{_priority(record)}>{line}" if self._journal else line


class JsonFormatter(logging.Formatter):
    """An object a line: `at`, `level`, `stage`, `message`, and the facts of the event."""

    def __init__(self, *, journal: bool) -> None:
        super().__init__()
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        line = json.dumps(_as_data(self, record), ensure_ascii=False, default=str)
        line = line.encode("utf-8", "backslashreplace").decode()
        return f"<{_priority(record)}>{line}" if self._journal else line


def _as_data(formatter: logging.Formatter, record: logging.LogRecord) -> dict[str, Any]:
    facts = {name: value for name, value in vars(record).items() if name not in _PLAIN}
    if record.exc_info:
        facts["traceback"] = formatter.formatException(record.exc_info)
    return {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "stage": _STAGE_OF.get(record.name, "daemon" if record.name == ROOT else record.name),
        "message": record.getMessage(),
        **facts,
    }


def _priority(record: logging.LogRecord) -> int:
    """The level as sd-daemon(3) writes it before a line, for the journal to take away."""
    return _PRIORITIES.get(record.levelno, 2)


def set_up(
    config: LogConfig,
    environment: Mapping[str, str],
    *,
    verbose: bool = False,
    quiet: bool = False,
    zone: tzinfo | None = None,
    out: TextIO | None = None,
) -> logging.Handler:
    """Log to `out`, standard error unless given, as the config says; returns the handler in use.

    May be called again, for another config. `verbose` says everything, `quiet` what went wrong; the times
    of lines of text are those of `zone`, the machine's own unless given.
    """
    stream = out if out is not None else sys.stderr
    handler = logging.StreamHandler(stream)
    journal = is_journal(stream, environment)
    if config.format == "json":
        handler.setFormatter(JsonFormatter(journal=journal))
    else:
        handler.setFormatter(TextFormatter(terminal=stream.isatty(), journal=journal, zone=zone))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    set_levels(config, verbose=verbose, quiet=quiet)
    return handler


def set_levels(config: LogConfig, *, verbose: bool = False, quiet: bool = False) -> None:
    """How much each stage says from now on."""
    least = logging.WARNING if quiet else logging.DEBUG
    overall = logging.DEBUG if verbose else max(_number(config.level), least)
    logging.getLogger(ROOT).setLevel(overall)
    for stage, names in STAGES.items():
        own = None if verbose else getattr(config.levels, stage)
        level = max(_number(own), least) if own is not None else logging.NOTSET
        for name in names:
            logging.getLogger(name).setLevel(level)


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]
