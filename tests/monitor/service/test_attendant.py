"""What the world is told when something stands still, when it moves again, and when the config changes."""

from __future__ import annotations

import asyncio
import http.client
import os
import socket
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from alerts.transport.http import HttpPoster
from core.clock import SystemClock
from core.located_yaml import load
from monitor.database import open_siaga_database
from monitor.service.attendant import Attendant
from monitor.service.pulse import LIMITS, Part, Phase
from monitor.service.reports import Reports
from monitor.service.sections import ServiceSections, read_service
from monitor.service.vitals import LookOutcome, Vitals
from monitor.visiting import Look
from tests.clocks import HandClock
from tests.e2e.program import in_time
from tests.monitor.service.manager import Manager

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.service.sections import LogConfig

LONG = timedelta(seconds=max(LIMITS.values()) + 1)


class Attended:
    """A daemon's attendant under a clock set by hand; `sent_at` is when its threads last moved."""

    def __init__(self, folder: Path, manager: Manager) -> None:
        self.clock = HandClock()
        self.sent_at: float | None = None
        self.logs: list[LogConfig] = []
        self.vitals = Vitals(self.clock, delivery=lambda: self.sent_at)
        self.reports = Reports(
            self.vitals,
            folder / "siaga.db",
            clock=self.clock,
            sites=lambda: (),
            worker=os.getpid,
        )
        environment = {"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "120000000"}
        self.attendant = Attendant(
            self.vitals,
            self.reports,
            HttpPoster(SystemClock()),
            clock=self.clock,
            environment=environment,
            log=self.logs.append,
        )

    def turn(self, *, matched: bool = True) -> None:
        if matched:
            self.vitals.matched()
        asyncio.run(self.attendant.turn())


def sections(text: str) -> ServiceSections:
    read, problems = read_service(load(text, "config.yaml"))
    assert problems == []
    return read


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    with Manager.at(tmp_path) as opened:
        yield opened


@pytest.fixture
def attended(tmp_path: Path, manager: Manager) -> Attended:
    open_siaga_database(tmp_path / "siaga.db").close()
    made = Attended(tmp_path, manager)
    made.attendant.begin(ServiceSections())
    made.attendant.ready("1 site")
    return made


def test_what_stands_still_is_told_once_and_ends_the_signs_of_life_until_it_moves(
    attended: Attended, manager: Manager, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "siaga")
    attended.turn()
    assert in_time(lambda: manager.said.count("WATCHDOG=1\n") == 1)
    attended.clock.move(LONG)
    attended.turn(matched=False)
    attended.turn(matched=False)
    answer = attended.reports.live()
    assert (answer.status, answer.body) == (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "matching: the article log has not been looked at for 901 s\n",
    )
    attended.turn()
    assert attended.reports.live().status is HTTPStatus.OK
    assert in_time(lambda: manager.said.count("WATCHDOG=1\n") == 2)
    assert caplog.messages == [
        "stalled: matching: the article log has not been looked at for 901 s",
        "everything moves again",
    ]


@pytest.mark.parametrize("part", [Part.CRAWL, Part.MATCHING, Part.DELIVERY])
def test_whichever_part_stands_still_ends_the_signs_of_life(
    part: Part, attended: Attended, manager: Manager
) -> None:
    attended.turn()
    assert in_time(lambda: manager.said.count("WATCHDOG=1\n") == 1)
    attended.vitals.look_began()
    attended.sent_at = attended.clock.monotonic()
    attended.clock.move(LONG)
    if part is not Part.CRAWL:
        attended.vitals.crawled()
    if part is not Part.DELIVERY:
        attended.sent_at = attended.clock.monotonic()
    attended.turn(matched=part is not Part.MATCHING)
    assert [stall.part for stall in attended.vitals.stalls()] == [part]
    attended.attendant.stopping()
    assert in_time(lambda: manager.heard("STOPPING=1"))
    assert manager.said.count("WATCHDOG=1\n") == 1


@pytest.mark.parametrize("look", [None, Look(site="koran", problem="worker", failed=True)])
def test_looks_that_only_fail_on_our_own_side_are_a_crawl_that_stands_still(
    look: Look | None, attended: Attended
) -> None:
    for _ in range(2):
        attended.vitals.look_began()
        attended.vitals.look_ended(look)
        attended.clock.move(LONG / 2)
        attended.turn()
    attended.clock.move(LONG / 2)
    attended.turn()
    assert [stall.part for stall in attended.vitals.stalls()] == [Part.CRAWL]
    attended.vitals.look_began()
    attended.vitals.look_ended(Look(site="koran", problem="HTTP 500"))
    assert attended.vitals.stalls() == ()


def test_looks_that_bring_nothing_stand_still_and_a_night_without_looks_does_not(
    attended: Attended,
) -> None:
    attended.vitals.look_began()
    attended.vitals.look_ended(Look(site="koran"))
    attended.clock.move(LONG)
    attended.turn()
    assert attended.vitals.stalls() == ()
    attended.vitals.look_began()
    attended.clock.move(LONG)
    attended.turn()
    assert [stall.part for stall in attended.vitals.stalls()] == [Part.CRAWL]
    attended.vitals.crawled()
    assert attended.vitals.stalls() == ()
    attended.vitals.look_ended(None)
    assert attended.vitals.looks == {LookOutcome.NOTHING: 1, LookOutcome.FAILED: 1}


def test_ready_tells_the_beginning_and_the_end_and_a_database_that_is_gone(
    attended: Attended, tmp_path: Path
) -> None:
    assert attended.reports.ready().body == "watching, config 1\n"
    attended.vitals.phase = Phase.STARTING
    assert attended.reports.ready().status is HTTPStatus.SERVICE_UNAVAILABLE
    assert attended.reports.live().body == "starting\n"
    attended.attendant.stopping()
    assert attended.reports.ready().body == "siaga is stopping\n"
    attended.vitals.phase = Phase.WATCHING
    (tmp_path / "siaga.db").unlink()
    assert attended.reports.ready().body.startswith("the database cannot be read: ")
    assert attended.reports.metrics().status is HTTPStatus.SERVICE_UNAVAILABLE


def test_an_edit_moves_the_address_and_the_log_and_one_that_cannot_be_had_is_logged(
    attended: Attended, caplog: pytest.LogCaptureFixture
) -> None:
    listening = sections("http: {listen: '127.0.0.1:0'}\nlog: {level: debug}")
    caplog.set_level("INFO", "siaga")
    attended.attendant.apply(listening, "1 site")
    assert attended.logs == [listening.log]
    port = int(caplog.messages[-1].rpartition(":")[2])
    assert answers(port)
    with taken() as port_of_another:
        moved = sections(f"http: {{listen: '127.0.0.1:{port_of_another}'}}\nlog: {{level: debug}}")
        attended.attendant.apply(moved, "1 site")
    assert caplog.messages[-1].startswith("nothing can be answered on 127.0.0.1:")
    assert not answers(port)
    assert attended.reports.ready().body == "watching, config 3\n"
    assert attended.logs == [listening.log]
    asyncio.run(attended.attendant.end())


@contextmanager
def taken() -> Iterator[int]:
    """A port that is not to be had."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/live")
        return connection.getresponse().status == HTTPStatus.OK
    except ConnectionRefusedError:
        return False
    finally:
        connection.close()
