"""Runs the crawl worker as a child process and watches it: heartbeat, deadlines, memory, restart.

Nothing that a site sends is parsed on this side; what comes over the pipe is our own child's JSON.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import children
from core.errors import SiagaError
from crawler.culprits import Culprit, culprit_from
from crawler.job import (
    CrawlReport,
    announced_from_data,
    finding_from_data,
    page_from_data,
    report_from_data,
    to_data,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence

    from core.clock import Clock
    from crawler.job import CrawlJob

    Take = Callable[[CrawlReport], Awaitable[None]]

CHUNK = 50
MAX_LINE = 64 * 1024 * 1024
_PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")

_LONGEST_WORDS = 2000

logger = logging.getLogger("siaga.supervisor")
worker_logger = logging.getLogger("siaga.worker")


class WorkerError(SiagaError):
    """The worker died or had to be killed during a job. `culprit` is what it was reading."""

    def __init__(self, reason: str, culprit: Culprit | None = None) -> None:
        self.reason = reason
        self.culprit = culprit
        super().__init__(reason)


class WorkerStoppedError(WorkerError):
    """The worker was stopped on purpose before the job was done."""

    def __init__(self) -> None:
        super().__init__("the crawl worker was stopped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a worker is given up; all in seconds but `memory`, which is in bytes."""

    start: float = 60.0
    heartbeat: float = 60.0
    page: float = 45.0  # reading one page or source
    grace: float = 90.0  # beyond a job's own time
    memory: int = 900 * 1024 * 1024
    watch: float = 1.0
    stop: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """What a worker is told once, when it starts."""

    allow_private: tuple[str, ...] = ()
    proxy: str | None = None
    proxy_allow_private: bool = False


@dataclass(slots=True, kw_only=True)
class _Running:
    """A job that the worker has."""

    job: CrawlJob
    messages: asyncio.Queue[dict[str, Any] | WorkerError]
    deadline: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """Why a worker had to be killed, and whether what it was reading is to blame."""

    reason: str
    blames_reading: bool = True


@dataclass(slots=True, kw_only=True)
class _Child:
    """One life of the worker."""

    process: asyncio.subprocess.Process
    heard_at: float
    running: dict[str, _Running] = field(default_factory=dict)
    reading: tuple[str, Culprit, float] | None = None  # job, what, since
    verdict: _Verdict | None = None
    stopped: bool = False


