"""The soak judges rightly: what it sees as grown, early, lost or missed is that, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bench.soak import MARKS, record
from bench.troubled.deliveries import told_ids, too_early
from bench.troubled.edits import APPLIED, edits
from bench.troubled.soaking import Event, events
from bench.troubled.usage import Usage, trend
from bench.troubled.verdict import Findings, lines, missed, table
from core.errors import ConfigError
from monitor.config import read_config
from tests.docs.pages import DOCS
from tests.e2e.faulty_newsroom import FaultyNewsroom
from tests.servers.webhook import Received, WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

STEADY = trend([Usage(memory=100.0, files=20)] * 12)
GOOD = Findings(
    minutes=30.0,
    load=1.0,
    cores=2,
    sites=50,
    troubled=27,
    published=9000,
    edits=20,
    daemon_kills=9,
    worker_kills=9,
    failed_tries=2000,
    digests=2,
    in_digests=50,
    lost=0,
    dead=0,
    under_two_ids=0,
    taken_twice=3,
    too_early=0,
    unasked_restarts=0,
    database=None,
    daemon=STEADY,
    worker=STEADY,
)


def used(memory: Sequence[float], files: Sequence[int]) -> list[Usage]:
    return [Usage(memory=mb, files=count) for mb, count in zip(memory, files, strict=True)]


def received(identity: str, at: float, *, rest: float | None = None) -> Received:
    body = b'{"type": "alert", "article": {"title": "Kabar"}}'
    headers = {"webhook-id": identity}
    return Received(
        path="/flaky", headers=headers, body=body, accepted=rest is None, rest=rest, at=at
    )


def hook_that_got(*received: Received) -> WebhookReceiver:
    return WebhookReceiver(received=list(received))


def test_a_soak_that_met_every_goal_has_missed_none() -> None:
    assert missed(lines(GOOD)) == []


@pytest.mark.parametrize(
    "worse",
    [
        {"lost": 1},
        {"dead": 1},
        {"under_two_ids": 1},
        {"too_early": 1},
        {"unasked_restarts": 1},
        {"database": "row 7 is missing from an index"},
        {"daemon": None},
        {"worker": trend(used([100.0] * 4 + [103.0] * 4 + [105.5] * 4, [20] * 12))},
        {"worker": trend(used([100.0] * 12, [20] * 8 + [23] * 4))},
    ],
    ids=lambda worse: next(iter(worse)),
)
def test_each_goal_that_is_missed_is_named(worse: dict[str, Any]) -> None:
    assert missed(lines(replace(GOOD, **worse)))


def test_peaks_and_connections_that_come_and_go_are_no_growth() -> None:
    found = trend(
        used([100, 180, 100, 100, 100, 100, 100, 190, 100], [9, 20, 9, 9, 9, 9, 30, 9, 31])
    )
    assert found is not None
    assert (found.growth, found.files_last - found.files_first) == (0.0, 0)


def test_nothing_is_killed_while_use_is_watched_and_every_round_has_news() -> None:
    rounds = [list(events(number, 180)) for number in range(180)]
    assert all(Event.PUBLISH in one for one in rounds)
    assert not any({Event.KILL, Event.MEASURE} <= {*one} for one in rounds)
    assert {event for one in rounds for event in one} == {*Event}


def test_a_message_that_comes_again_before_its_time_is_counted_unless_a_kill_came_between() -> None:
    hook = hook_that_got(
        received("satu", 1.0, rest=4), received("satu", 3.0), received("dua", 4.0, rest=4),
        received("dua", 9.0), received("tiga", 9.5),
    )  # fmt: skip
    assert too_early(hook) == 1
    assert too_early(hook, [2.0]) == 0


def test_a_title_that_was_told_twice_keeps_both_ids() -> None:
    hook = hook_that_got(received("satu", 1.0), received("satu", 2.0), received("dua", 3.0))
    assert told_ids(hook, {}) == {"Kabar": ["satu", "satu", "dua"]}


@pytest.mark.parametrize("number", range(5))
def test_every_edit_gets_the_answer_that_the_soak_waits_for(number: int, tmp_path: Path) -> None:
    with FaultyNewsroom((), (), healthy=5) as room:
        before = room.config("http://127.0.0.1:9/flaky", every="10s")
    made = edits(before, number)
    for edit in made:
        assert (edit.answer == APPLIED) is applies(edit.text, tmp_path / "config.yaml")
    assert made[-1].answer == APPLIED
    assert [edit.text for edit in made] != [before]


def applies(text: str, path: Path) -> bool:
    """Whether a daemon that has sites, watchlists and channels takes this as its config."""
    path.write_text(text, encoding="utf-8")
    try:
        config = read_config(path)
    except ConfigError:
        return False
    return config.sections >= {"sites", "watchlists", "channels"}


def test_the_table_is_put_between_the_marks_of_a_page_and_nowhere_else(tmp_path: Path) -> None:
    page = tmp_path / "operations.md"
    page.write_text(f"Atas\n{MARKS[0]}lama\n{MARKS[1]}Bawah\n", encoding="utf-8")
    record(page, table(lines(GOOD)))
    text = page.read_text(encoding="utf-8")
    assert text == f"Atas\n{MARKS[0]}{table(lines(GOOD))}\n{MARKS[1]}Bawah\n"


def test_the_docs_show_a_soak_as_it_is_printed_today() -> None:
    _, _, rest = (DOCS / "operations.md").read_text(encoding="utf-8").partition(MARKS[0])
    shown, _, _ = rest.partition(MARKS[1])
    printed = [(one.what, one.asked) for one in lines(GOOD)]
    rows = [
        [cell.strip() for cell in row.strip("|").split(" | ")] for row in shown.splitlines()[2:]
    ]
    assert [(row[0], row[2]) for row in rows] == printed
