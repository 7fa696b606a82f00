"""Whether a database is intact, by everything that SQLite can check."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from core.snapshots import damage

if TYPE_CHECKING:
    from pathlib import Path


def complaint_about(database: Path) -> str | None:
    """What is wrong with a database that nobody uses: pages, indexes, references, full text; or None."""
    complaint = damage(database)
    if complaint is not None:
        return complaint
    try:
        with closing(sqlite3.connect(database)) as connection:
            said = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
            astray = connection.execute("PRAGMA foreign_key_check").fetchall()
            connection.execute(
                "INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)"
            )
    except sqlite3.DatabaseError as error:
        return str(error)
    if said != "ok":
        return said
    return f"{len(astray)} rows refer to none: {astray[0]}" if astray else None