class Supervisor:
    """Keeps one worker alive and gives it jobs; used from one event loop.

    `crawl` may be called for many jobs at once. The worker starts with the first, and with the first after
    `reconfigure`; none starts after `stop`, which is for good.
    """

    def __init__(
        self, settings: WorkerSettings, *, clock: Clock, limits: Limits | None = None
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._limits = limits or Limits()
        self._child: _Child | None = None  # from its first moment, before it is ready
        self._closed = False
        self._starting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def pid(self) -> int | None:
        """The worker's process, while it lives."""
        return self._child.process.pid if self._child else None

    async def crawl(self, job: CrawlJob, take: Take) -> CrawlReport:
        """Have a job done: `take` gets its reports in order, the final one last, which is also returned.

        Raises WorkerStoppedError when the worker was stopped before all of it was done, WorkerError when it
        died over it or could not carry it out; what had come until then was taken. What `take` raises ends
        the call.
        """
        child = await self._ready()
        running = _Running(
            job=job,
            messages=asyncio.Queue(),
            deadline=self._clock.monotonic() + job.seconds + self._limits.grace,
        )
        child.running[job.id] = running
        try:
            with _heeding_the_stop_of(child):
                await self._send(child, to_data(job))
                return await self._take_all(running, take)
        finally:
            child.running.pop(job.id, None)

    async def reconfigure(self, settings: WorkerSettings) -> None:
        """Use other settings from the next job on; jobs under way are given back with a WorkerError."""
        if settings != self._settings:
            async with self._starting:  # a worker that is just starting was told the old ones
                self._settings = settings
            await self._end()

    async def stop(self) -> None:
        """End the worker, for good: it is asked to finish, then killed."""
        self._closed = True
        await self._end()

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.stopped = True
        if child.process.stdin is not None:
            child.process.stdin.close()
        try:
            await asyncio.wait_for(child.process.wait(), self._limits.stop)
        except TimeoutError:
            _kill(child)
            await child.process.wait()

    # Jobs -----------------------------------------------------------------------------------------

    async def _take_all(self, running: _Running, take: Take) -> CrawlReport:
        """Pass on what comes for a job, as it gathers, and then the final report."""
        job = running.job
        while True:
            messages = [await running.messages.get()]
            while not running.messages.empty() and len(messages) < CHUNK:
                messages.append(running.messages.get_nowait())
            gathered = _gathered(job, messages)
            if gathered.announced or gathered.pages or gathered.findings:
                await take(gathered)
            for message in messages:
                if isinstance(message, WorkerError):
                    raise message
                if message["type"] == "failed":
                    raise WorkerError(message["error"])
                if message["type"] == "report":
                    report = report_from_data(message["report"])
                    await take(report)
                    if report.cut_short:
                        raise WorkerStoppedError
                    return report

    async def _send(self, child: _Child, message: dict[str, Any]) -> None:
        stdin = child.process.stdin
        if child.stopped or stdin is None or child.process.returncode is not None:
            raise WorkerError("the crawl worker is not running")
        stdin.write(json.dumps(message).encode() + b"\n")
        try:
            await stdin.drain()
        except ConnectionError as error:
            raise WorkerError("the crawl worker died") from error

    # The child ------------------------------------------------------------------------------------

    async def _ready(self) -> _Child:
        async with self._starting:
            if self._closed:
                raise WorkerStoppedError
            if self._child is None or self._child.process.returncode is not None:
                return await self._start()
            return self._child

    async def _start(self) -> _Child:
        process = await asyncio.create_subprocess_exec(
            *children.command("crawler.worker"),
            env=children.environment(*children.TRUST),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=MAX_LINE,
            start_new_session=True,  # Ctrl-C is for the daemon, which then ends the worker
        )
        self._child = child = _Child(process=process, heard_at=self._clock.monotonic())
        self._keep(_log_words(process))
        try:
            await self._begin(child)
        except BaseException:
            _kill(child)
            self._child = None  # nobody will know of it
            raise
        self._keep(self._listen(child))
        self._keep(self._watch(child))
        logger.debug("the crawl worker is process %d", process.pid)
        return child

    async def _begin(self, child: _Child) -> None:
        """Tell a new worker its settings and wait until it is ready; it may be stopped meanwhile."""
        if self._closed:  # while its process was made
            child.stopped = True
        with _heeding_the_stop_of(child):
            await self._send(child, {"type": "configure", **to_data(self._settings)})
            try:
                await asyncio.wait_for(self._hear_ready(child), self._limits.start)
            except TimeoutError:
                raise WorkerError("the crawl worker did not start") from None

    def _keep(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hear_ready(self, child: _Child) -> None:
        line = await _lines(child).readline()
        if not line:
            raise WorkerError(f"the crawl worker ended at once ({await child.process.wait()})")

    async def _listen(self, child: _Child) -> None:
        try:
            while line := await _lines(child).readline():
                child.heard_at = self._clock.monotonic()
                self._hear(child, json.loads(line))
        except (ValueError, KeyError, TypeError) as error:  # too long a line, or not our JSON
            logger.exception("the crawl worker cannot be understood")
            child.verdict = _Verdict(reason=f"the crawl worker could not be understood: {error}")
            _kill(child)
        code = await child.process.wait()
        for running in child.running.values():
            running.messages.put_nowait(_end_of(child, running.job, code))

    def _hear(self, child: _Child, message: dict[str, Any]) -> None:
        match message["type"]:
            case "reading":
                culprit = culprit_from(message)
                child.reading = (message["job"], culprit, self._clock.monotonic())
            case "read":
                child.reading = None
            case "announced" | "page" | "finding" | "report" | "failed":
                running = child.running.get(message["job"])
                if running is not None:
                    running.messages.put_nowait(message)

    async def _watch(self, child: _Child) -> None:
        while child.process.returncode is None and not (child.verdict or child.stopped):
            await asyncio.sleep(self._limits.watch)
            child.verdict = child.verdict or self._judge(child, self._clock.monotonic())
            if child.verdict is not None:
                _kill(child)

    def _judge(self, child: _Child, now: float) -> _Verdict | None:
        """Why this worker must be killed, or None."""
        limits = self._limits
        if now - child.heard_at > limits.heartbeat:
            return _Verdict(reason="the crawl worker showed no sign of life and was killed")
        if child.reading is not None and now - child.reading[2] > limits.page:
            url = child.reading[1].url
            return _Verdict(reason=f"the crawl worker hung on {url} and was killed")
        late = [one.job.site for one in child.running.values() if now > one.deadline]
        if late:
            reason = f"the visit to {late[0]} outlasted its time and the worker was killed"
            return _Verdict(reason=reason, blames_reading=False)
        used = resident_memory(child.process.pid)
        if used > limits.memory:
            return _Verdict(reason=f"the crawl worker used {used >> 20} MB and was killed")
        return None


def resident_memory(pid: int) -> int:
    """The bytes that a process has in memory; 0 when it is gone or the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_SIZE
    except (OSError, IndexError):
        return 0


async def _log_words(process: asyncio.subprocess.Process) -> None:
    """Log what the worker says on its standard error, line by line, so that the log has one form."""
    while process.stderr is not None and not process.stderr.at_eof():
        try:
            line = await process.stderr.readline()
        except ValueError:  # longer than any limit: asyncio has thrown it away
            continue
        if words := line.decode("utf-8", "backslashreplace").rstrip()[:_LONGEST_WORDS]:
            worker_logger.warning("the crawl worker says: %s", words)


def _gathered(job: CrawlJob, messages: Sequence[dict[str, Any] | WorkerError]) -> CrawlReport:
    """What the messages tell before the end of a visit, as a report that is not final."""
    told = [one for one in messages if isinstance(one, dict)]
    return CrawlReport(
        job=job.id,
        site=job.site,
        announced=tuple(
            announced_from_data(one["page"]) for one in told if one["type"] == "announced"
        ),
        pages=tuple(page_from_data(one["page"]) for one in told if one["type"] == "page"),
        findings=tuple(
            finding_from_data(one["finding"]) for one in told if one["type"] == "finding"
        ),
    )


def _lines(child: _Child) -> asyncio.StreamReader:
    if child.process.stdout is None:
        raise WorkerError("the crawl worker has no output")
    return child.process.stdout


def _end_of(child: _Child, job: CrawlJob, code: int) -> WorkerError:
    """What a job that the child had is told of the child's end."""
    if child.stopped:
        return WorkerStoppedError()
    verdict = child.verdict or _Verdict(reason=f"the crawl worker died ({_death(code)})")
    reading = child.reading
    guilty = verdict.blames_reading and reading is not None and reading[0] == job.id
    return WorkerError(verdict.reason, reading[1] if reading and guilty else None)


@contextmanager
def _heeding_the_stop_of(child: _Child) -> Iterator[None]:
    """Once a child was stopped, nothing else is to blame for what befell its jobs."""
    try:
        yield
    except WorkerError as error:
        if child.stopped:
            raise WorkerStoppedError from error
        raise


def _kill(child: _Child) -> None:
    with suppress(ProcessLookupError):  # it was quicker
        child.process.kill()


def _death(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit status {code}"
