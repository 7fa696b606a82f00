"""`siaga export`: articles, matches or alerts as a table for a spreadsheet or a script."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from core.clock import to_text
from core.errors import UsageError
from core.text import count
from monitor.cli.context import pass_context
from monitor.cli.output import say
from monitor.cli.times import Since

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from monitor.cli.context import Context

# The view of each, and its column that says when.
_TABLES = {
    "articles": ("v_articles", "first_seen"),
    "matches": ("v_matches", "matched"),
    "alerts": ("v_alerts", "created"),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet take a cell for a formula


@click.command("export")
@click.argument("what", type=click.Choice(list(_TABLES)), default="articles")
@click.option("--format", "kind", type=click.Choice(["csv", "jsonl"]), default="csv")
@click.option("--since", type=Since(), help="Only since then: 2d, 6h, or a date.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write (default: standard output).",
)
@pass_context
def export_command(
    context: Context, what: str, kind: str, since: datetime | None, output: Path | None
) -> None:
    """Write WHAT (articles, matches or alerts) as CSV or JSON Lines, oldest first."""
    view, moment = _TABLES[what]
    with context.open(context.config()) as db, _target(output) as file:
        condition = f"FROM {view} WHERE {moment} >= ?"
        start = to_text(since) if since else ""
        written = db.conn.execute(f"SELECT count(*) {condition}", (start,)).fetchone()[0]
        rows = db.conn.execute(f"SELECT * {condition} ORDER BY id", (start,))
        columns = [column[0] for column in rows.description]
        write = _csv_writer(file, columns) if kind == "csv" else _jsonl_writer(file, columns)
        for row in _with_bar(rows, written, shown=output is not None and sys.stderr.isatty()):
            write(row)
    if output is not None:
        say(f"{output}: {count(written, 'row')}")


@contextmanager
def _target(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    try:
        # The mark tells Excel that it is UTF-8; everything else skips it.
        encoding = "utf-8-sig" if output.suffix == ".csv" else "utf-8"
        with output.open("w", encoding=encoding, errors="backslashreplace", newline="") as file:
            yield file
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}") from error


def _with_bar(rows: sqlite3.Cursor, length: int, *, shown: bool) -> Iterator[Sequence[Any]]:
    bar = click.progressbar(rows, length=length, file=sys.stderr) if shown else nullcontext(rows)
    with bar as counted:
        yield from counted


def _csv_writer(file: TextIO, columns: Sequence[str]) -> Callable[[Sequence[Any]], object]:
    writer = csv.writer(file)
    writer.writerow(columns)
    return lambda row: writer.writerow([_cell(value) for value in row])


def _cell(value: Any) -> Any:
    """A value as a spreadsheet may have it: a headline that begins like a formula stays a headline."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _jsonl_writer(file: TextIO, columns: Sequence[str]) -> Callable[[Sequence[Any]], object]:
    def write(row: Sequence[Any]) -> None:
        data = dict(zip(columns, row, strict=True))
        file.write(json.dumps(data, ensure_ascii=False) + "\n")

    return write
