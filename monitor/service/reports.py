"""What /live, /ready and /metrics answer, asked from the threads of the HTTP server."""

from __future__ import annotations

import os
import sqlite3
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING

from crawler.supervisor import resident_memory
from monitor.service.endpoint import Page
from monitor.service.figures import open_for_reading, read_figures
from monitor.service.metrics import CONTENT_TYPE, Report, exposition
from monitor.service.pulse import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from core.clock import Clock
    from monitor.service.vitals import Vitals

KEPT_SECONDS = 2.0

_NOT_READY = {
    Phase.STARTING: "the database is being opened and the looks are being planned",
    Phase.STOPPING: "siaga is stopping",
}


class Reports:
    """Answers by the daemon's vital signs, and by its tables over a connection that cannot write.

    Every method may be called from any thread. `sites` and `worker` are asked at each call: the names of
    the config's sites, and the process of the crawl worker.
    """

    def __init__(
        self,
        vitals: Vitals,
        database: Path,
        *,
        clock: Clock,
        sites: Callable[[], tuple[str, ...]],
        worker: Callable[[], int | None],
    ) -> None:
        self._vitals = vitals
        self._database = database
        self._clock = clock
        self._sites = sites
        self._worker = worker
        self._lock = threading.Lock()
        self._kept: tuple[float, Page] | None = None

    def pages(self) -> Mapping[str, Callable[[], Page]]:
        return {"/live": self.live, "/ready": self.ready, "/metrics": self.metrics}

    def live(self) -> Page:
        """Whether the daemon moves, whatever became of the last message."""
        if self._vitals.phase is Phase.STARTING:
            return Page(body="starting\n")
        stalled = self._vitals.stalls()
        if stalled:
            return _unavailable("; ".join(map(str, stalled)))
        return Page(body="the event loop, crawls, matching and delivery move\n")

    def ready(self) -> Page:
        """Whether it has begun its work, and can use its database."""
        phase = self._vitals.phase
        if phase in _NOT_READY:
            return _unavailable(_NOT_READY[phase])
        try:
            with open_for_reading(self._database) as db:
                db.conn.execute("SELECT count(*) FROM daemon").fetchone()
        except sqlite3.Error as error:
            return _unavailable(f"the database cannot be read: {error}")
        return Page(body=f"watching, config {self._vitals.config_version}\n")

    def metrics(self) -> Page:
        """The figures, counted at most once in two seconds however often they are asked for."""
        if self._vitals.phase is Phase.STARTING:
            return _unavailable(_NOT_READY[Phase.STARTING])
        with self._lock:
            now = self._clock.monotonic()
            if self._kept is None or now - self._kept[0] > KEPT_SECONDS:
                self._kept = now, self._counted()
            return self._kept[1]

    def _counted(self) -> Page:
        now = self._clock.now()
        try:
            with open_for_reading(self._database) as db:
                figures = read_figures(db, sites=self._sites(), now=now)
        except sqlite3.Error as error:
            return _unavailable(f"the database cannot be read: {error}")
        vitals, worker = self._vitals, self._worker()
        report = Report(
            figures=figures,
            now=now,
            started_at=vitals.started_at,
            config_version=vitals.config_version,
            looks=vitals.looks,
            stalled=[stall.part for stall in vitals.stalls()],
            worker_memory=resident_memory(worker) if worker else 0,
            daemon_memory=resident_memory(os.getpid()),
        )
        return Page(body=exposition(report), kind=CONTENT_TYPE)


def _unavailable(why: str) -> Page:
    return Page(status=HTTPStatus.SERVICE_UNAVAILABLE, body=f"{why}\n")
