"""What counts as told, lost, repeated and late when news monitors are compared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bench.monitors.receiver import Message
from bench.monitors.tally import Told, delays, delays_after_looks, percentile, told
from bench.press.published import LoggedRequest, Published

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BRIDGE = Published(
    site="koran",
    url="http://127.0.1.1:8000/read/1/jembatan",
    title="Jembatan Baru Dibuka",
    story="1",
    published_at=NOON,
)


def message(
    text: str, *, seconds: float = 1.0, taken: bool = True, name: str | None = None
) -> Message:
    return Message(at=NOON + timedelta(seconds=seconds), text=text, taken=taken, id=name)


def look(site: str, seconds: float) -> LoggedRequest:
    at = NOON + timedelta(seconds=seconds)
    return LoggedRequest(site=site, path="/feed.xml", status=200, size=1, agent="satu", at=at)


@pytest.mark.parametrize("text", ["baru: Jembatan Baru Dibuka!", f"lihat {BRIDGE.url}"])
def test_a_message_with_the_title_or_the_address_tells_an_article(text: str) -> None:
    assert told([BRIDGE], [message(text)]) == Told(published=1, lost=0, repeated=0, renamed=0)


def test_what_a_receiver_refused_is_not_told() -> None:
    assert told([BRIDGE], [message(BRIDGE.title, taken=False)]).lost == 1


def test_a_repeat_under_the_same_id_is_no_renaming() -> None:
    twice = [message(BRIDGE.title, name="a"), message(BRIDGE.title, name="a", seconds=2)]
    assert told([BRIDGE], twice) == Told(published=1, lost=0, repeated=1, renamed=0)


def test_repeats_without_ids_cannot_be_told_apart_from_news() -> None:
    twice = [message(BRIDGE.title), message(BRIDGE.title, seconds=2)]
    assert told([BRIDGE], twice) == Told(published=1, lost=0, repeated=1, renamed=1)


def test_the_first_message_counts_and_the_first_look_that_could_show_the_article() -> None:
    messages = [message(BRIDGE.title, seconds=7), message(BRIDGE.title, seconds=9)]
    looks = [look("koran", -1), look("harian", 1), look("koran", 4), look("koran", 5)]
    assert delays([BRIDGE], messages) == [7.0]
    assert delays_after_looks([BRIDGE], messages, looks) == [3.0]


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3.0, 1.0, 2.0, 4.0], 0.5) == 2.0
    assert percentile([3.0, 1.0, 2.0, 4.0], 0.95) == 4.0
    assert percentile([], 0.5) is None
