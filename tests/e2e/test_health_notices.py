"""A site that breaks and recovers under the daemon itself: each is told once, on the channel that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.press import FIRST_LOOK
from tests.e2e.program import in_time

if TYPE_CHECKING:
    from tests.e2e.press import Press
    from tests.e2e.program import Program


def test_a_site_that_breaks_and_recovers_is_told_once_each_and_only_where_it_was_asked(
    program: Program, press: Press
) -> None:
    press.publish("/lama", "Kabar lama dari kota")
    program.save(f"{press.config()}health: [kait]\n")
    with program.daemon(module="tests.e2e.hasty_daemon") as daemon:
        assert daemon.says(FIRST_LOOK), daemon.log
        with press.site.down():
            assert in_time(lambda: len(press.hook.accepted) == 1), daemon.log
            ((site,),) = [one["sites"] for one in program.ask("status")]
            assert (site["health"], site["health_reason"]) == ("broken", "unreachable")
        assert in_time(lambda: len(press.hook.accepted) == 2), daemon.log
        press.publish("/suriah", "Suriah setelah pulih")
        assert in_time(lambda: len(press.slack.accepted) == 1)
        assert daemon.stop() == 0
    broken, recovered = (one.data for one in press.hook.accepted[:2])
    assert (broken["type"], broken["title"]) == ("notice", "koran tidak dapat dibaca")
    assert "situs tidak dapat dihubungi" in broken["text"]
    assert (recovered["type"], recovered["title"]) == ("notice", "koran pulih")
    assert [one.data["type"] for one in press.hook.accepted] == ["notice", "notice", "alert"]
    assert "█" in program.run("status").out
    (zero,) = program.ask("zero", "astana", "--since", "1h")
    assert (zero["matches"], zero["running"]) == (0, False)
    assert zero["sites"][0]["health"] == "working"
    assert [gap["why"] for gap in zero["sites"][0]["gaps"]][-1:] == ["siaga is not running"]
