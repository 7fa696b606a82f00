"""The policy alone: facts in, a judgement with its reason out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.policy.judging import (
    HOUR,
    LATE,
    Candidate,
    Judgement,
    Kind,
    Known,
    Ruling,
    Settings,
    Traffic,
    Why,
    has_grown,
    is_news,
    judge,
)
from alerts.policy.schedule import read_quiet, read_schedule
from tests.alerts.newsdesk import MAKASSAR
from tests.clocks import NOON

ALERT = Candidate(kind=Kind.ALERT, waiting_since=NOON)
NIGHT = NOON + timedelta(hours=12)  # midnight in Makassar
QUIET = Settings(quiet=read_quiet("22:00-06:00"))
DAILY = Settings(deliver=read_schedule("daily at 07:00"))
LIMITED = Settings(max_per_hour=20)
QUIET_TRAFFIC = Traffic()


def judged(
    candidate: Candidate = ALERT,
    asked: Settings | None = None,
    traffic: Traffic = QUIET_TRAFFIC,
    *,
    after: timedelta = timedelta(),
) -> Judgement:
    return judge(candidate, traffic, asked or Settings(), now=NOON + after, zone=MAKASSAR)


def test_by_default_everything_goes_at_once() -> None:
    assert judged() == Judgement(ruling=Ruling.SEND, why=Why.AT_ONCE)
    busy = Traffic(sent=10_000, first_sent_at=NOON)
    assert judged(traffic=busy).ruling is Ruling.SEND


def test_quiet_hours_hold_alerts_and_let_what_was_tried_wait() -> None:
    fresh = replace(ALERT, waiting_since=NIGHT)
    held = judge(fresh, QUIET_TRAFFIC, QUIET, now=NIGHT, zone=MAKASSAR)
    assert (held.ruling, held.why) == (Ruling.HOLD, Why.QUIET)
    assert held.until == NIGHT + timedelta(hours=6)
    for kind in (Kind.NOTICE, Kind.DIGEST):
        one = replace(fresh, kind=kind)
        assert judge(one, QUIET_TRAFFIC, QUIET, now=NIGHT, zone=MAKASSAR).ruling is Ruling.WAIT
    tried = replace(fresh, frozen=True)
    assert judge(tried, QUIET_TRAFFIC, QUIET, now=NIGHT, zone=MAKASSAR).ruling is Ruling.WAIT


def test_what_is_urgent_passes_quiet_hours_and_digests_but_not_the_limit() -> None:
    urgent = replace(ALERT, urgent=True)
    assert judge(urgent, QUIET_TRAFFIC, QUIET, now=NOON, zone=MAKASSAR).ruling is Ruling.SEND
    assert judged(urgent, DAILY).ruling is Ruling.SEND
    full = Traffic(sent=20, first_sent_at=NOON)
    assert judged(urgent, LIMITED, full).ruling is Ruling.HOLD


def test_a_limit_holds_what_is_beyond_it_for_an_hour_at_most() -> None:
    full = Traffic(sent=20, first_sent_at=NOON - timedelta(minutes=50))
    held = judged(asked=LIMITED, traffic=full)
    assert held.why is Why.LIMIT
    assert held.until == NOON + timedelta(minutes=10)
    assert judged(asked=LIMITED, traffic=replace(full, sent=19)).ruling is Ruling.SEND
    just_over = Traffic(sent=20, first_sent_at=NOON - timedelta(hours=1))
    assert judged(asked=LIMITED, traffic=just_over).ruling is Ruling.SEND


def test_company_is_waited_for_once() -> None:
    patient = Settings(group_wait=timedelta(minutes=1))
    assert judged(asked=patient).until == NOON + timedelta(minutes=1)
    assert judged(asked=patient, after=timedelta(minutes=1)).ruling is Ruling.SEND
    assert (
        judged(asked=patient, after=-timedelta(days=1)).ruling is Ruling.SEND
    )  # the clock went back


@pytest.mark.parametrize(
    ("muted", "why"),
    [
        (replace(ALERT, silenced=True), Why.SILENCED),
        (replace(ALERT, acknowledged=True), Why.ACKNOWLEDGED),
    ],
)
def test_what_nobody_wants_to_hear_is_withheld_unless_it_may_have_arrived(
    muted: Candidate, why: Why
) -> None:
    assert judged(muted) == Judgement(ruling=Ruling.WITHHOLD, why=why)
    assert judged(replace(muted, known_unsent=False)).ruling is Ruling.SEND


def test_what_waited_for_long_with_others_is_caught_up_with() -> None:
    others = Traffic(others_wait=True)
    assert judged(traffic=others, after=LATE).ruling is Ruling.CATCH_UP
    assert judged(after=LATE).ruling is Ruling.SEND
    assert (
        judged(replace(ALERT, known_unsent=False), None, others, after=LATE).ruling is Ruling.SEND
    )


def test_a_follow_up_comes_half_an_hour_after_the_last_message_of_its_story() -> None:
    follow_up = replace(ALERT, kind=Kind.FOLLOW_UP)
    told = Traffic(told_at=NOON)
    early = judged(follow_up, None, told, after=timedelta(minutes=5))
    assert (early.ruling, early.why) == (Ruling.WAIT, Why.TOO_SOON)
    assert early.until == NOON + timedelta(minutes=30)
    assert judged(follow_up, None, told, after=timedelta(minutes=30)).ruling is Ruling.SEND


@pytest.mark.parametrize(
    ("known", "outlets", "grown"),
    [(1, 2, False), (1, 3, True), (3, 9, False), (3, 10, True), (2, 31, True), (30, 99, False)],
)
def test_a_story_has_grown_at_three_ten_and_thirty_outlets(
    known: int, outlets: int, grown: bool
) -> None:
    assert has_grown(known, outlets) is grown


KNOWN = Known(watchlists=("banjir",), titles=("Banjir di Maros, 12 orang mengungsi",), outlets=2)


@pytest.mark.parametrize(
    ("changes", "news"),
    [
        ({}, False),
        ({"title": "12 orang mengungsi akibat banjir di Maros"}, False),
        ({"title": "Banjir di Maros, 40 orang mengungsi"}, True),
        ({"title": "Gubernur menetapkan keadaan darurat"}, True),
        ({"watchlists": ("banjir", "maros")}, True),
        ({"outlets": 5}, False),
        ({"outlets": 6}, True),
    ],
)
def test_an_acknowledged_story_is_told_again_when_something_is_materially_new(
    changes: dict[str, object], news: bool
) -> None:
    facts = {"watchlists": ("banjir",), "title": KNOWN.titles[0], "outlets": 2, **changes}
    assert is_news(KNOWN, **facts) is news  # type: ignore[arg-type]


CANDIDATES = st.builds(
    Candidate,
    kind=st.sampled_from(Kind),
    waiting_since=st.integers(-100_000, 100_000).map(lambda s: NOON + timedelta(seconds=s)),
    urgent=st.booleans(),
    frozen=st.booleans(),
    known_unsent=st.booleans(),
    silenced=st.booleans(),
    acknowledged=st.booleans(),
)
TRAFFIC = st.builds(
    Traffic,
    sent=st.integers(0, 40),
    first_sent_at=st.integers(0, 3600).map(lambda s: NOON - timedelta(seconds=s)),
    others_wait=st.booleans(),
    told_at=st.none() | st.integers(-9000, 9000).map(lambda s: NOON + timedelta(seconds=s)),
)
SETTINGS = st.builds(
    Settings,
    deliver=st.sampled_from(["instant", "hourly", "daily at 07:00"]).map(read_schedule),
    quiet=st.none() | st.sampled_from(["22:00-06:00", "11:00-13:00"]).map(read_quiet),
    max_per_hour=st.none() | st.integers(1, 30),
    group_wait=st.integers(0, 600).map(lambda s: timedelta(seconds=s)),
)


@settings(max_examples=300, deadline=None)
@given(CANDIDATES, TRAFFIC, SETTINGS)
def test_every_judgement_can_be_carried_out(
    candidate: Candidate, traffic: Traffic, asked: Settings
) -> None:
    judgement = judge(candidate, traffic, asked, now=NOON, zone=MAKASSAR)
    waits = judgement.ruling in (Ruling.WAIT, Ruling.HOLD)
    assert waits is (judgement.until is not None)
    if judgement.until is not None:
        # A digest's time may have gone by unseen; what is held for it is due at once.
        missed = judgement.why is Why.SCHEDULE
        since = min(candidate.waiting_since, NOON) if missed else NOON
        assert since < judgement.until <= since + timedelta(days=1, hours=1)
    if judgement.why is Why.LIMIT:
        assert judgement.until is not None
        assert judgement.until <= NOON + HOUR
    if candidate.frozen:
        assert judgement.ruling is not Ruling.HOLD
    if not candidate.known_unsent:
        assert judgement.ruling not in (Ruling.WITHHOLD, Ruling.CATCH_UP)
