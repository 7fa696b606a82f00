"""Work in SQLite that another thread ends."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from core.errors import StoppedError
from core.interrupting import interruptible, never

if TYPE_CHECKING:
    from collections.abc import Iterator

FOR_EVER = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as one:
        yield one


def test_a_statement_without_end_ends_when_the_program_does(
    connection: sqlite3.Connection,
) -> None:
    stopping = threading.Event()
    # Heard of by the statement: the program is asked to end once it is under way.
    connection.create_function("tell", 0, stopping.set)
    with pytest.raises(StoppedError), interruptible(connection, stopping.is_set):
        connection.execute(f"SELECT tell(), ({FOR_EVER})")
    assert connection.execute("SELECT 1").fetchone() == (1,)


def test_what_was_said_after_an_interrupt_is_not_believed(connection: sqlite3.Connection) -> None:
    stopping = threading.Event()

    def check() -> str:
        with interruptible(connection, stopping.is_set):
            stopping.set()
            with pytest.raises(sqlite3.OperationalError):
                connection.execute(FOR_EVER)
            return "damaged"

    with pytest.raises(StoppedError):
        check()


def test_nothing_begins_in_a_program_that_ends(connection: sqlite3.Connection) -> None:
    with pytest.raises(StoppedError), interruptible(connection, lambda: True):
        pytest.fail("it began")


def test_other_errors_are_the_callers(connection: sqlite3.Connection) -> None:
    with (
        pytest.raises(sqlite3.OperationalError, match="no such table"),
        interruptible(connection, never),
    ):
        connection.execute("SELECT * FROM tidak_ada")
