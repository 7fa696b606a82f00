"""The heartbeat: when it is sent over a real connection, and what is said when it does not arrive."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Self

import pytest

from alerts.transport.http import HttpPoster
from core.clock import SystemClock
from core.located_yaml import load
from monitor.demo.loopback import Answer, AnsweringServer
from monitor.service.heartbeat import EVERY_SECONDS, Heartbeat
from monitor.service.pulse import Part, Stall
from monitor.service.sections import HeartbeatConfig, read_service
from tests.clocks import HandClock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.demo.loopback import Request

A_MINUTE = timedelta(seconds=EVERY_SECONDS)
STALLED = (Stall(part=Part.MATCHING, seconds=400.0),)


class Watcher:
    """The service outside: what it was asked, and the status that it answers with."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.status = 200
        self._server = AnsweringServer(self._answer)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def config(self, *, allow_private: bool = True) -> HeartbeatConfig:
        allowed = str(allow_private).lower()
        text = f"heartbeat: {{url: '{self._server.url}/detak/rahasia', allow_private: {allowed}}}"
        sections, problems = read_service(load(text, "config.yaml"))
        assert problems == []
        assert sections.heartbeat is not None
        return sections.heartbeat

    def _answer(self, request: Request) -> Answer:
        self.calls.append(request.path)
        return Answer(status=self.status)


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    with Watcher() as opened:
        yield opened


async def beats(
    heartbeat: Heartbeat, config: HeartbeatConfig | None, stalled: tuple[Stall, ...] = ()
) -> None:
    """A turn of the daemon, and the end of the call that it made."""
    heartbeat.beat(config, stalled)
    if heartbeat._calling is not None:
        await heartbeat._calling


def test_it_is_called_once_a_minute_while_everything_moves_and_never_else(watcher: Watcher) -> None:
    async def turns() -> None:
        clock = HandClock()
        heartbeat = Heartbeat(HttpPoster(SystemClock()), clock=clock)
        config = watcher.config()
        await beats(heartbeat, config)
        await beats(heartbeat, config)
        assert watcher.calls == ["/detak/rahasia"]
        clock.move(A_MINUTE)
        await beats(heartbeat, config, STALLED)
        await beats(heartbeat, None)
        assert len(watcher.calls) == 1
        await beats(heartbeat, config)
        assert len(watcher.calls) == 2

    asyncio.run(turns())


def test_a_failure_is_told_once_and_so_is_its_end_and_never_the_address(
    watcher: Watcher, caplog: pytest.LogCaptureFixture
) -> None:
    async def turns() -> None:
        clock = HandClock()
        heartbeat = Heartbeat(HttpPoster(SystemClock()), clock=clock)
        for watcher.status in (500, 500, 200, 200):
            await beats(heartbeat, watcher.config())
            clock.move(A_MINUTE)

    caplog.set_level("DEBUG")
    asyncio.run(turns())
    told = [one.getMessage() for one in caplog.records if one.name == "siaga"]
    assert told == [
        "the heartbeat did not arrive: 127.0.0.1: HTTP 500",
        "the heartbeat arrives again",
    ]
    assert "rahasia" not in caplog.text


def test_an_address_that_is_not_public_is_not_dialled_unless_it_may_be(
    watcher: Watcher, caplog: pytest.LogCaptureFixture
) -> None:
    async def turn() -> None:
        heartbeat = Heartbeat(HttpPoster(SystemClock()), clock=HandClock())
        await beats(heartbeat, watcher.config(allow_private=False))

    asyncio.run(turn())
    assert watcher.calls == []
    assert "it is a loopback address" in caplog.text
