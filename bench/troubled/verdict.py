"""What a soak found, beside what was asked of it, as a table for people; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bench.troubled.usage import Trend

MOST_GROWTH = 0.05
MOST_FILES = 2  # more than before: a connection may happen to be open at every measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What came of a soak; `load` is that of the machine with its `cores` over the last quarter of an hour.

    Articles and messages are counted for each receiver. `database` is what is wrong with it, or None.
    """

    minutes: float
    load: float
    cores: int
    sites: int
    troubled: int
    published: int
    edits: int
    daemon_kills: int
    worker_kills: int
    failed_tries: int
    digests: int
    in_digests: int
    lost: int
    dead: int
    under_two_ids: int
    taken_twice: int
    too_early: int
    unasked_restarts: int
    database: str | None
    daemon: Trend | None
    worker: Trend | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table. `met` is None where nothing was asked."""

    what: str
    found: str
    asked: str = ""
    met: bool | None = None


def lines(found: Findings) -> Iterator[Line]:
    """The whole table, what was done first."""
    yield _told(
        "minutes", f"{found.minutes:g}, on {found.cores} cores under a load of {found.load}"
    )
    yield _told("sites", f"{found.sites}, of which {found.troubled} fail, each in its own way")
    yield _told("articles published", f"{found.published:,}")
    yield _told("edits of config.yaml, some broken", f"{found.edits}")
    yield _told("kills of the daemon, of the worker", f"{found.daemon_kills}, {found.worker_kills}")
    yield _told("tries that a receiver failed", f"{found.failed_tries:,}")
    yield _told(
        "alerts in digests, of a receiver behind", f"{found.in_digests}, in {found.digests}"
    )
    yield _told("messages taken twice, under one id", f"{found.taken_twice}")
    yield _never("articles that a receiver was not told of", found.lost)
    yield _never("messages given up", found.dead)
    yield _never("messages told under two ids", found.under_two_ids)
    yield _never("tries before Retry-After was over", found.too_early)
    yield _never("workers that ended unasked", found.unasked_restarts)
    for who, trend in (("daemon", found.daemon), ("worker", found.worker)):
        yield _memory(f"memory of the {who}", trend)
        yield _files(f"open files of the {who}, at least", trend)
    whole = found.database is None
    yield Line(what="database", found=found.database or "intact", asked="intact", met=whole)


def table(lines: Iterable[Line]) -> str:
    """A table in Markdown, its columns aligned."""
    rows = [("What", "Found", "Asked"), *((one.what, one.found, one.asked) for one in lines)]
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    head, *body = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    rule = "| " + " | ".join("-" * width for width in widths) + " |"
    return "\n".join([head, rule, *body])


def missed(lines: Iterable[Line]) -> list[str]:
    """A sentence for each goal that was not met."""
    return [f"{one.what}: {one.found}; asked: {one.asked}" for one in lines if one.met is False]


def _told(what: str, found: str) -> Line:
    return Line(what=what, found=found)


def _never(what: str, found: int) -> Line:
    return Line(what=what, found=str(found), asked="0", met=found == 0)


def _memory(what: str, trend: Trend | None) -> Line:
    asked = f"grown < {MOST_GROWTH:.0%}"
    if trend is None:
        return _unmeasured(what, asked)
    found = f"{trend.memory_first:.1f} MB, then {trend.memory_last:.1f} ({trend.growth:+.1%})"
    return Line(what=what, found=found, asked=asked, met=trend.growth < MOST_GROWTH)


def _files(what: str, trend: Trend | None) -> Line:
    asked = f"{MOST_FILES} more at most"
    if trend is None:
        return _unmeasured(what, asked)
    found, more = (
        f"{trend.files_first}, then {trend.files_last}",
        trend.files_last - trend.files_first,
    )
    return Line(what=what, found=found, asked=asked, met=more <= MOST_FILES)


def _unmeasured(what: str, asked: str) -> Line:
    """A goal that was not looked at is not met."""
    return Line(what=what, found="not measured", asked=asked, met=False)
