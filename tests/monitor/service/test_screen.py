"""The live view, drawn from a real database."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console

from monitor.service.figures import open_for_reading
from monitor.service.recent import SHOWN, read_recent
from monitor.service.screen import drawn
from tests.monitor.desk import Desk, page

if TYPE_CHECKING:
    from pathlib import Path

WATCHLISTS = "[{name: suriah, any: [Suriah], notify: [kait]}]"


def shown(desk: Desk) -> str:
    console = Console(width=100, record=True, file=io.StringIO())
    with open_for_reading(desk.directory / "siaga.db") as db:
        console.print(drawn(read_recent(db), zone=ZoneInfo("Asia/Makassar"), now=desk.clock.now()))
    return console.export_text()


def test_what_was_looked_at_found_and_sent_is_shown_in_the_readers_time(tmp_path: Path) -> None:
    with Desk(tmp_path, WATCHLISTS) as desk:
        desk.visit()
        desk.visit(page("/1", "Suriah [b]hari ini"), page("/2", "Harga beras naik"))
        text = shown(desk)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "12:00:00 koran Suriah [b]hari ini suriah" in lines
    assert "12:00:00 koran Harga beras naik" in lines
    assert "12:01:00 kait Suriah [b]hari ini pending" in lines
    assert lines[-1] == "1 waiting, 0 sent, 0 given up. Ctrl-C ends Siaga."


def test_an_empty_database_shows_that_nothing_happened_yet(tmp_path: Path) -> None:
    with Desk(tmp_path, "[]") as desk:
        text = shown(desk)
    assert text.count("yet") == 3


def test_only_the_last_few_are_shown_and_no_title_takes_a_second_line(tmp_path: Path) -> None:
    with Desk(tmp_path, WATCHLISTS) as desk:
        desk.visit()
        for number in range(SHOWN + 3):
            desk.visit(page(f"/{number}", f"Suriah {number} " + "panjang " * 40))
            desk.clock.move(timedelta(minutes=1))
        text = shown(desk)
    assert text.count("Suriah") == 2 * SHOWN
    assert "Suriah 2 " not in text
    assert len(text.splitlines()) < 4 * SHOWN
