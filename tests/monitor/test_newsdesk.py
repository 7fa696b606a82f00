"""What the newsdesk makes of what comes in: matches, alerts and deliveries, in one transaction."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.intake import Origin
from monitor.enrolment import GONE_KEPT_FOR
from monitor.newsdesk import CHUNK
from tests.clocks import NOON
from tests.monitor.desk import Desk, page, refused_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SURIAH = "[{name: suriah, any: [Suriah], notify: [konsol]}]"
ASTANA = "{name: astana, any: [Astana], notify: [konsol]}"
BOTH = f"[{SURIAH[1:-1]}, {ASTANA}]"
DAY = timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """One that watches Suriah, past the first look at its site."""
    with Desk(tmp_path, SURIAH) as opened:
        opened.visit()
        yield opened


# Baselines ----------------------------------------------------------------------------------------


def test_what_a_site_holds_at_its_first_look_is_stored_and_matched_and_told_to_nobody(
    tmp_path: Path,
) -> None:
    with Desk(tmp_path, SURIAH) as desk:
        read = desk.visit(page("/1", "Suriah hari ini"))
        assert desk.decisions() == {("/1", "suriah"): "site-baseline"}
        assert (read.matches, read.alerts, desk.alerts()) == (1, 0, [])


def test_what_comes_after_the_first_look_is_told(desk: Desk) -> None:
    read = desk.visit(page("/1", "Suriah hari ini"), page("/2", "Harga beras"))
    assert (read.articles, read.matches, read.alerts) == (2, 1, 1)
    assert desk.told() == [("/1", ("suriah",))]
    assert [(one.channel, one.state) for one in desk.deliveries()] == [("konsol", "pending")]


def test_without_baselines_the_first_look_is_told_however_old(tmp_path: Path) -> None:
    with Desk(tmp_path, SURIAH, heed_baseline=False) as desk:
        desk.visit(page("/1", "Suriah dahulu", published_at=NOON - 400 * DAY))
        assert desk.told() == [("/1", ("suriah",))]


def test_a_new_watchlist_matches_what_is_there_and_tells_only_of_what_comes(desk: Desk) -> None:
    desk.visit(page("/1", "Perundingan Astana"))
    desk.apply(BOTH)
    assert desk.catch_up().alerts == 0
    desk.visit(page("/2", "Astana lagi"))
    assert desk.decisions() == {
        ("/1", "astana"): "watchlist-baseline",
        ("/2", "astana"): "alert",
    }


def test_without_baselines_a_new_watchlist_tells_of_what_is_there(tmp_path: Path) -> None:
    with Desk(tmp_path, SURIAH, heed_baseline=False) as desk:
        desk.visit(page("/1", "Perundingan Astana"))
        desk.apply(BOTH)
        desk.catch_up()
        assert desk.told() == [("/1", ("astana",))]


def test_what_comes_while_a_new_watchlist_still_reads_the_past_is_told_too(desk: Desk) -> None:
    for number in range(2 * CHUNK + 3):
        desk.store(f"/lama/{number}", f"Astana, berita ke-{number}")
    desk.apply(BOTH)
    desk.visit(page("/baru", "Astana hari ini"))
    desk.catch_up()
    assert desk.told() == [("/baru", ("astana",))]
    assert len(desk.matches()) == 2 * CHUNK + 4


def test_the_old_articles_of_a_new_watchlist_are_read_in_short_transactions(desk: Desk) -> None:
    for number in range(CHUNK + 1):
        desk.store(f"/lama/{number}", f"Astana, berita ke-{number}")
    desk.catch_up()
    desk.apply(BOTH)
    first = desk.newsdesk.catch_up()
    assert (first.articles, first.more) == (CHUNK, True)
    assert desk.catch_up().articles == 1
    assert not desk.newsdesk.catch_up().more


def test_a_restart_begins_nothing_anew(desk: Desk) -> None:
    desk.visit(page("/1", "Suriah hari ini"))
    desk.start()
    assert desk.catch_up().articles == 0
    desk.visit(page("/2", "Suriah besok"))
    assert desk.told() == [("/1", ("suriah",)), ("/2", ("suriah",))]


# Edits, and names that go and return --------------------------------------------------------------


def test_an_edit_is_not_a_new_watchlist(desk: Desk) -> None:
    desk.apply("[{name: suriah, any: [Suriah, Damaskus], notify: [konsol]}]")
    desk.visit(page("/1", "Damaskus hari ini"))
    assert [(one.decision, one.version) for one in desk.matches()] == [("alert", 2)]


def test_an_edit_of_who_is_told_is_no_new_version(desk: Desk) -> None:
    desk.apply("[{name: suriah, any: [Suriah], notify: [kait]}]")
    desk.visit(page("/1", "Suriah hari ini"))
    assert [one.version for one in desk.matches()] == [1]
    assert [one.channel for one in desk.deliveries()] == ["kait"]


def test_each_match_names_the_version_that_found_it(desk: Desk) -> None:
    desk.visit(page("/1", "Suriah hari ini"))
    desk.apply("[{name: suriah, any: [Syria], notify: [konsol]}]")
    desk.visit(page("/2", "Syria hari ini"))
    assert [(one.path, one.version) for one in desk.matches()] == [("/1", 1), ("/2", 2)]


def test_a_name_that_returns_within_thirty_days_is_told_what_came_meanwhile(desk: Desk) -> None:
    desk.visit(page("/1", "Suriah kemarin"))
    desk.apply("[]")
    desk.visit(page("/2", "Suriah hari ini"))
    assert desk.told() == [("/1", ("suriah",))]
    desk.clock.move(GONE_KEPT_FOR - timedelta(hours=1))
    desk.visit(page("/3", "Suriah sebulan kemudian"))
    desk.apply(SURIAH)
    desk.catch_up()
    assert desk.told() == [("/1", ("suriah",)), ("/2", ("suriah",)), ("/3", ("suriah",))]


def test_what_came_meanwhile_is_still_held_back_when_it_is_old(desk: Desk) -> None:
    desk.apply("[]")
    desk.visit(page("/1", "Suriah hari ini", published_at=NOON))
    desk.clock.move(10 * DAY)
    desk.apply(SURIAH)
    desk.catch_up()
    assert desk.decisions() == {("/1", "suriah"): "too-old"}


@pytest.mark.parametrize("noticed", [True, False])
def test_a_name_that_returns_after_thirty_days_is_new(desk: Desk, noticed: bool) -> None:
    """Whether or not anything else was edited on the way."""
    desk.apply("[]")
    desk.visit(page("/1", "Suriah hari ini"))
    desk.clock.move(GONE_KEPT_FOR + timedelta(minutes=1))
    if noticed:
        desk.apply(f"[{ASTANA}]")
    desk.apply(SURIAH)
    desk.catch_up()
    assert desk.decisions() == {("/1", "suriah"): "watchlist-baseline"}
    desk.visit(page("/2", "Suriah sekarang"))
    assert desk.told() == [("/2", ("suriah",))]


def test_a_name_that_is_new_again_takes_no_version_of_its_past(desk: Desk) -> None:
    desk.visit(page("/1", "Suriah hari ini"))
    desk.apply("[]")
    desk.clock.move(GONE_KEPT_FOR + DAY)
    desk.apply(f"[{ASTANA}]")
    desk.apply("[{name: suriah, any: [Damaskus], notify: [konsol]}]")
    desk.visit(page("/2", "Damaskus hari ini"))
    desk.catch_up()
    asked = desk.db.conn.execute(
        "SELECT definition FROM watchlist_versions WHERE name = 'suriah' AND version = ?",
        (desk.matches()[-1].version,),
    ).fetchone()
    assert "damaskus" in asked[0].lower()


def test_a_story_is_not_told_again_to_a_watchlist_that_is_new_again(desk: Desk) -> None:
    desk.visit(page("/1", "Suriah hari ini"))
    desk.apply("[]")
    desk.clock.move(GONE_KEPT_FOR + DAY)
    desk.apply(SURIAH)
    desk.catch_up()
    assert desk.told() == [("/1", ("suriah",))]
    assert desk.decisions() == {("/1", "suriah"): "alert"}


# What is held back --------------------------------------------------------------------------------


def test_an_article_older_than_max_age_is_stored_and_the_reason_kept(tmp_path: Path) -> None:
    with Desk(tmp_path, SURIAH, crawl="{max_age: 2d}") as desk:
        desk.visit()
        desk.visit(
            page("/1", "Suriah kemarin dulu", published_at=NOON - 3 * DAY),
            page("/2", "Suriah kemarin", published_at=NOON - DAY),
        )
        assert desk.decisions() == {("/1", "suriah"): "too-old", ("/2", "suriah"): "alert"}


def test_an_imported_article_is_told_only_when_that_was_asked_for(desk: Desk) -> None:
    desk.store("/1", "Suriah dahulu", origin=Origin.IMPORT)
    desk.store("/2", "Suriah kini", origin=Origin.IMPORT_ALERT)
    desk.catch_up()
    assert desk.decisions() == {("/1", "suriah"): "imported", ("/2", "suriah"): "alert"}


def test_a_watchlist_that_notifies_nobody_has_its_matches_all_the_same(tmp_path: Path) -> None:
    with Desk(tmp_path, "[{name: suriah, any: [Suriah], notify: []}]") as desk:
        desk.visit()
        desk.visit(page("/1", "Suriah hari ini"))
        assert desk.decisions() == {("/1", "suriah"): "nobody"}
        assert desk.alerts() == []


def test_a_report_that_comes_twice_changes_nothing(desk: Desk) -> None:
    report = desk.report(page("/1", "Suriah hari ini"))
    desk.newsdesk.take_report(report)
    before = desk.counts()
    desk.newsdesk.take_report(report)
    assert desk.counts() == before


# Thin articles ------------------------------------------------------------------------------------


def test_a_page_that_refuses_us_is_told_by_what_its_feed_says(desk: Desk) -> None:
    desk.visit(refused_page("/1", "Suriah hari ini", "Ringkasan dari umpan."))
    assert desk.told() == [("/1", ("suriah",))]


def test_a_thin_article_that_is_completed_tells_only_watchlists_that_it_newly_meets(
    tmp_path: Path,
) -> None:
    with Desk(tmp_path, BOTH) as desk:
        desk.visit()
        desk.visit(refused_page("/1", "Suriah hari ini", "Ringkasan dari umpan."))
        desk.visit(page("/1", "Suriah hari ini", "Mereka bertemu di Astana.", at=NOON + DAY))
        assert desk.told() == [("/1", ("suriah",)), ("/1", ("astana",))]
        assert desk.decisions() == {("/1", "suriah"): "alert", ("/1", "astana"): "alert"}


def test_a_completed_article_has_the_spans_of_its_whole_text(desk: Desk) -> None:
    desk.visit(refused_page("/1", "Suriah hari ini", "Ringkasan dari umpan."))
    desk.visit(page("/1", "Suriah hari ini", "Kabar dari Suriah.", at=NOON + DAY))
    (match,) = desk.matches()
    assert match.spans == (("body", 11, 17, "Suriah"), ("title", 0, 6, "Suriah"))


# One alert ----------------------------------------------------------------------------------------


def test_a_match_keeps_the_words_and_their_places(desk: Desk) -> None:
    desk.visit(page("/1", "Kabar Suriahnya", "Tidak ada."))
    assert desk.matches()[0].spans == (("title", 6, 15, "Suriahnya"),)


def test_one_alert_names_every_watchlist_and_each_channel_hears_of_its_own(
    tmp_path: Path,
) -> None:
    watchlists = """
      - {name: suriah, any: [Suriah], notify: [konsol, surat]}
      - {name: astana, any: [Astana], notify: [kait, surat]}
      - {name: diam, any: [Suriah], notify: []}
      - {name: lain, any: [Idlib], notify: [konsol]}"""
    with Desk(tmp_path, watchlists) as desk:
        desk.visit()
        desk.visit(page("/1", "Suriah dirundingkan di Astana"))
        assert desk.told() == [("/1", ("suriah", "astana"))]
        assert {(one.channel, one.recipient): one.watchlists for one in desk.deliveries()} == {
            ("konsol", ""): ("suriah",),
            ("kait", ""): ("astana",),
            ("surat", "ani@redaksi.example"): ("suriah", "astana"),
            ("surat", "budi@redaksi.example"): ("suriah", "astana"),
        }


def test_a_watchlist_that_names_no_channels_tells_all_of_them(tmp_path: Path) -> None:
    with Desk(tmp_path, "[{name: suriah, any: [Suriah]}]") as desk:
        desk.visit()
        desk.visit(page("/1", "Suriah hari ini"))
        assert {one.channel for one in desk.deliveries()} == {"konsol", "kait", "surat"}


# One transaction ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "instant",
    [
        "INSERT ON main.articles",
        "INSERT ON main.article_log",
        "INSERT ON main.matches",
        "INSERT ON main.alerts",
        "INSERT ON main.deliveries",
        "UPDATE ON main.progress",
        "UPDATE ON main.sources",
        "UPDATE ON main.sites",
    ],
)
def test_articles_matches_alerts_deliveries_and_cursor_are_kept_together_or_not_at_all(
    desk: Desk, instant: str
) -> None:
    before = desk.counts()
    report = desk.report(page("/1", "Suriah hari ini"), page("/2", "Suriah besok"))
    with desk.dying_at(instant), pytest.raises(sqlite3.IntegrityError, match="mati"):
        desk.newsdesk.take_report(report)
    assert desk.counts() == before
    desk.newsdesk.take_report(report)
    assert desk.told() == [("/1", ("suriah",)), ("/2", ("suriah",))]


@pytest.mark.parametrize("instant", ["INSERT ON main.deliveries", "UPDATE ON main.progress"])
def test_catching_up_that_dies_is_done_again_from_where_it_began(desk: Desk, instant: str) -> None:
    desk.store("/1", "Suriah hari ini")
    before = desk.counts()
    with desk.dying_at(instant), pytest.raises(sqlite3.IntegrityError, match="mati"):
        desk.newsdesk.catch_up()
    assert desk.counts() == before
    desk.catch_up()
    assert desk.told() == [("/1", ("suriah",))]


def test_a_config_that_cannot_be_placed_leaves_the_old_one_in_use(desk: Desk) -> None:
    with desk.dying_at("INSERT ON main.watchlist_versions"), pytest.raises(sqlite3.IntegrityError):
        desk.apply(BOTH)
    desk.visit(page("/1", "Suriah dirundingkan di Astana"))
    assert desk.told() == [("/1", ("suriah",))]
