"""What the service manager is told, over a real socket of its kind."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

import pytest

from monitor.service.systemd import Notifier, is_journal
from tests.e2e.program import in_time
from tests.monitor.service.manager import Manager

if TYPE_CHECKING:
    from pathlib import Path


def test_the_manager_hears_every_variable_in_one_datagram(tmp_path: Path) -> None:
    with Manager.at(tmp_path) as manager:
        Notifier({"NOTIFY_SOCKET": manager.address}).tell(READY="1", STATUS="watching 3 sites")
        assert in_time(lambda: manager.said == ["READY=1\nSTATUS=watching 3 sites\n"])


def test_a_manager_in_the_abstract_name_space_hears_too() -> None:
    with Manager(f"@siaga-{secrets.token_hex(8)}") as manager:
        Notifier({"NOTIFY_SOCKET": manager.address}).tell(WATCHDOG="1")
        assert in_time(lambda: manager.said == ["WATCHDOG=1\n"])


def test_a_line_break_in_what_is_told_makes_no_second_variable(tmp_path: Path) -> None:
    with Manager.at(tmp_path) as manager:
        Notifier({"NOTIFY_SOCKET": manager.address}).tell(STATUS="satu\nSTOPPING=1")
        assert in_time(lambda: manager.said == ["STATUS=satu STOPPING=1\n"])


def test_without_a_manager_nothing_happens_and_a_deaf_one_is_told_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Notifier({}).tell(READY="1")
    assert caplog.messages == []
    notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "nobody")})
    notifier.tell(READY="1")
    notifier.tell(WATCHDOG="1")
    (message,) = caplog.messages
    assert message.startswith("the service manager cannot be told anything")


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({"WATCHDOG_USEC": "120000000"}, 120.0),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": str(os.getpid())}, 120.0),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "sering"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_kept_quiet_only_when_it_waits_for_this_process(
    environment: dict[str, str], seconds: float | None
) -> None:
    assert Notifier(environment).watchdog_seconds == seconds


def test_the_journal_is_known_by_the_very_file_that_is_written_to(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as log, (tmp_path / "other").open("w") as other:
        status = os.fstat(log.fileno())
        environment = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
        assert is_journal(log, environment)
        assert not is_journal(other, environment)
        assert not is_journal(log, {})
