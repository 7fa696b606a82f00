"""The live view of `siaga run` on a terminal: the last looks, finds and deliveries, and what waits."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from core.text import count
from monitor.service.figures import open_for_reading
from monitor.service.recent import read_recent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo
    from pathlib import Path

    from rich.console import RenderableType

    from monitor.service.recent import Line, Recent

_EVERY_SECONDS = 1.0
_COLOURS = {"sent": "green", "dead": "red", "retry": "yellow"}


def drawn(recent: Recent, *, zone: tzinfo, now: datetime) -> RenderableType:
    """The view; times of day are the reader's."""
    parts = (
        ("Looks", recent.looks, "nothing was looked at yet"),
        ("Finds", recent.finds, "nothing was found yet"),
        ("Deliveries", recent.deliveries, "nothing was sent yet"),
    )
    tables = [_table(title, lines, empty, zone) for title, lines, empty in parts]
    return Group(*tables, _summary(recent, now))


def _table(title: str, lines: Iterable[Line], empty: str, zone: tzinfo) -> RenderableType:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(width=8, style="dim", no_wrap=True)
    table.add_column(max_width=20, no_wrap=True, style="cyan")
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(max_width=24, no_wrap=True, justify="right")
    for line in lines:
        at = line.at.astimezone(zone).strftime("%H:%M:%S")
        result = Text(line.result, style=_COLOURS.get(line.result, "bold"))
        table.add_row(at, Text(line.where), Text(line.what), result)
    body = table if table.row_count else Text(empty, style="dim")
    return Group(Text(title, style="bold"), body, "")


def _summary(recent: Recent, now: datetime) -> Text:
    text = f"{recent.waiting} waiting, {recent.sent} sent, {recent.dead} given up"
    if recent.next_look_at is not None:
        seconds = max(0, round((recent.next_look_at - now).total_seconds()))
        text += f"; the next look in {count(seconds, 'second')}"
    return Text(f"{text}. Ctrl-C ends Siaga.", style="dim")


class LiveScreen:
    """Shows the view until the block ends; what else is printed meanwhile stands above it.

    It reads the database over a connection that cannot write, in a thread of its own.
    """

    def __init__(self, database: Path, *, zone: tzinfo) -> None:
        self._database = database
        self._zone = zone
        self._live = Live(console=Console(), auto_refresh=False, transient=True)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="screen", daemon=True)

    def __enter__(self) -> Self:
        self._live.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._live.stop()

    def _run(self) -> None:
        while not self._ended.wait(_EVERY_SECONDS):
            self._live.update(self._view(), refresh=True)

    def _view(self) -> RenderableType:
        try:
            with open_for_reading(self._database) as db:
                recent = read_recent(db)
        except sqlite3.Error as error:
            return Text(f"the database cannot be read yet: {error}", style="dim")
        return drawn(recent, zone=self._zone, now=datetime.now(UTC))
