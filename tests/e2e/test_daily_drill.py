"""The daily drill, from a real crawl to real receivers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.e2e.press import titles_in, watching
from tests.e2e.program import in_time

if TYPE_CHECKING:
    from tests.e2e.press import Press
    from tests.e2e.program import Program


def drilled_now(config: str, within: str) -> str:
    """The config with a drill that is due, in a zone where it is noon: no test runs over midnight."""
    now = datetime.now(UTC)
    zone = f"Etc/GMT{now.hour - 12:+d}"
    config = config.replace("timezone: Asia/Makassar", f"timezone: {zone}", 1)
    return f"{config}canary: {{at: 'daily at 12:{now.minute:02d}', within: {within}}}\n"


def test_the_drill_reaches_every_channel_once_and_stays_out_of_the_archive(
    program: Program, press: Press
) -> None:
    with watching(program, press, drilled_now(press.config(), "10m")) as daemon:
        assert in_time(
            lambda: bool(press.hook.accepted and press.slack.accepted and press.mail.mails)
        )
        assert daemon.says("the drill is on its way")
        assert daemon.stop() == 0
    (title,) = titles_in(press.hook)
    assert title.startswith("LATIHAN: uji harian Siaga")
    with program.daemon() as daemon:
        press.publish("/suriah", "Suriah hari ini")
        assert in_time(lambda: len(press.hook.accepted) == 2)
        assert daemon.stop() == 0
    assert titles_in(press.hook)[1] == "Suriah hari ini"
    assert [one["title"] for one in program.ask("articles")] == [
        "Suriah hari ini",
        "Kabar lama dari kota",
    ]
    assert program.ask("search", "LATIHAN") == []
    assert len(program.ask("stories")) == 2
    assert [one["watchlist"] for one in program.ask("status")[0]["watchlists"]] == [
        "suriah",
        "astana",
    ]


def test_a_channel_that_the_drill_does_not_reach_is_told_of_on_the_others(
    program: Program, press: Press
) -> None:
    config = press.config(slack_path="/status/503", channels=["kait", "slack"], watchlists=[])
    with watching(program, press, drilled_now(config, "4s")) as daemon:
        assert daemon.says("the drill did not arrive on slack")
        assert in_time(lambda: len(press.hook.accepted) == 2)
        assert daemon.stop() == 0
    drill, notice = (one.data for one in press.hook.accepted)
    assert (drill["type"], notice["type"]) == ("alert", "notice")
    assert "tidak sampai lewat slack" in str(notice)
