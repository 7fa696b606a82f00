"""Tells the world round the daemon how it does: the service manager, whoever asks over HTTP, a heartbeat."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from core.errors import ListenError
from monitor.service.endpoint import Server
from monitor.service.heartbeat import Heartbeat
from monitor.service.pulse import Phase
from monitor.service.sections import Endpoint, ServiceSections
from monitor.service.systemd import Notifier

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alerts.transport.roles import Poster
    from core.clock import Clock
    from monitor.service.pulse import Stall
    from monitor.service.reports import Reports
    from monitor.service.sections import LogConfig
    from monitor.service.vitals import Vitals

_TURNS_A_WATCHDOG = 4  # signs of life within the time for which the manager waits

logger = logging.getLogger("siaga")


class Attendant:
    """What the daemon's event loop calls as it begins, turns, follows its config and ends."""

    def __init__(
        self,
        vitals: Vitals,
        reports: Reports,
        poster: Poster,
        *,
        clock: Clock,
        environment: Mapping[str, str],
        log: Callable[[LogConfig], None] | None = None,
    ) -> None:
        """`log` is told how to log from now on, when an edit of the config changes it."""
        self._log = log
        self._vitals = vitals
        self._reports = reports
        self._clock = clock
        self._notifier = Notifier(environment)
        self._heartbeat = Heartbeat(poster, clock=clock)
        self._sections = ServiceSections()
        self._server: Server | None = None
        self._kept_alive_at = float("-inf")
        self._stalled: tuple[Stall, ...] = ()

    def begin(self, sections: ServiceSections) -> None:
        """Listen, if the config says so. Raises ListenError when the address cannot be had."""
        self._sections = sections
        self._notifier.tell(STATUS="starting")
        self._listen(sections)

    def ready(self, summary: str) -> None:
        """The daemon watches; `summary` says what, in a few words."""
        self._vitals.turned()
        self._vitals.matched()
        self._vitals.phase = Phase.WATCHING
        self._vitals.config_version += 1
        self._notifier.tell(READY="1", STATUS=f"watching {summary}")

    def apply(self, sections: ServiceSections, summary: str) -> None:
        """Follow an edit of the config. An address that cannot be had is logged; nothing answers then."""
        before, self._sections = self._sections, sections
        self._vitals.config_version += 1
        self._notifier.tell(STATUS=f"watching {summary}")
        if self._log is not None and sections.log != before.log:
            self._log(sections.log)
        if sections.http == before.http:
            return
        self._close()
        try:
            self._listen(sections)
        except ListenError as error:
            logger.error("%s", error)  # noqa: TRY400  # a mistake in the config, not of ours

    async def turn(self) -> None:
        """A turn of the event loop, about once a second."""
        self._vitals.turned()
        stalled = self._vitals.stalls()
        self._tell_of(stalled)
        if not stalled:
            self._keep_alive()
        self._heartbeat.beat(self._sections.heartbeat, stalled)

    def stopping(self) -> None:
        """The daemon ends: no more turns, but what is under way."""
        self._vitals.phase = Phase.STOPPING
        self._notifier.tell(STOPPING="1", STATUS="stopping")

    async def end(self) -> None:
        """Listen no more."""
        await self._heartbeat.close()
        self._close()

    def _tell_of(self, stalled: tuple[Stall, ...]) -> None:
        """Log what begins to stand still, once, and that all of it moves again."""
        known = {stall.part for stall in self._stalled}
        for stall in stalled:
            if stall.part not in known:
                logger.error("stalled: %s", stall)
        if self._stalled and not stalled:
            logger.info("everything moves again")
        self._stalled = stalled

    def _keep_alive(self) -> None:
        """Show the watchdog a sign of life; it restarts a daemon that shows none."""
        wanted, now = self._notifier.watchdog_seconds, self._clock.monotonic()
        if wanted is not None and now - self._kept_alive_at >= wanted / _TURNS_A_WATCHDOG:
            self._notifier.tell(WATCHDOG="1")
            self._kept_alive_at = now

    def _listen(self, sections: ServiceSections) -> None:
        if sections.http is None:
            return
        wanted = sections.http.listen
        self._server = Server(wanted, self._reports.pages())
        found = Endpoint(host=wanted.host, port=self._server.port)
        reach = "" if wanted.is_local else "; whoever reaches this machine can ask"
        logger.info("/live, /ready and /metrics are answered on http://%s%s", found, reach)

    def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
