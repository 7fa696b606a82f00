"""The journeys of articles on a real database, each stopped at another stage."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.outbox.outbox import CUT_SHORT
from alerts.policy.judgements import withhold
from alerts.policy.judging import Judgement, Ruling, Why
from core.database import immediate
from crawler.intake import Origin
from crawler.retention.pruning import ArticlePruning
from monitor.config import read_config
from monitor.decisions import OF_CHANGES, Decision
from monitor.why.journey import Journey, Stage, Verdict
from monitor.why.people import GATES
from monitor.why.stages import journey
from monitor.why.tracing import Tracer
from tests.clocks import NOON
from tests.monitor.desk import FEED, HOST, Desk, page, refused_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LISTS = """
  - {name: suriah, any: [Suriah], notify: [konsol]}
  - {name: astana, any: [Astana], notify: []}
"""
LONG = "Perundingan dibuka pagi ini di gedung tua dekat pasar, dan para utusan duduk semeja. "


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, LISTS) as opened:
        opened.visit(page("/lama", "Berita lama tentang Suriah"))  # the first look: a baseline
        yield opened


def walked(desk: Desk, path: str, watchlist: str = "suriah") -> Journey:
    config = read_config(desk.directory / "config.yaml", environment={})
    (wanted,) = [one for one in config.watchlists if one.name == watchlist]
    return journey(Tracer(desk.db.conn, config).facts(HOST + path, wanted))


def stopped(desk: Desk, path: str, watchlist: str = "suriah") -> tuple[str, str]:
    """The name of the stage that stopped it, and all that it says."""
    found = walked(desk, path, watchlist).stopped_by
    return (found.name, " | ".join(found.lines)) if found else ("", "")


def stage(one: Journey, name: str) -> Stage:
    return next(stage for stage in one.stages if stage.name == name)


def test_an_article_that_was_told_passes_every_stage(desk: Desk) -> None:
    desk.visit(page("/suriah", "Utusan Suriah tiba"))
    one = walked(desk, "/suriah")
    assert one.stopped_by is None
    assert stage(one, "announced").lines[0].startswith(f"by {FEED}, first 2019-01-02")
    assert stage(one, "fetched").lines == ("read, after 1 try",)
    assert stage(one, "matched").lines == ("2019-01-02 11:01, by suriah, Suriah",)
    assert stage(one, "alert").verdict is Verdict.PASSED
    assert stage(one, "delivery").verdict is Verdict.UNKNOWN
    assert stage(one, "delivery").lines[0].startswith("konsol: pending")
    assert one.to_data()["stopped_by"] is None


def test_every_try_of_a_delivery_is_told(desk: Desk) -> None:
    desk.visit(page("/suriah", "Utusan Suriah tiba"))
    desk.db.conn.execute("UPDATE deliveries SET state = 'dead', due_at = NULL, attempts = 2")
    for number, (outcome, detail) in enumerate(((CUT_SHORT, None), ("permanent", "HTTP 400")), 1):
        desk.db.conn.execute(
            "INSERT INTO attempts VALUES (1, ?, '2019-01-02T04:01:00.000000+00:00', "
            "'2019-01-02T04:01:01.000000+00:00', ?, ?)",
            (number, outcome, detail),
        )
    name, said = stopped(desk, "/suriah")
    assert name == "delivery"
    assert "konsol: dead" in said
    assert "try 1" in said
    assert said.endswith("permanent (HTTP 400)")


def test_a_delivery_whose_channel_is_gone_says_what_it_waits_for(desk: Desk) -> None:
    desk.visit(page("/suriah", "Utusan Suriah tiba"))
    desk.db.conn.execute("UPDATE deliveries SET channel = 'lama'")
    lines = stage(walked(desk, "/suriah"), "delivery").lines
    assert lines[-1] == "config.yaml has no channel 'lama' any more"


@pytest.mark.parametrize(("why", "name"), [(Why.SILENCED, "silenced"), (Why.DROPPED, "delivery")])
def test_what_nobody_was_told_names_the_wish(desk: Desk, why: Why, name: str) -> None:
    desk.visit(page("/suriah", "Utusan Suriah tiba"))
    judgement = Judgement(ruling=Ruling.WITHHOLD, why=why)
    withhold(desk.db.conn, [1], judgement, at=NOON)
    found, said = stopped(desk, "/suriah")
    assert found == name
    assert said.startswith(f"konsol: {why} | konsol: withheld (delivery 1)")


def test_an_address_that_nobody_announced_says_what_is_known_round_it(desk: Desk) -> None:
    name, said = stopped(desk, "/lam")
    assert name == "announced"
    assert "its site is koran" in said
    assert FEED in said
    assert f"near: {HOST}/lama" in said


def test_an_address_of_a_site_that_is_not_watched_says_so(desk: Desk) -> None:
    config = read_config(desk.directory / "config.yaml", environment={})
    facts = Tracer(desk.db.conn, config).facts("https://lain.test/a", config.watchlists[0])
    (first, *_) = journey(facts).stages
    assert first.verdict is Verdict.STOPPED
    assert "not under `sites:`" in first.lines[1]


def test_a_page_that_is_still_to_be_read_waits_and_was_announced(desk: Desk) -> None:
    desk.announce("/menunggu")
    one = walked(desk, "/menunggu")
    assert one.stopped_by is None
    assert stage(one, "announced").verdict is Verdict.PASSED
    assert stage(one, "fetched").verdict is Verdict.UNKNOWN
    assert "is to be read at the next look" in stage(one, "fetched").lines[0]


def test_robots_txt_that_forbids_an_address_is_told(desk: Desk) -> None:
    desk.db.conn.execute(
        "INSERT INTO robots VALUES (?, 'koran', 'User-agent: *\nDisallow: /rahasia', ?)",
        (HOST, "2019-01-03T00:00:00.000000+00:00"),
    )
    assert "robots.txt asks us not to" in stopped(desk, "/rahasia/1")[1]
    assert "robots.txt" not in stopped(desk, "/umum/1")[1]


def test_a_refused_page_whose_feed_stands_in_goes_on(desk: Desk) -> None:
    desk.visit(refused_page("/tutup", "Suriah", "Ringkasan tentang Suriah"))
    one = walked(desk, "/tutup")
    assert one.stopped_by is None
    assert "refused (HTTP 403)" in stage(one, "fetched").lines[0]
    assert "stands in for its page" in stage(one, "fetched").lines[-1]


def test_a_page_that_gave_no_article_stops_at_its_fetch(desk: Desk) -> None:
    desk.visit(refused_page("/kosong", "", ""))
    desk.db.conn.execute("UPDATE pages SET outcome = 'timeout', article_id = NULL WHERE tries = 1")
    desk.db.conn.execute("DELETE FROM article_log")
    desk.db.conn.execute("DELETE FROM matches")
    desk.db.conn.execute("DELETE FROM kinships")
    desk.db.conn.execute("DELETE FROM aliases")
    desk.db.conn.execute("DELETE FROM articles")
    name, said = stopped(desk, "/kosong")
    assert name == "fetched"
    assert "timeout" in said
    assert "the next 2019-01-02" in said


def test_what_was_there_at_the_first_look_stops_at_the_baseline(desk: Desk) -> None:
    name, said = stopped(desk, "/lama")
    assert name == "site baseline"
    assert FEED in said


def test_a_query_that_does_not_hold_names_the_clause_and_its_nearest_miss(desk: Desk) -> None:
    desk.visit(page("/beras", "Harga beras turun", "Pedagang suria tersenyum."))
    one = walked(desk, "/beras")
    matched = stage(one, "matched")
    assert one.stopped_by is matched
    assert "differs by one letter" in matched.lines[0]
    assert matched.clause is not None
    assert matched.clause.to_data()["parts"][0]["spans"][0]["text"] == "suria"


@pytest.mark.parametrize(
    ("watchlist", "gate", "said"),
    [
        ("{name: suriah, any: [Suriah], notify: []}", "channels", "notify: []"),
        ("{name: suriah, any: [Suriah], mute_until: 2030-01-01}", "muted", "2030-01-01"),
        ("{name: suriah, any: [Suriah], min_independent: 3}", "independent", "3 are asked for"),
    ],
)
def test_what_the_watchlist_says_can_stop_it(
    desk: Desk, watchlist: str, gate: str, said: str
) -> None:
    desk.apply(f"\n  - {watchlist}")
    desk.visit(page("/suriah", "Utusan Suriah tiba"))
    name, lines = stopped(desk, "/suriah")
    assert name == gate
    assert said in lines


def test_an_old_article_an_imported_one_and_one_from_before_the_watchlist_stop(desk: Desk) -> None:
    desk.visit(page("/tua", "Suriah dulu", published_at=NOON - timedelta(days=90)))
    desk.store("/impor", "Suriah impor", origin=Origin.IMPORT)
    desk.catch_up()
    desk.apply(LISTS + "  - {name: utusan, any: [Suriah], notify: [konsol]}\n")
    desk.catch_up()
    assert stopped(desk, "/tua")[0] == "age"
    assert stopped(desk, "/impor")[0] == "imported"
    desk.visit(page("/baru", "Suriah baru", LONG))
    assert stopped(desk, "/baru", "utusan")[0] == ""
    assert stopped(desk, "/lama", "utusan")[0] == "site baseline"


def test_a_copy_of_what_was_told_names_the_alert_that_told_it(desk: Desk) -> None:
    text = "".join(f"{LONG}Suriah menjadi pokok {number} dari rapat itu. " for number in range(9))
    desk.visit(page("/satu", "Rapat Suriah dibuka", text))
    desk.visit(page("/dua", "Rapat Suriah dibuka", text + "Tambahan akhir."))
    name, said = stopped(desk, "/dua")
    assert name == "repeated"
    assert f"alert 1, 2019-01-02 11:01: {HOST}/satu" in said
    assert "copy of 2 pieces" in stage(walked(desk, "/dua"), "story").lines[0]


def test_a_watchlist_that_was_edited_since_says_what_it_looked_for_then(desk: Desk) -> None:
    desk.visit(page("/suriah", "Utusan Suriah tiba"), page("/bus", "Bus sekolah"))
    desk.apply("\n  - {name: suriah, any: [bus], notify: [konsol]}")
    one = walked(desk, "/suriah")
    assert one.stopped_by is None
    assert "as written now it would not match" in stage(one, "matched").lines[1]
    name, said = stopped(desk, "/bus")
    assert name == "matched"
    assert "did not when it was read" in said
    assert "suriah" in said


def test_what_is_not_read_yet_is_not_stopped(desk: Desk) -> None:
    desk.store("/suriah", "Utusan Suriah tiba")
    one = walked(desk, "/suriah")
    assert one.stopped_by is None
    assert "has not read so far" in stage(one, "matched").lines[0]
    path = desk.directory / "config.yaml"
    path.write_text(path.read_text().replace("name: astana", "name: utusan"))
    assert "would match" not in str(stage(walked(desk, "/lama", "utusan"), "matched").lines)


def test_articles_of_another_site_or_language_do_not_concern_it(desk: Desk) -> None:
    desk.visit(page("/suriah", "Utusan Suriah tiba"))
    desk.apply("\n  - {name: suriah, any: [Suriah], languages: [en]}")
    desk.db.conn.execute("UPDATE articles SET language = 'id'")
    assert stopped(desk, "/suriah")[0] == "concerns"


def test_every_decision_but_an_alert_has_its_gate() -> None:
    assert {gate.decision for gate in GATES} == set(Decision) - OF_CHANGES - {Decision.ALERT}


def test_a_decision_that_only_a_newer_siaga_knows_is_told_as_it_is(desk: Desk) -> None:
    desk.visit(page("/suriah", "Utusan Suriah tiba"))
    desk.db.conn.execute("UPDATE matches SET decision = 'held-by-moonlight'")
    assert stopped(desk, "/suriah") == ("decided", "held-by-moonlight")


def test_of_a_pruned_article_it_is_told_when_it_went(desk: Desk) -> None:
    desk.visit(page("/kota", "Kabar kota"))
    number = desk.db.execute("SELECT id FROM articles WHERE title = 'Kabar kota'").fetchone()[0]
    with immediate(desk.db) as connection:
        ArticlePruning(connection).bury(number, at=NOON + timedelta(days=800))
    name, lines = stopped(desk, "/kota")
    assert name == "pruned"
    assert "it was pruned 2021-03-12" in lines
    assert walked(desk, "/kota").to_data()["stopped_by"] == "pruned"


def test_of_a_text_that_was_pruned_nobody_says_that_it_would_not_match(desk: Desk) -> None:
    desk.visit(page("/utusan", "Utusan tiba", body="Utusan Suriah tiba."))
    with immediate(desk.db) as connection:
        ArticlePruning(connection).take_text(2, at=NOON + timedelta(days=400))
    matched = stage(walked(desk, "/utusan"), "matched")
    assert matched.verdict is Verdict.PASSED
    assert matched.lines[1].startswith("its text was pruned 2020-02-06")
    other = stage(walked(desk, "/utusan", "astana"), "matched")
    assert (other.verdict, other.clause) == (Verdict.UNKNOWN, None)
