"""Many sites that fail in all ways at once: no news is lost or told twice, and each fault is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.faulty_newsroom import ODD_FEEDS, PAGE_TROUBLES, QUICK_FEED_TROUBLES, FaultyNewsroom
from tests.e2e.press import titles_in
from tests.e2e.program import in_time
from tests.servers.webhook import WebhookReceiver

if TYPE_CHECKING:
    from tests.e2e.program import Program


def test_whatever_sites_do_all_news_is_told_once_no_site_is_pressed_and_each_fault_is_named(
    program: Program,
) -> None:
    troubles = (*QUICK_FEED_TROUBLES, *PAGE_TROUBLES)
    with FaultyNewsroom(troubles, ODD_FEEDS, healthy=1) as room, WebhookReceiver() as hook:

        def unnamed() -> list[str]:
            return room.unnamed(program.ask("status")[0]["sites"])

        def told() -> list[str]:
            return sorted(title for title in titles_in(hook) if title.startswith("Kabar"))

        program.save(room.config(hook.url("/accept"), every="2s"))
        room.publish()
        with program.daemon() as daemon:
            for member in room.members:
                assert daemon.says(f"{member.name}: 1 new"), member.about
            before = set(room.titles())
            room.fall_ill()
            room.publish()
            assert in_time(lambda: not unnamed(), 90), unnamed()
            room.recover()
            room.publish()
            expected = sorted(set(room.titles()) - before)
            in_time(lambda: told() == expected, 90)
            assert told() == expected
            assert daemon.stop() == 0
    assert {one.about: one.too_fast() for one in room.members if one.too_fast()} == {}
