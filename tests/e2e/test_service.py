"""What stands round a real daemon: the service manager, the address that answers, the heartbeat."""

from __future__ import annotations

import json
import re
import signal
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from monitor.demo.loopback import Answer, AnsweringServer
from tests.e2e.press import titles_in, watching
from tests.e2e.program import Program, in_time
from tests.e2e.terminal import Terminal
from tests.monitor.service.manager import Manager

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.press import Press

LISTENING = "http: {listen: '127.0.0.1:0'}\n"


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    with Manager.at(tmp_path) as opened:
        yield opened


@pytest.fixture
def managed(tmp_path: Path, manager: Manager) -> Program:
    """A program whose service manager is told how it does, and waits for a sign of life each second."""
    environment = {"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "1000000"}
    return Program(directory=tmp_path, environment=environment)


def test_the_service_manager_hears_that_it_is_ready_lives_and_stops(
    managed: Program, press: Press, manager: Manager
) -> None:
    with watching(managed, press) as daemon:
        assert in_time(lambda: manager.heard("READY=1"))
        status = "STATUS=watching 1 site, 2 watchlists, channels: kait, slack, surat"
        assert in_time(lambda: manager.heard(status))
        assert in_time(lambda: manager.said.count("WATCHDOG=1\n") > 1)
        assert daemon.stop() == 0
    assert in_time(lambda: manager.heard("STOPPING=1"))
    assert manager.said[0] == "STATUS=starting\n"


def test_a_receiver_that_is_down_does_not_make_the_daemon_dead(
    managed: Program, press: Press, manager: Manager
) -> None:
    config = press.config(hook_path="/status/503") + LISTENING
    with watching(managed, press, config) as daemon:
        press.publish("/suriah", "Suriah hari ini")
        assert in_time(lambda: bool(press.hook.received))
        beats = manager.said.count("WATCHDOG=1\n")
        assert daemon.get("/live")[0] == 200
        assert in_time(lambda: manager.said.count("WATCHDOG=1\n") > beats)


def test_what_is_answered_over_http_is_what_the_daemon_did(program: Program, press: Press) -> None:
    with watching(program, press, press.config() + LISTENING) as daemon:
        press.publish("/suriah", "Suriah hari ini")
        assert in_time(lambda: titles_in(press.hook) == ["Suriah hari ini"])
        assert daemon.get("/live") == (200, "the event loop, crawls, matching and delivery move\n")
        assert daemon.get("/ready") == (200, "watching, config 1\n")
        assert in_time(lambda: 'siaga_deliveries{state="sent"} 3.0' in daemon.get("/metrics")[1])
        figures = daemon.get("/metrics")[1]
        assert "siaga_articles 2.0" in figures
        assert 'siaga_sites{health="working"} 1.0' in figures
        assert re.search(r"siaga_worker_memory_bytes [1-9]", figures)
        assert "kunci" not in figures
        assert "koran" not in figures
        program.save(press.config())
        assert daemon.says("config.yaml applied")
        with pytest.raises(ConnectionRefusedError):
            daemon.get("/live")
        program.save(press.config() + LISTENING + "log: {level: debug}\n")
        assert in_time(lambda: daemon.log.count("config.yaml applied") == 2)
        assert daemon.get("/ready") == (200, "watching, config 3\n")


def test_the_heartbeat_is_called_by_a_daemon_that_moves(program: Program, press: Press) -> None:
    called = threading.Event()

    def answer(_: object) -> Answer:
        called.set()
        return Answer(status=200)

    watcher = AnsweringServer(answer)
    watcher.start()
    try:
        heartbeat = f"heartbeat: {{url: '{watcher.url}/detak', allow_private: true}}\n"
        with watching(program, press, press.config() + heartbeat) as daemon:
            assert called.wait(30)
            assert daemon.stop() == 0
    finally:
        watcher.stop()


def test_an_address_that_is_taken_stops_the_start_in_one_sentence(
    program: Program, press: Press
) -> None:
    taken = f"http: {{listen: '127.0.0.1:{press.mail.port}'}}\n"
    program.save(press.config() + taken)
    done = program.run("run", "--no-baseline")
    assert done.status == 1
    assert f"siaga: nothing can be answered on 127.0.0.1:{press.mail.port}" in done.err


# What it says -------------------------------------------------------------------------------------


def test_the_log_as_json_is_one_object_a_line(program: Program, press: Press) -> None:
    press.publish("/lama", "Kabar lama dari kota")
    program.save(press.config())
    with program.daemon("--log-format", "json") as daemon:
        assert daemon.says('"message": "koran: ')
        assert daemon.stop() == 0
    events = [json.loads(line) for line in daemon.log.splitlines()]
    (found,) = [one for one in events if one.get("site") == "koran"]
    assert (found["stage"], found["new"]) == ("crawler", 1)


def test_on_a_terminal_the_view_shows_what_is_found_and_sent(
    program: Program, press: Press
) -> None:
    press.publish("/suriah", "Suriah hari ini")
    program.save(press.config())
    with Terminal([sys.executable, "-m", "monitor", "run", "--no-baseline"], program) as terminal:
        assert in_time(lambda: terminal.shows("koran") and terminal.shows("Suriah hari ini"))
        assert in_time(lambda: terminal.shows("0 waiting, 3 sent, 0 given up"))
        assert terminal.process.poll() is None
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.process.wait(10) == 0
    assert "Traceback" not in terminal.text


# The unit -----------------------------------------------------------------------------------------


def test_a_unit_is_written_for_this_installation_and_every_step_is_told(
    program: Program, press: Press, tmp_path: Path
) -> None:
    program.save(press.config())
    mine = Program(directory=tmp_path, environment={"HOME": str(tmp_path)})
    done = mine.run("install-service", "--user")
    assert done.status == 0, done.err
    path = tmp_path / ".config/systemd/user/siaga.service"
    assert path.read_text(encoding="utf-8") == mine.run("install-service", "--user", "--print").out
    assert f"--config {program.config} --db {tmp_path / 'siaga.db'} run --plain" in path.read_text()
    assert "systemctl --user enable --now siaga" in done.out
    path.write_text("[Service]\n", encoding="utf-8")
    refused = mine.run("install-service", "--user")
    assert (refused.status, path.read_text()) == (1, "[Service]\n")
