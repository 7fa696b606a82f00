"""The health desk on a real database: what looks leave behind, and what is told in one transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.outbox.ledger import list_alerts
from core.database import immediate
from crawler.outcomes import Outcome
from monitor.config import read_config
from monitor.health.news import Subject
from monitor.health.records import HealthRecords
from monitor.health.state import Reason, State
from monitor.health.zero import Verdict, Zero, judge_zero, read_zero, said
from monitor.records import MonitorRecords
from monitor.rhythm.learning import Rhythm
from tests.clocks import HandClock
from tests.monitor.desk import FEED, SITE, Desk, page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.health.state import Health

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SURIAH = "[{name: suriah, any: [Suriah], notify: [kait]}]"
KORAN, SOURCE = Subject(site=SITE), Subject(site=SITE, source=FEED)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(directory=tmp_path, watchlists=SURIAH, health="[kait]") as desk:
        desk.visit(page("/lama", "Kabar lama dari kota"))
        yield desk


def health(desk: Desk, subject: Subject = KORAN) -> Health:
    return HealthRecords(desk.db.conn).all()[subject]


def look(desk: Desk, *, known: bool = True, listed: int = 1) -> None:
    """A look that brings nothing new; without `known` the listing does not reach back."""
    (seen,) = desk.report().sources
    seen = replace(seen, listed=listed, listed_known=("f",) if known else ())
    desk.newsdesk.take_report(replace(desk.report(), sources=(seen,)))


def fail(desk: Desk, minutes: int, outcome: Outcome = Outcome.TIMEOUT) -> None:
    for _ in range(0, minutes + 1, 5):
        desk.newsdesk.take_report(desk.failure(outcome))
        desk.newsdesk.tell_health()
        desk.clock.move(5 * MINUTE)


def notices(desk: Desk) -> list[str]:
    rows = desk.db.conn.execute(
        "SELECT json_extract(data, '$.title') FROM alerts WHERE kind = 'notice' ORDER BY id"
    )
    return [row[0] for row in rows]


def test_a_look_that_was_cut_short_is_no_observation(desk: Desk) -> None:
    before = health(desk), health(desk, SOURCE)
    desk.clock.move(HOUR)
    desk.newsdesk.take_report(replace(desk.failure(), more=True, cut_short=True))
    desk.newsdesk.take_report(replace(desk.failure(), sources=(), more=True, cut_short=True))
    assert (health(desk), health(desk, SOURCE)) == before


def test_sources_that_nobody_looks_at_any_more_are_forgotten_unless_people_believe_them_broken(
    desk: Desk,
) -> None:
    records, as_the_feed = HealthRecords(desk.db.conn), health(desk, SOURCE)
    part, told = replace(SOURCE, source=f"{FEED}/1"), replace(SOURCE, source=f"{FEED}/2")
    with immediate(desk.db):
        records.put(part, as_the_feed)
        records.put(told, replace(as_the_feed, state=State.BROKEN, told=State.BROKEN))
    desk.clock.move(91 * DAY)
    look(desk)
    assert set(records.of_site(SITE)) == {KORAN, SOURCE, told}


def test_sources_that_do_as_people_believe_are_not_read_to_find_what_is_to_be_told(
    desk: Desk,
) -> None:
    records, as_the_feed = HealthRecords(desk.db.conn), health(desk, SOURCE)
    now = desk.clock.now()
    changed, told = replace(SOURCE, source=f"{FEED}/1"), replace(SOURCE, source=f"{FEED}/2")
    with immediate(desk.db):
        records.put(changed, replace(as_the_feed, state=State.BROKEN))
        records.put(told, replace(as_the_feed, told_at=now))
    assert set(records.to_tell_of(told_since=now)) == {KORAN, changed, told}


# Told once ----------------------------------------------------------------------------------------


def test_a_break_and_its_end_are_told_once_to_the_channels_of_health(desk: Desk) -> None:
    fail(desk, 60)
    look(desk)
    assert [desk.newsdesk.tell_health() for _ in range(3)][1:] == [(), ()]
    assert notices(desk) == ["koran tidak dapat dibaca", "koran pulih"]
    assert {one.channel for one in desk.deliveries()} == {"kait"}


def test_a_notice_and_that_it_was_told_are_one(desk: Desk) -> None:
    desk.clock.move(HOUR)
    for _ in range(4):
        desk.newsdesk.take_report(desk.failure())
        desk.clock.move(5 * MINUTE)
    with desk.dying_at("UPDATE ON health"), pytest.raises(sqlite3.IntegrityError, match="mati"):
        desk.newsdesk.tell_health()
    assert notices(desk) == []
    assert len(desk.newsdesk.tell_health()) == 1
    desk.start()
    assert desk.newsdesk.tell_health() == ()
    assert notices(desk) == ["koran tidak dapat dibaca"]


def test_without_channels_of_health_a_break_is_said_to_the_log_alone(tmp_path: Path) -> None:
    with Desk(directory=tmp_path, watchlists=SURIAH) as desk:
        desk.newsdesk.take_report(desk.failure(Outcome.ROBOTS))
        (line,) = desk.newsdesk.tell_health()
        assert line.startswith("koran is broken: robots.txt closes it to us")
        assert list_alerts(desk.db) == []


def test_a_report_and_the_health_that_it_shows_are_one(desk: Desk) -> None:
    with desk.dying_at("UPDATE ON health"), pytest.raises(sqlite3.IntegrityError, match="mati"):
        desk.newsdesk.take_report(desk.failure())
    assert health(desk).failures == 0
    failures = desk.db.conn.execute("SELECT failures FROM sources").fetchone()
    assert failures == (0,)


def test_a_look_that_broke_the_worker_is_a_failed_one(desk: Desk) -> None:
    for _ in range(4):
        desk.newsdesk.look_failed(SITE, "it hung")
        desk.clock.move(5 * MINUTE)
    assert (health(desk).state, health(desk).reason) == (State.BROKEN, Reason.CRASHES)
    assert health(desk).detail == "it hung"


def test_a_source_that_fails_is_told_when_the_others_of_its_site_work(desk: Desk) -> None:
    other = f"{FEED}/kota"
    for _ in range(80):
        (broken,), (fine,) = desk.failure().sources, desk.report().sources
        fine = replace(
            fine, state=replace(fine.state, url=other), fetch=replace(fine.fetch, url=other)
        )
        desk.newsdesk.take_report(replace(desk.report(), sources=(broken, fine)))
        desk.newsdesk.tell_health()
        desk.clock.move(5 * MINUTE)
    assert notices(desk) == ["Satu sumber koran tidak dapat dibaca"]
    assert (health(desk).state, health(desk).reason) == (State.WORKING, Reason.SOME_FAIL)
    assert health(desk, SOURCE).state is State.BROKEN


def test_a_health_goes_through_the_database_as_it_was(desk: Desk) -> None:
    fail(desk, 30)
    records = HealthRecords(desk.db.conn)
    before = records.all()
    with immediate(desk.db):
        for subject, one in before.items():
            records.put(subject, one)
    assert records.all() == before


# Quiet and thin -----------------------------------------------------------------------------------


def test_a_site_whose_rhythm_is_known_is_quiet_within_a_day(desk: Desk) -> None:
    busy = Rhythm(found=(1.0,) * 168, intensity=(1.0,) * 168)
    with immediate(desk.db) as connection:
        MonitorRecords(connection).put_rhythm(SITE, busy)
    desk.clock.move(11 * HOUR)
    look(desk)
    assert health(desk).state is State.WORKING
    desk.clock.move(4 * HOUR)
    look(desk)
    assert (health(desk).state, health(desk).reason) == (State.QUIET, Reason.SILENT)


def test_a_site_of_unknown_rhythm_is_quiet_after_a_fortnight(desk: Desk) -> None:
    desk.clock.move(13 * DAY)
    look(desk)
    assert health(desk).state is State.WORKING
    desk.clock.move(DAY)
    look(desk)
    assert health(desk).state is State.QUIET
    assert health(desk, SOURCE).state is State.QUIET
    desk.visit(page("/baru", "Kabar baru", at=desk.clock.now()))
    assert health(desk).state is State.WORKING
    assert health(desk, SOURCE).state is State.WORKING


def test_articles_without_dates_make_a_site_thin(desk: Desk) -> None:
    desk.visit(*(page(f"/{number}", f"Kabar {number}") for number in range(12)))
    assert (health(desk).state, health(desk).reason) == (State.THIN, Reason.NO_DATE)


# What was watched ---------------------------------------------------------------------------------


def zero(desk: Desk, since: timedelta, *, running: bool = True) -> Zero:
    (watchlist,) = read_config(desk.directory / "config.yaml", environment={}).watchlists
    now = desk.clock.now()
    return read_zero(desk.db.conn, watchlist, [SITE], since=now - since, now=now, running=running)


def test_a_silence_of_siaga_that_the_listing_reached_back_over_was_watched(desk: Desk) -> None:
    desk.clock.move(DAY)
    look(desk)
    kept = zero(desk, 12 * HOUR)
    assert (kept.share, kept.watched) == (1.0, 1)
    assert judge_zero(kept) is Verdict.BELIEVE
    assert "can be believed" in said(kept)


def test_a_listing_that_did_not_reach_back_leaves_a_gap(desk: Desk) -> None:
    desk.clock.move(6 * HOUR)
    look(desk)
    desk.clock.move(6 * HOUR)
    look(desk, known=False)
    desk.clock.move(6 * HOUR)
    look(desk)
    kept = zero(desk, 12 * HOUR)
    assert kept.share == 0.5
    (gap,) = kept.kept[0].gaps
    assert gap.why == "the listing did not reach back to what was known"
    assert judge_zero(kept) is Verdict.DOUBT


def test_a_gap_after_a_time_without_siaga_says_so(desk: Desk) -> None:
    desk.clock.move(6 * HOUR)
    with immediate(desk.db) as connection:
        MonitorRecords(connection).put_daemon(1, at=desk.clock.now())
    look(desk, known=False)
    (gap,) = zero(desk, 12 * HOUR).kept[0].gaps
    assert gap.why.startswith("siaga was not running; the listing")
    desk.clock.move(HOUR)
    assert "was started within this time" in said(zero(desk, 12 * HOUR))


def test_a_site_that_fails_is_unwatched_until_it_is_back_and_watched_if_it_lists_all(
    desk: Desk,
) -> None:
    desk.clock.move(6 * HOUR)
    look(desk)
    fail(desk, 6 * 60 - 5)
    during = zero(desk, 12 * HOUR)
    assert during.share == pytest.approx(0.5, abs=0.01)
    assert "gave no answer in time" in during.kept[0].gaps[0].why
    look(desk)
    assert zero(desk, 12 * HOUR).share == 1.0


def test_what_is_not_running_is_not_watching(desk: Desk) -> None:
    desk.clock.move(12 * HOUR)
    kept = zero(desk, DAY, running=False)
    assert [gap.why for gap in kept.kept[0].gaps] == ["siaga is not running"]
    assert "not running" in said(kept)


def test_hits_are_counted_by_what_was_decided_since_the_watchlist_was_there(desk: Desk) -> None:
    desk.visit(page("/suriah", "Suriah hari ini"))
    desk.clock.move(MINUTE)
    kept = zero(desk, 9 * DAY)
    assert (kept.matches, kept.decisions) == (1, {"alert": 1})
    assert judge_zero(kept) is Verdict.HITS
    assert kept.since == kept.loaded_at
    assert kept.to_data()["verdict"] == "hits"


def test_a_watchlist_that_was_never_loaded_watched_nothing(desk: Desk) -> None:
    desk.db.execute("DELETE FROM watchlists")
    assert judge_zero(zero(desk, DAY)) is Verdict.UNWATCHED


def test_an_empty_digest_can_say_how_many_sites_were_watched(desk: Desk) -> None:
    look(desk)
    desk.newsdesk.note_coverage()
    covered = "SELECT covered, sites FROM coverage"
    assert desk.db.execute(covered).fetchall() == [(1, 1)]
    desk.clock.move(2 * DAY)
    desk.newsdesk.note_coverage()
    assert desk.db.execute(covered).fetchall() == [(0, 1)]


def test_what_went_by_unseen_is_summed_up(desk: Desk) -> None:
    clock, records = HandClock(at=desk.clock.now()), HealthRecords(desk.db.conn)
    with immediate(desk.db):
        records.add_loss(SITE, 2.5, at=clock.now())
        clock.move(HOUR)
        records.add_loss(SITE, 1.0, at=clock.now())
    loss = records.loss(SITE, since=clock.now() - DAY)
    assert loss is not None
    assert (loss.lost, loss.at) == (3.5, clock.now())
    assert records.loss(SITE, since=clock.now() + timedelta(seconds=1)) is None
    records.purge(now=datetime.max.replace(tzinfo=clock.now().tzinfo), kept_for=DAY)
    assert records.loss(SITE, since=desk.clock.now() - DAY) is None
