"""The policy at work on a real outbox, under a clock set by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from alerts.alert import AlsoIn
from alerts.digests import tables as digests
from alerts.digests.digest import Coverage
from alerts.dispatch.clock_jumps import ClockWatch, move_plans, set_back_since
from alerts.outbox import ledger
from alerts.outbox.wishes import drop, redeliver
from alerts.outcome import ACCEPTED, Outcome, OutcomeKind
from alerts.policy.growth import put_growth
from alerts.policy.judgements import judgements_of
from alerts.policy.judging import Ruling, Why
from alerts.policy.silences import put_ack, put_silence, silences, story_of
from core.database import immediate
from tests.alerts.newsdesk import make_alert
from tests.alerts.post_office import LOST, REFUSED, PostOffice, told
from tests.clocks import NOON

if TYPE_CHECKING:
    from alerts.outbox.lines import Claim

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def url(number: int) -> str:
    return f"https://koran.example/berita/{number}"


def why_of(office: PostOffice, alert: int) -> list[tuple[Ruling, Why]]:
    return [(one.ruling, one.why) for one in judgements_of(office.db.conn, alert)]


# Stories ------------------------------------------------------------------------------------------


def test_alerts_of_one_story_are_one_message_that_names_every_watchlist(office: Any) -> None:
    kait = office(settings={"group_wait": "1m"})
    first = make_alert(1, story=5, watchlists=("suriah",))
    copy = make_alert(2, story=5, watchlists=("astana",))
    copy.article["site"] = "harian-baru"  # type: ignore[index]
    kait.put(first)
    assert kait.work() == []
    kait.clock.move(MINUTE / 2)
    kait.put(copy)
    (message,) = kait.pass_time(MINUTE)
    assert message.data["watchlists"] == ["suriah", "astana"]
    assert [other["site"] for other in message.data["also_in"]] == ["harian-lain", "harian-baru"]
    assert why_of(kait, 2)[-1] == (Ruling.MERGE, Why.SAME_STORY)
    assert kait.states() == {"sent": 1, "merged": 1}


def test_a_second_piece_of_the_same_site_is_told_by_itself(office: Any) -> None:
    kait = office()
    kait.put(make_alert(1, story=5), make_alert(2, story=5, title="Perundingan gagal"))
    assert [message.urls for message in kait.work()] == [[url(1)], [url(2)]]


def grow(kait: PostOffice, count: int) -> None:
    outlets = [AlsoIn(site="koran-contoh", url=url(1))]
    outlets += [AlsoIn(site=f"media-{n}", url=f"https://m{n}.example/") for n in range(1, count)]
    with immediate(kait.db) as connection:
        put_growth(connection, 1, outlets, at=kait.clock.now())


def test_a_story_that_grows_is_told_again_with_what_is_new_and_not_too_soon(office: Any) -> None:
    kait = office()
    kait.put_numbers(1)
    kait.work()
    for count in (2, 3, 4):
        grow(kait, count)
    assert kait.pass_time(29 * MINUTE) == []
    grow(kait, 5)
    (follow_up,) = kait.pass_time(2 * MINUTE)
    assert follow_up.data["type"] == "follow-up"
    assert [other["site"] for other in follow_up.data["also_in"]] == [
        f"media-{n}" for n in (1, 2, 3, 4)
    ]
    grow(kait, 9)
    assert kait.pass_time(HOUR) == []
    grow(kait, 12)
    (second,) = kait.work()
    assert len(second.data["also_in"]) == 7
    grow(kait, 12)
    assert kait.pass_time(HOUR) == []


def test_a_follow_up_that_waited_for_its_time_is_not_late(office: Any) -> None:
    kait = office()
    kait.put_numbers(1)
    kait.work()
    grow(kait, 3)
    kait.pass_time(29 * MINUTE)
    kait.clock.move(MINUTE)
    kait.put_numbers(2)
    assert sorted(message.data["type"] for message in kait.work()) == ["alert", "follow-up"]


def test_a_follow_up_edits_the_first_message_where_the_peer_can_and_is_sent_where_that_is_gone(
    office: Any,
) -> None:
    kait = office(changes={"can_edit": True})
    kait.answer = lambda _claim, _at: Outcome(kind=OutcomeKind.ACCEPTED, peer_id="77")
    kait.put_numbers(1)
    kait.work()
    kait.clock.move(HOUR)
    grow(kait, 3)
    gone = Outcome(kind=OutcomeKind.PERMANENT, detail="there is no such message")
    kait.answer = lambda claim, _at: gone if claim.way == "edit" else ACCEPTED
    edit, again = kait.work()
    assert (edit.claim.way, edit.claim.target) == ("edit", "77")
    assert edit.data["type"] == "alert"
    assert len(edit.data["also_in"]) == 3
    assert (again.claim.way, again.data["type"]) == ("send", "follow-up")


def test_a_later_alert_of_a_story_answers_the_first_message_where_the_peer_can(office: Any) -> None:
    kait = office(changes={"can_reply": True})
    kait.answer = lambda _claim, _at: Outcome(kind=OutcomeKind.ACCEPTED, peer_id="77")
    kait.put(make_alert(1, story=5))
    kait.work()
    kait.put(make_alert(2, story=5))
    (later,) = kait.work()
    assert (later.claim.way, later.claim.target) == ("reply", "77")


# Times --------------------------------------------------------------------------------------------


def test_a_daily_digest_has_all_of_the_day_and_survives_a_restart(office: Any) -> None:
    kait = office(settings={"deliver": "daily at 07:00"})
    kait.put_numbers(1, 2)
    kait.work()
    kait.restart()
    kait.put_numbers(3)
    kait.pass_time(10 * HOUR, step=HOUR)
    kait.restart()
    (digest,) = kait.pass_time(DAY, step=HOUR)
    assert digest.data["type"] == "digest"
    assert digest.data["total"] == 3
    assert sorted(digest.urls) == [url(1), url(2), url(3)]
    assert digest.at.astimezone(kait.zone).hour == 7
    assert (Ruling.HOLD, Why.SCHEDULE) in why_of(kait, 1)
    assert why_of(kait, 1)[-1] == (Ruling.MERGE, Why.IN_DIGEST)
    ids = {alert["id"] for alert in digest.data["alerts"]}
    assert ids == {
        row[0] for row in kait.rows("SELECT message_id FROM deliveries WHERE kind = 'alert'")
    }


@pytest.mark.parametrize("night", ["2019-03-30T20:00", "2019-10-26T20:00"])
def test_a_change_of_the_clocks_brings_neither_two_digests_nor_none(
    office: Any, night: str
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime.fromisoformat(night).replace(tzinfo=berlin).astimezone(UTC)
    kait = office(
        settings={"deliver": "daily at 02:30", "quiet": "02:00-02:15"}, zone=berlin, at=start
    )
    sent = []
    for number in range(1, 49):
        kait.put_numbers(number)
        sent += kait.pass_time(HOUR, step=15 * MINUTE)
    assert len(sent) == 2
    assert sorted(told(sent)) == sorted(
        url(n) for n in range(1, sum(len(s.urls) for s in sent) + 1)
    )


def test_quiet_hours_end_with_one_digest_and_what_is_urgent_passes(office: Any) -> None:
    kait = office(settings={"quiet": "22:00-06:00"}, at=NOON + 11 * HOUR)  # 23.00 in Makassar
    kait.put_numbers(1, 2, 3)
    kait.put_numbers(4, urgent=True)
    assert [message.urls for message in kait.work()] == [[url(4)]]
    (digest,) = kait.pass_time(8 * HOUR, step=10 * MINUTE)
    assert digest.data["total"] == 3
    assert digest.at == NOON + 18 * HOUR


def test_ten_thousand_matches_in_a_minute_are_twenty_messages_and_a_digest(office: Any) -> None:
    kait = office(settings={"max_per_hour": 20})
    for start in range(0, 10_000, 1000):
        kait.put_numbers(*range(start, start + 1000))
        kait.work()
        kait.clock.move(timedelta(seconds=6))
    assert len(kait.sent) == 20
    kait.pass_time(2 * HOUR, step=5 * MINUTE)
    *_, digest = kait.sent
    assert len(kait.sent) == 21
    assert digest.at - NOON <= HOUR + 5 * MINUTE
    assert digest.data["total"] == 9980
    assert len(digest.data["alerts"]) == 40
    once = kait.rows(
        "SELECT count(*) FROM deliveries WHERE kind = 'alert' AND"
        " ((state = 'sent' AND carrier IS NULL) OR (state = 'merged' AND carrier IS NOT NULL))"
    )
    assert once == [(10_000,)]
    assert len(ledger.list_alerts(kait.db, digest=digest.data["number"])) == 9980


def test_a_day_without_news_says_so_where_asked(office: Any) -> None:
    kait = office(settings={"deliver": "daily at 07:00", "empty_digest": True})
    with immediate(kait.db) as connection:
        digests.put_coverage(connection, Coverage(covered=7, sites=11), at=NOON)
    kait.pass_time(10 * HOUR, step=HOUR)
    kait.restart()
    sent = kait.pass_time(2 * DAY, step=HOUR)
    assert [message.data["total"] for message in sent] == [0, 0]
    assert sent[0].data["coverage"] == {"covered": 7, "sites": 11}
    kait.put_numbers(1)
    (third,) = kait.pass_time(DAY, step=HOUR)
    assert third.data["total"] == 1


def test_a_message_that_is_sent_again_in_another_form_is_not_held_for_its_own_sake(
    office: Any,
) -> None:
    kait = office(settings={"max_per_hour": 1, "deliver": "instant"})
    answers = [Outcome(kind=OutcomeKind.PAYLOAD, detail="HTTP 400"), ACCEPTED]
    kait.answer = lambda _claim, _at: answers.pop(0)
    kait.put_numbers(1)
    assert len(kait.work()) == 2
    assert kait.states() == {"sent": 1}


# What nobody wants to hear ------------------------------------------------------------------------


def silence(kait: PostOffice, watchlist: str, span: timedelta) -> None:
    with immediate(kait.db) as connection:
        now = kait.clock.now()
        put_silence(connection, watchlist, until=now + span, at=now)


def test_a_silenced_watchlist_is_withheld_until_the_silence_ends(office: Any) -> None:
    kait = office()
    silence(kait, "suriah", 2 * HOUR)
    kait.put(make_alert(1, watchlists=("suriah",)), make_alert(2))
    (message,) = kait.work()
    assert message.data["watchlists"] == ["astana"]
    assert why_of(kait, 1) == [(Ruling.WITHHOLD, Why.SILENCED)]
    kait.clock.move(2 * HOUR)
    kait.put(make_alert(3, watchlists=("suriah",)))
    assert len(kait.work()) == 1
    silence(kait, "suriah", HOUR)
    silence(kait, "suriah", timedelta())
    kait.put(make_alert(4, watchlists=("suriah",)))
    assert len(kait.work()) == 1
    assert silences(kait.db.conn, kait.clock.now()) == []


def test_what_was_silenced_meanwhile_is_in_no_digest(office: Any) -> None:
    kait = office(settings={"deliver": "hourly"})
    kait.put(make_alert(1, watchlists=("suriah",)), make_alert(2, watchlists=("astana",)))
    kait.work()
    silence(kait, "suriah", DAY)
    (digest,) = kait.pass_time(HOUR)
    assert digest.urls == [url(2)]


def test_an_acknowledged_story_is_told_again_only_with_news(office: Any) -> None:
    kait = office()
    kait.put(make_alert(1, story=5, watchlists=("suriah",), title="Banjir, 12 orang mengungsi"))
    kait.work()
    with immediate(kait.db) as connection:
        assert story_of(connection, url(1)) == story_of(connection, "5") == 5
        assert story_of(connection, "https://lain.example/") is None
        put_ack(connection, 5, at=kait.clock.now())
    same = {"story": 5, "watchlists": ("suriah",)}
    kait.put(make_alert(2, title="Banjir, 12 orang masih mengungsi", **same))  # type: ignore[arg-type]
    kait.put(make_alert(3, title="Banjir, 40 orang mengungsi", **same))  # type: ignore[arg-type]
    assert [message.urls for message in kait.work()] == [[url(3)]]
    assert why_of(kait, 2) == [(Ruling.WITHHOLD, Why.ACKNOWLEDGED)]


def test_what_is_dropped_goes_to_nobody_until_it_is_asked_for_again(office: Any) -> None:
    kait = office(settings={"deliver": "hourly"})
    kait.put_numbers(1, 2)
    kait.work()
    done = drop(kait.db, ["1", "17"], at=kait.clock.now())
    assert (len(done.done), done.unknown) == (1, ("17",))
    assert drop(kait.db, ["1"], at=kait.clock.now()).over == ("1",)
    assert list(told(kait.pass_time(2 * HOUR))) == [url(2)]
    redeliver(kait.db, ["1"], at=kait.clock.now())
    assert [message.urls for message in kait.work()] == [[url(1)]]


# Outages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [REFUSED, LOST])
def test_after_a_day_of_outage_there_are_two_messages_to_catch_up_with(
    office: Any, failure: Outcome
) -> None:
    kait = office()
    back_at = NOON + DAY
    kait.answer = lambda _claim, at: failure if at < back_at else ACCEPTED
    for number in range(1, 501):
        kait.put_numbers(number)
        kait.work()
        kait.pass_time(DAY / 500)
    kait.pass_time(2 * HOUR)
    firm = [message for message in kait.accepted if not _may_have_arrived(kait, message.claim)]
    assert len(firm) <= 2
    assert len(kait.accepted) <= 30
    carried = kait.rows(
        "SELECT count(*) FROM deliveries WHERE kind = 'alert' AND state IN ('sent', 'merged')"
    )
    assert carried == [(500,)]
    open_rows = kait.rows("SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'merged')")
    assert open_rows == [(0,)]
    assert kait.rows("SELECT max(failures) < 8 FROM deliveries") == [(1,)]


def _may_have_arrived(kait: PostOffice, claim: Claim) -> bool:
    ((ambiguous,),) = kait.rows(f"SELECT ambiguous FROM deliveries WHERE id = {claim.delivery_id}")
    return bool(ambiguous)


def test_what_waited_while_nothing_ran_is_one_digest(office: Any) -> None:
    kait = office()
    kait.put_numbers(*range(1, 101))
    kait.clock.move(DAY)
    kait.restart()
    (digest,) = kait.work()
    assert digest.data["total"] == 100
    assert why_of(kait, 1)[-1] == (Ruling.MERGE, Why.LATE)


def test_every_try_of_what_may_have_arrived_has_one_id_and_one_body(office: Any) -> None:
    kait = office()
    answers = [LOST, LOST, ACCEPTED]
    kait.answer = lambda _claim, _at: answers.pop(0) if answers else ACCEPTED
    kait.put_numbers(1)
    kait.work()
    kait.put_numbers(2, 3)
    kait.pass_time(HOUR)
    tries = [message for message in kait.sent if message.claim.delivery_id == 1]
    assert len(tries) >= 2
    assert len({(one.claim.envelope.message_id, one.claim.payload) for one in tries}) == 1


# Clocks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_clock_that_is_set_by_a_day_brings_no_storm_and_no_stall(
    office: Any, jump: timedelta
) -> None:
    kait = office(settings={"max_per_hour": 20})
    kait.answer = lambda _claim, _at: REFUSED
    kait.put_numbers(1, 2, 3)
    kait.work()
    kait.pass_time(5 * MINUTE)
    watch = ClockWatch(kait.clock)
    waits = _waits(kait)
    kait.clock.at += jump
    found = watch.jump()
    assert found == jump
    assert watch.jump() == timedelta()
    move_plans(kait.db, found, now=kait.clock.now())
    assert _waits(kait) == waits
    kait.answer = lambda _claim, _at: ACCEPTED
    kait.pass_time(HOUR)
    assert len(kait.accepted) == 3
    assert kait.states() == {"sent": 3}


def _waits(kait: PostOffice) -> list[float]:
    now = kait.clock.now()
    rows = kait.rows("SELECT due_at, since FROM deliveries ORDER BY id")
    return [
        round((datetime.fromisoformat(at) - now).total_seconds(), 1) for row in rows for at in row
    ]


def test_a_clock_that_was_set_back_while_nothing_ran_is_noticed(office: Any) -> None:
    kait = office()
    kait.answer = lambda _claim, _at: REFUSED
    kait.put_numbers(1)
    kait.pass_time(MINUTE)
    kait.clock.at -= DAY
    jump = set_back_since(kait.db, kait.clock.now())
    assert -DAY - MINUTE <= jump < -DAY + MINUTE
    move_plans(kait.db, jump, now=kait.clock.now())
    kait.answer = lambda _claim, _at: ACCEPTED
    kait.pass_time(HOUR)
    assert len(kait.accepted) == 1
