"""How commands speak: JSON Lines for programs, tables for people, failures to standard error."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.text import Text

_NARROW = 100
_UNFOLDED = 10_000


def print_json(data: Any) -> None:
    """One JSON value as a line; in ASCII where the output's encoding is not UTF-8."""
    in_ascii = sys.stdout.encoding.lower() not in ("utf-8", "utf8")
    click.echo(_writable(json.dumps(data, ensure_ascii=in_ascii)))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str) -> None:
    """Rows under their headings, or the sentence `empty` where there are none."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        click.echo(empty)
        return
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_writable(cell)) for cell in row))
    width = None if sys.stdout.isatty() else max(_NARROW, 160)
    Console(width=width, highlight=False, emoji=False).print(table)


def print_lines(lines: Iterable[Text]) -> None:
    """Styled lines, folded between words on a terminal; NO_COLOR and pipes get them plain."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _UNFOLDED
    console = Console(width=width, highlight=False, emoji=False, soft_wrap=width is not None)
    for line in lines:
        console.print(line)


def _writable(text: str) -> str:
    r"""The text with any half of a surrogate pair written as \ud83d, which is its escape in JSON too."""
    return text.encode("utf-8", "backslashreplace").decode()


def say(message: str) -> None:
    """A sentence to standard error, where it mixes with no output."""
    click.echo(message, err=True)


def size(octets: float) -> str:
    """Bytes as people compare them: "12.3 MB", "1.9 GB"."""
    unit, name = (2**30, "GB") if octets >= 2**30 else (2**20, "MB")
    return f"{octets / unit:.1f} {name}"


def local(at: datetime | None, zone: str) -> str:
    """An instant as the reader's clock shows it, or "-"."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if at else "-"


def ago(at: datetime | None, now: datetime | None = None) -> str:
    """How long ago an instant was, or is to come, in one unit ("5 min ago", "in 2 h"); "never" for None."""
    if at is None:
        return "never"
    seconds = ((now or datetime.now(UTC)) - at).total_seconds()
    size = abs(seconds)
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        if size >= length or unit == "s":
            amount = f"{size / length:.0f} {unit}"
            return f"in {amount}" if seconds < 0 else f"{amount} ago"
    return "now"
