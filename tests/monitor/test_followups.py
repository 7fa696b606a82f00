"""What those who were told of an article hear when it is changed, goes or comes back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.intake import Origin
from tests.clocks import NOON
from tests.e2e.program import Program
from tests.monitor.desk import HOST, Desk, page, relooked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGSOR = "{name: longsor, any: [longsor], notify: [kait]}"
GEMPA = "{name: gempa, any: [gempa], notify: [kait]}"
MUTED = LONGSOR.replace("}", ", mute_until: 2019-01-03}")  # the day after NOON
TITLE = "Longsor tutup jalan"
BODY = (
    "Longsor menutup jalan ke utara pada malam hari, dan tiga orang tewas di lokasi.\n\n"
    "Petugas membersihkan jalan sejak pagi, sementara warga menunggu di kedua sisi."
)
WORSE = BODY.replace("tiga orang", "lima orang")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """One that told the watchlist longsor of an article."""
    with Desk(tmp_path, f"[{LONGSOR}, {GEMPA}]") as opened:
        opened.visit()
        opened.visit(page("/1", TITLE, BODY))
        assert opened.told() == [("/1", ("longsor",))]
        yield opened


def test_a_changed_number_and_headline_are_told_in_one_alert(desk: Desk) -> None:
    assert desk.look_again("/1", "Longsor di utara", WORSE).alerts == 1
    assert desk.changes() == [[("headline", TITLE, "Longsor di utara"), ("victims", "3", "5")]]
    assert desk.change_decisions() == [("longsor", "alert")]


def test_the_same_report_again_tells_nothing(desk: Desk) -> None:
    again = relooked("/1", TITLE, WORSE, at=desk.clock.now())
    assert desk.visit(again).alerts == 1
    before = desk.counts()
    assert desk.visit(again).alerts == 0
    assert desk.counts() == {**before, "fetches": before["fetches"] + 1}  # the look at the feed


def test_two_revisions_are_two_messages_with_ids_of_their_own(desk: Desk) -> None:
    desk.look_again("/1", TITLE, WORSE)
    desk.look_again("/1", TITLE, WORSE.replace("lima", "tujuh"))
    assert [lines[0][1:] for lines in desk.changes()] == [("3", "5"), ("5", "7")]
    assert len({one.message_id for one in desk.deliveries()}) == 3


def test_a_word_that_leaves_is_told_to_its_watchlist_alone(desk: Desk) -> None:
    both = BODY + "\n\nSebuah gempa terasa di kota sehari sebelumnya, kata warga di sana."
    desk.look_again("/1", TITLE, both)
    assert desk.told()[1:] == [("/1", ("gempa",))]
    desk.look_again("/1", TITLE, both.replace("gempa", "guncangan"))
    assert desk.told()[2:] == [("/1", ("gempa",))]
    assert desk.changes() == [
        [("words-entered", None, "gempa")],
        [("words-left", "gempa", None)],
    ]
    assert desk.decisions()["/1", "gempa"] == "alert"


def test_a_word_that_enters_what_was_there_before_its_site_is_told(tmp_path: Path) -> None:
    with Desk(tmp_path, f"[{LONGSOR}, {GEMPA}]") as desk:
        desk.visit(page("/1", TITLE, BODY, published_at=NOON - timedelta(days=20)))
        assert desk.decisions() == {("/1", "longsor"): "site-baseline"}
        desk.look_again("/1", TITLE, BODY + "\n\nGempa terasa di kota sehari sebelumnya.")
        assert desk.told() == [("/1", ("gempa",))]
        assert desk.change_decisions() == [("longsor", "never-told")]


def test_an_edit_of_other_words_is_kept_and_told_to_nobody(desk: Desk) -> None:
    assert desk.look_again("/1", TITLE, BODY.replace("sejak pagi", "sejak subuh")).alerts == 0
    assert desk.change_decisions() == [("longsor", "unremarkable")]


@pytest.mark.parametrize(
    ("before", "after", "decision"),
    [
        (GEMPA, f"{GEMPA}, {LONGSOR}", "watchlist-baseline"),  # there before the watchlist
        (LONGSOR.replace("longsor]", "gempa]"), LONGSOR, "watchlist-baseline"),  # before its terms
        (MUTED, MUTED, "muted"),
        (LONGSOR.replace("[kait]", "[]"), LONGSOR, "nobody"),
        (LONGSOR.replace("}", ", min_independent: 2}"), LONGSOR, "too-few"),
    ],
)
def test_an_edit_makes_no_news_of_what_was_held_back(
    tmp_path: Path, before: str, after: str, decision: str
) -> None:
    with Desk(tmp_path, f"[{before}]") as desk:
        desk.visit()
        desk.visit(page("/1", TITLE, BODY))
        desk.apply(f"[{after}]")
        desk.catch_up()
        desk.look_again("/1", TITLE, "Kemarin: " + BODY.replace("sejak pagi", "sejak subuh"))
        assert (desk.told(), desk.decisions()) == ([], {("/1", "longsor"): decision})
        (match,) = desk.matches()
        assert ("body", 9, 16, "Longsor") in match.spans


@pytest.mark.parametrize(
    ("watchlist", "decision"),
    [
        ("{name: longsor, any: [longsor], notify: [kait], revisions: false}", "unwanted"),
        ("{name: longsor, any: [longsor], notify: []}", "nobody"),
        ("{name: longsor, any: [longsor], mute_until: 2020-01-01}", "muted"),
    ],
)
def test_a_change_that_is_told_to_nobody_has_its_reason(
    desk: Desk, watchlist: str, decision: str
) -> None:
    desk.apply(f"[{watchlist}]")
    desk.look_again("/1", TITLE, WORSE)
    assert (desk.changes(), desk.change_decisions()) == ([], [("longsor", decision)])


def test_an_article_that_went_is_told_once_and_once_when_it_is_back(desk: Desk) -> None:
    for _ in range(3):
        desk.look_again("/1", status=404)
    assert desk.changes() == [[("gone", "not-found", None)]]
    desk.look_again("/1", TITLE, BODY)
    desk.look_again("/1", TITLE, BODY)
    assert desk.changes()[1:] == [[("back", None, None)]]


def test_what_was_changed_before_a_watchlist_came_is_no_news_to_it(tmp_path: Path) -> None:
    with Desk(tmp_path, f"[{GEMPA}]", heed_baseline=False) as desk:
        desk.visit(page("/1", TITLE, BODY))
        desk.look_again("/1", "Longsor di utara", WORSE)
        desk.apply(f"[{LONGSOR}]")
        desk.catch_up()
        assert (desk.told(), desk.changes()) == ([("/1", ("longsor",))], [])
        assert desk.change_decisions() == [("longsor", "never-told")]


def test_the_message_says_what_changed_and_the_webhook_has_it_in_lines(desk: Desk) -> None:
    desk.look_again("/1", "Longsor di utara", WORSE)
    (row,) = desk.db.execute("SELECT data FROM alerts ORDER BY id DESC LIMIT 1").fetchall()
    alert = json.loads(row[0])
    assert alert["change"]["mark"] == "revision 2"
    assert alert["article"]["revision"] == 2
    assert "lima orang" in alert["snippet"]


def test_articles_that_were_imported_are_never_looked_at_again(desk: Desk) -> None:
    desk.store("/2", "Longsor lama", origin=Origin.IMPORT_ALERT)
    desk.catch_up()
    rows = desk.db.execute("SELECT article_id, wanted FROM relooks").fetchall()
    assert list(rows) == [(1, 1)]


# The command --------------------------------------------------------------------------------------


def test_the_command_shows_what_went_and_came_and_that_it_is_gone(desk: Desk) -> None:
    desk.look_again("/1", TITLE, WORSE)
    desk.look_again("/1", status=410)
    done = Program(directory=desk.directory).run("revisions", f"{HOST}/1?utm_source=wa")
    assert (done.status, done.err) == (0, "")
    assert "revision 2: text, killed 3 -> 5" in done.out
    assert "[-tiga-]{+lima+} orang" in done.out
    assert "gone: the site had removed the page (410)" in done.out


def test_the_command_speaks_json(desk: Desk) -> None:
    desk.look_again("/1", TITLE, WORSE)
    done = Program(directory=desk.directory).run("revisions", f"{HOST}/1", "--json")
    first, second = map(json.loads, done.out.splitlines())
    assert (first["event"], first["revision"], first["title"]) == ("first", 1, TITLE)
    assert second["victims"] == [{"toll": "dead", "before": [3], "after": [5]}]
    diff = second["diff"]["body"]
    assert "".join(text for op, text in diff if op != "inserted") == BODY
    assert "".join(text for op, text in diff if op != "deleted") == WORSE


@pytest.mark.parametrize("address", [f"{HOST}/tidak-ada", "bukan alamat"])
def test_the_command_says_when_it_knows_no_such_article(desk: Desk, address: str) -> None:
    done = Program(directory=desk.directory).run("revisions", address)
    assert (done.status, done.out) == (2, "")
    assert address in done.err
