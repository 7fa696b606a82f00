"""What the options before a command decide: which config and which database it works on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlite_utils import Database

    from monitor.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The options before the command."""

    config_path: Path
    database: Path | None

    def config(self) -> Config:
        """The config, with --db in place of its database. Raises ConfigError."""
        from monitor.config import read_config

        config = read_config(self.config_path)
        return config if self.database is None else replace(config, database=self.database)

    def database_path(self) -> Path:
        """The database, whatever else is wrong with the config that names it. Raises ConfigError."""
        from core.config_file import database_named_in

        return self.database or database_named_in(self.config_path)

    def open(self, config: Config) -> AbstractContextManager[Database]:
        """The config's database, closed at the end. Raises DatabaseError."""
        from contextlib import contextmanager

        from monitor.database import open_siaga_database

        @contextmanager
        def opened() -> Iterator[Database]:
            db = open_siaga_database(config.database)
            try:
                yield db
            finally:
                db.close()

        return opened()

    def open_to_read(self, config: Config) -> AbstractContextManager[Database]:
        """As open, for what changes nothing: every write is refused. Raises DatabaseError."""
        from contextlib import contextmanager

        @contextmanager
        def opened() -> Iterator[Database]:
            with self.open(config) as db:
                db.conn.execute("PRAGMA query_only = ON")
                yield db

        return opened()


pass_context = click.make_pass_decorator(Context)
as_json = click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output.")
