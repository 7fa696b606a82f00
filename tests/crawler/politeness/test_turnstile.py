"""One request at a time to each registered domain, whoever asks, and never before its time."""

from __future__ import annotations

import asyncio
import math
import time
from functools import wraps
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from crawler.politeness.turnstile import NoTurnError, Turnstile

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

SOON = 0.05
NEVER = math.inf


def in_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test that runs in an event loop of its own."""

    @wraps(test)
    def run() -> None:
        asyncio.run(test())

    return run


class Guest:
    """Asks things of houses through a turnstile and remembers when, as (house, start, end)."""

    def __init__(self, turnstile: Turnstile | None = None) -> None:
        self.turnstile = turnstile or Turnstile()
        self.asked: list[tuple[str, float, float]] = []

    async def ask(
        self, house: str, *, delay: float = 0.0, takes: float = 0.0, until: float | None = None
    ) -> None:
        until = time.monotonic() + 60 if until is None else until
        async with self.turnstile.turn(house, delay=delay, until=until) as turn:
            start = time.monotonic()
            await asyncio.sleep(takes)
            self.asked.append((house, start, time.monotonic()))
            turn.answered(200)


def gaps(guest: Guest) -> list[float]:
    return [start - end for (_, _, end), (_, start, _) in pairwise(guest.asked)]


@in_a_loop
async def test_of_one_house_one_thing_is_asked_at_a_time_and_never_before_the_delay() -> None:
    guest = Guest()
    await asyncio.gather(*(guest.ask("koran.co.id", delay=SOON) for _ in range(4)))
    assert len(guest.asked) == 4
    assert min(gaps(guest)) >= SOON


@in_a_loop
async def test_houses_do_not_wait_for_each_other() -> None:
    guest = Guest()
    slow = asyncio.ensure_future(guest.ask("lambat.id", takes=60))
    await asyncio.sleep(0)
    await guest.ask("cepat.id")
    assert [house for house, _, _ in guest.asked] == ["cepat.id"]
    slow.cancel()


@in_a_loop
async def test_the_stricter_delay_of_two_requests_holds_between_them() -> None:
    guest = Guest()
    await guest.ask("koran.co.id", delay=SOON)
    await guest.ask("koran.co.id")
    await guest.ask("koran.co.id", delay=SOON)
    assert min(gaps(guest)) >= SOON


@in_a_loop
async def test_a_new_turnstile_takes_every_house_as_just_asked() -> None:
    opened = time.monotonic()
    guest = Guest()
    await guest.ask("koran.co.id", delay=SOON)
    assert guest.asked[0][1] - opened >= SOON


@in_a_loop
async def test_a_slow_house_is_left_alone_for_longer() -> None:
    guest = Guest()
    for _ in range(2):
        await guest.ask("koran.co.id", takes=3 * SOON)
    assert min(gaps(guest)) >= 3 * SOON


@in_a_loop
async def test_who_cannot_begin_in_time_is_told_at_once_or_when_time_is_up() -> None:
    guest = Guest()
    with pytest.raises(NoTurnError, match=r"koran\.co\.id"):
        await guest.ask("koran.co.id", delay=3_600.0)
    holding = asyncio.ensure_future(guest.ask("koran.co.id", takes=3_600.0))
    await asyncio.sleep(0)
    with pytest.raises(NoTurnError):
        await guest.ask("koran.co.id", until=time.monotonic() + SOON)
    holding.cancel()


@in_a_loop
async def test_a_request_that_breaks_gives_its_turn_back() -> None:
    guest = Guest()
    with pytest.raises(ZeroDivisionError):
        async with guest.turnstile.turn("koran.co.id", delay=0.0, until=NEVER):
            raise ZeroDivisionError
    await guest.ask("koran.co.id")
    assert len(guest.asked) == 1


@in_a_loop
async def test_houses_that_nobody_asks_are_forgotten() -> None:
    guest = Guest(Turnstile(remembered=2, forgotten_after=0.0))
    for number in range(5):
        await guest.ask(f"koran-{number}.co.id")
    assert len(guest.turnstile._gates) <= 2
