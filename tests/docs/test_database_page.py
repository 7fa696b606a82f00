"""docs/database.md names every table and view of a real database with every column, in order."""

from __future__ import annotations

from contextlib import closing
from itertools import groupby
from typing import TYPE_CHECKING

from monitor.database import open_siaga_database
from tests.docs.pages import DOCS, codes, prose, rows

if TYPE_CHECKING:
    from pathlib import Path

PAGE = DOCS / "database.md"


def test_the_page_describes_each_table_and_view_as_it_is(tmp_path: Path) -> None:
    described = {
        heading: [codes(row.cells[0])[0] for row in group]
        for heading, group in groupby(rows(PAGE), lambda row: row.heading)
    }
    there = tables(tmp_path / "siaga.db")
    assert described == {name: there[name] for name in there if name not in OTHERS}


def test_tables_that_are_not_ours_are_named_at_least() -> None:
    assert set(codes(prose(PAGE))) >= OTHERS


OTHERS = {
    "sqlite_sequence",
    "_sqlite_migrations",
    *(f"articles_fts_{part}" for part in ("config", "data", "docsize", "idx")),
}
"""Tables that belong to SQLite and sqlite-utils."""


def tables(database: Path) -> dict[str, list[str]]:
    """The columns of every table and view."""
    with closing(open_siaga_database(database)) as db:
        names = db.conn.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
        return {
            name: [row[1] for row in db.conn.execute(f"PRAGMA table_info({name})")]
            for (name,) in names.fetchall()
        }
