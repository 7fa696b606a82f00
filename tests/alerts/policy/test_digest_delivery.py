"""Digests and follow-ups on a real outbox: each recipient hears of all of it, once and in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from alerts.dispatch.clock_jumps import move_plans
from alerts.policy.schedule import read_schedule
from tests.alerts.post_office import PostOffice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SEVEN = 19 * HOUR  # from noon in Makassar to the next morning


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Callable[..., PostOffice]]:
    offices: list[PostOffice] = []

    def opened(**settings: Any) -> PostOffice:
        offices.append(PostOffice(path=tmp_path / "siaga.db", **settings))
        return offices[-1]

    yield opened
    for one in offices:
        one.db.close()


# Times that come while nothing runs ---------------------------------------------------------------


def _restart(kait: PostOffice) -> None:
    kait.clock.move(HOUR)
    kait.restart()


def _sleep(kait: PostOffice) -> None:
    kait.clock.at += HOUR
    move_plans(kait.db, HOUR, now=kait.clock.now())


@pytest.mark.parametrize("miss", [_restart, _sleep])
def test_a_digest_whose_time_came_while_nothing_ran_goes_out_at_once(
    office: Any, miss: Callable[[PostOffice], None]
) -> None:
    kait = office(settings={"deliver": "daily at 07:00", "empty_digest": True})
    kait.put_numbers(1, 2)
    kait.work()
    kait.clock.move(SEVEN - HOUR / 2)
    miss(kait)
    assert [message.data["total"] for message in kait.work()] == [2]
    assert kait.pass_time(DAY - HOUR, step=HOUR) == []


def test_what_is_held_for_somebody_who_left_the_channel_is_not_due(office: Any) -> None:
    kait = office(settings={"deliver": "daily at 07:00"}, recipient="rina@koran.example")
    kait.put_numbers(1)
    kait.work()
    kait.clock.move(DAY)
    kait.line = replace(kait.line, recipients=("budi@koran.example",))
    kait.restart()
    assert not kait.outbox.has_due(kait.line, kait.clock.now())


@pytest.mark.parametrize("news", [0, 2])
def test_a_later_time_of_digests_brings_no_empty_one_at_the_old_time(
    office: Any, news: int
) -> None:
    kait = office(settings={"deliver": "daily at 07:00", "empty_digest": True})
    kait.put_numbers(*range(news))
    kait.work()
    kait.clock.move(SEVEN - HOUR)
    later = read_schedule("daily at 09:00")
    kait.line = replace(kait.line, settings=replace(kait.line.settings, deliver=later))
    kait.restart()
    (digest,) = kait.pass_time(5 * HOUR, step=HOUR)
    assert (digest.data["total"], digest.at) == (news, kait.at + SEVEN + 2 * HOUR)
