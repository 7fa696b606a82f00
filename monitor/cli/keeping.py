"""`siaga backup` and `siaga restore`: the database as files that outlive it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.errors import UsageError
from monitor.cli.context import pass_context
from monitor.cli.output import say, size

if TYPE_CHECKING:
    from monitor.cli.context import Context


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_context
def backup_command(context: Context, file: Path) -> None:
    """Copy the database to FILE while the daemon runs; the copy is checked, and opens by itself."""
    from core.snapshots import take_snapshot

    database = _existing(context)
    octets = take_snapshot(database, file)
    say(f"{file} holds all of {database}, {size(octets)}, and is whole")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@pass_context
def restore_command(context: Context, file: Path) -> None:
    """Put a backup in the database's place; the database that was there is kept beside it."""
    from core.database import DatabaseLock
    from core.snapshots import put_back
    from monitor.database import open_siaga_database

    database = context.database_path()
    with DatabaseLock(database):
        kept = put_back(file, database, at=datetime.now(UTC))
        open_siaga_database(database).close()  # an older backup gets the tables of now
    say(f"{database} is now what {file} holds")
    if kept is not None:
        say(f"what was there before is {kept}")


def _existing(context: Context) -> Path:
    database = context.database_path()
    if not database.exists():
        raise UsageError(f"there is no database at {database} yet: `siaga run` makes it")
    return database
