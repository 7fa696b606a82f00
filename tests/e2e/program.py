"""The `siaga` program as child processes in a directory of its own, and what it says and does there."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts.outbox.ledger import list_deliveries
from core.database import open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from alerts.outbox.ledger import DeliveryLine

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 20.0  # the contract allows ten, of a machine that has nothing else to do


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A command that ended: its exit status, and what it said on either stream."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Standard output as JSON Lines; raises ValueError when anything else stands there."""
        return [json.loads(line) for line in self.out.split("\n") if line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """`siaga` in a directory that holds its config.yaml and its database."""

    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.directory / "config.yaml"

    def save(self, text: str) -> None:
        """Write config.yaml as editors do, by putting a new file in its place."""
        new = self.directory / "config.yaml.new"
        new.write_text(text, encoding="utf-8")
        new.chmod(0o600)  # some have secrets in them
        new.replace(self.config)

    def write_lines(self, name: str, *records: Any) -> Path:
        """A JSON Lines file beside the config."""
        path = self.directory / name
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        return path

    def run(self, *words: str, seconds: float = 90.0) -> Finished:
        """Run a command to its end. No command ever shows a traceback."""
        done = subprocess.run(
            [sys.executable, "-m", "monitor", *words],
            cwd=self.directory,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Finished(status=done.returncode, out=done.stdout, err=done.stderr)

    def ask(self, *words: str) -> list[Any]:
        """The JSON Lines that a command answers with; it must succeed."""
        done = self.run(*words, "--json")
        assert done.status == 0, done.err
        return done.lines

    def deliveries(self) -> list[DeliveryLine]:
        """What `siaga deliveries` lists, without a process for each look: for those who wait for it."""
        with closing(open_database(self.directory / "siaga.db")) as db:
            return list_deliveries(db)

    @contextmanager
    def daemon(self, *options: str, module: str = "monitor") -> Iterator[Daemon]:
        """`siaga run`, watching; killed at the end of the block if it is still there."""
        process = subprocess.Popen(
            [sys.executable, "-m", module, "run", "--verbose", *options],
            cwd=self.directory,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        daemon = Daemon(process)
        try:
            assert daemon.says("watching"), f"it said: {daemon.log!r}"
            yield daemon
        finally:
            daemon.kill()

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT), **self.environment}


class Daemon:
    """A `siaga run` that is under way, with what it said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._said: list[str] = []
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    @property
    def log(self) -> str:
        return "".join(self._said)

    @property
    def workers(self) -> list[int]:
        """The process ids of the crawl workers that it started, oldest first."""
        return [int(pid) for pid in re.findall(r"the crawl worker is process (\d+)", self.log)]

    def says(self, words: str, seconds: float = START_SECONDS) -> bool:
        """Whether it said these words in time, or before."""
        in_time(lambda: words in self.log or self.process.poll() is not None, seconds)
        if self.process.returncode is not None:
            self._listener.join()  # its last words may not have been read yet
        return words in self.log

    def get(self, path: str) -> tuple[int, str]:
        """The status and the text of the newest address at which it answers over HTTP."""
        port = re.findall(r"answered on http://127\.0\.0\.1:(\d+)", self.log)[-1]
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def stop(self, number: int = signal.SIGTERM, seconds: float = STOP_SECONDS) -> int:
        """Ask it to end; its exit status. Raises TimeoutExpired when it takes longer."""
        self.process.send_signal(number)
        status = self.process.wait(seconds)
        self._listener.join()
        assert "Traceback" not in self.log, self.log
        return status

    def kill(self) -> None:
        """SIGKILL, at this instant."""
        assert self.process.returncode is not None or "Traceback" not in self.log, self.log
        self.process.kill()
        self.process.wait()
        self._listener.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.append(line)


def in_time(true: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether it became true before the time was up."""
    pause, ends = threading.Event(), time.monotonic() + seconds
    while not true():
        if time.monotonic() > ends:
            return False
        pause.wait(0.02)
    return True


def is_alive(pid: int) -> bool:
    """Whether there is such a process still; one that nobody has waited for yet is not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
