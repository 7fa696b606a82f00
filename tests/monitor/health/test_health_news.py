"""Which changes of health people hear of: each once, never a flood, and our own network's end as one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.outcomes import Outcome
from monitor.health.news import (
    NETWORK,
    Subject,
    Telling,
    Word,
    batches,
    heard,
    network_after,
    telling,
    words,
)
from monitor.health.state import Health, Observed, Reason, Rules, State, judge
from monitor.health.wording import Background, notice_of

NOW = datetime(2019, 1, 2, 4, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULES = Rules()
KORAN = Subject(site="koran")
BACKGROUND = Background(zone=ZoneInfo("Asia/Makassar"), last_articles={"koran": NOW}, sites=20)


class Press:
    """Sites under watch, looked at by hand; what people hear is noted with its time."""

    def __init__(self) -> None:
        self.known: dict[Subject, Health] = {}
        self.told: list[tuple[datetime, tuple[Word, ...]]] = []

    def look(
        self,
        at: datetime,
        *subjects: Subject,
        succeeded: bool = True,
        outcome: Outcome | None = Outcome.TIMEOUT,
    ) -> None:
        for subject in subjects or (KORAN,):
            seen = Observed(at=at, succeeded=succeeded, outcome=None if succeeded else outcome)
            before = self.known.get(subject, Health())
            self.known[subject] = judge(before, seen, patience=RULES.site, rules=RULES)
        self.tell(at)

    def tell(self, at: datetime) -> None:
        sites = [one for subject, one in self.known.items() if subject.site and not subject.source]
        before = self.known.get(NETWORK, Health(state=State.WORKING, reason=Reason.FINE))
        self.known[NETWORK] = network_after(before, sites, now=at, rules=RULES)
        found = words(self.known, now=at, rules=RULES)
        for word in found:
            self.known[word.subject] = heard(word, now=at)
        self.told += [(at, batch) for batch in batches(found, rules=RULES)]

    @property
    def titles(self) -> list[str]:
        return [notice_of(batch, BACKGROUND).title for _, batch in self.told]


def fail_for(press: Press, start: datetime, minutes: int, *subjects: Subject) -> datetime:
    for number in range(0, minutes + 1, 5):
        press.look(start + number * MINUTE, *subjects, succeeded=False)
    return start + minutes * MINUTE


def sites(count: int) -> list[Subject]:
    return [Subject(site=f"koran-{number:02}") for number in range(count)]


# The clock ----------------------------------------------------------------------------------------


def test_what_was_told_by_a_clock_that_ran_ahead_silences_nobody_once_it_is_set_right() -> None:
    press, harian = Press(), Subject(site="harian")
    press.look(NOW, KORAN, harian)
    fail_for(press, NOW + 30 * DAY, 15)
    press.look(NOW + 30 * DAY, harian, succeeded=False)
    fail_for(press, NOW + HOUR, 15, harian)
    assert press.titles == ["koran tidak dapat dibaca", "harian tidak dapat dibaca"]


# One site -----------------------------------------------------------------------------------------


def test_a_break_and_its_end_are_told_once_each() -> None:
    press = Press()
    press.look(NOW - HOUR)
    until = fail_for(press, NOW, 120)
    for number in range(1, 10):
        press.look(until + number * 5 * MINUTE)
    assert press.titles == ["koran tidak dapat dibaca", "koran pulih"]


def test_what_was_never_told_does_not_recover() -> None:
    press = Press()
    press.look(NOW - HOUR)
    fail_for(press, NOW, 10)
    press.look(NOW + 12 * MINUTE)
    assert press.titles == []


def test_the_notice_says_since_when_why_and_what_happens_meanwhile() -> None:
    press = Press()
    press.look(NOW - HOUR)
    fail_for(press, NOW, 15)
    ((_, batch),) = press.told
    text = notice_of(batch, BACKGROUND).text
    assert "Sejak Rab, 2 Jan 2019 12.00 WITA" in text
    assert "situs tidak dapat dihubungi" in text
    assert "Artikel terakhir masuk" in text
    assert "terus mencoba" in text


def test_a_site_that_flaps_is_told_as_one_that_flaps_and_then_once_a_day() -> None:
    press, at = Press(), NOW
    press.look(at)
    while at < NOW + 3 * DAY:
        at = fail_for(press, at + 5 * MINUTE, 20) + 10 * MINUTE
        press.look(at)
    assert press.titles[:3] == [
        "koran tidak dapat dibaca",
        "koran pulih",
        "koran naik-turun, kini tidak dapat dibaca",
    ]
    assert len(press.titles) <= 3 + 3
    assert all(later - at >= DAY for (at, _), (later, _) in pairwise(press.told[2:]))


@settings(max_examples=60, deadline=None)
@given(
    looks=st.lists(
        st.tuples(st.timedeltas(MINUTE, 6 * HOUR), st.booleans(), st.booleans()), max_size=60
    )
)
def test_no_site_is_told_of_more_than_a_few_times_a_day_nor_twice_of_the_same(
    looks: list[tuple[timedelta, bool, bool]],
) -> None:
    press, at = Press(), NOW
    for wait, succeeded, hopeless in looks:
        at += wait
        outcome = Outcome.TLS_ERROR if hopeless else Outcome.SERVER_ERROR
        press.look(at, succeeded=succeeded, outcome=outcome)
    times = [when for when, _ in press.told]
    for start in times:
        assert sum(start <= when < start + DAY for when in times) <= 4
    states = [word.health.state for _, batch in press.told for word in batch]
    assert all(one is not other for one, other in pairwise(states))
    assert states[:1] != [State.WORKING]


def test_a_change_that_waited_for_a_flapping_to_end_is_told_in_the_end() -> None:
    press, at = Press(), NOW
    press.look(at)
    for _ in range(4):
        at = fail_for(press, at + 5 * MINUTE, 20) + 10 * MINUTE
        press.look(at)
    for number in range(1, 30):
        press.look(at + number * HOUR)
    assert press.known[KORAN].told is State.WORKING
    assert press.titles[-1].endswith("pulih")


# Sources ------------------------------------------------------------------------------------------


def test_a_source_is_not_told_beside_its_broken_site_but_by_itself() -> None:
    source = Subject(site="koran", source="https://koran.example/rss")
    broken = Health(state=State.BROKEN, reason=Reason.GONE, outcome=Outcome.GONE, since=NOW)
    alone = {KORAN: Health(state=State.WORKING, reason=Reason.SOME_FAIL), source: broken}
    assert telling(source, {KORAN: broken, source: broken}, now=NOW, rules=RULES) is Telling.SITE
    assert telling(source, alone, now=NOW, rules=RULES) is Telling.NOW
    notice = notice_of((Word(subject=source, health=broken, telling=Telling.NOW),), BACKGROUND)
    assert notice.title == "Satu sumber koran tidak dapat dibaca"
    assert source.source in notice.text


# Many sites, and our own network ------------------------------------------------------------------


def test_sites_that_break_together_are_one_notice_and_so_is_their_recovery() -> None:
    press, broken, fine = Press(), sites(6), [Subject(site=f"harian-{n}") for n in range(6)]
    press.look(NOW - HOUR, *broken, *fine)
    for number in range(0, 60, 5):
        at = NOW + number * MINUTE
        press.look(at, *fine)
        press.look(at, *broken, succeeded=False)
    assert press.titles == ["6 situs dan sumber bermasalah"]
    press.look(NOW + HOUR, *broken, *fine)
    assert press.titles[1:] == ["6 situs dan sumber pulih"]


def test_our_own_network_down_is_one_notice_however_many_sites_and_its_end_another() -> None:
    press, every = Press(), sites(20)
    press.look(NOW - HOUR, *every)
    until = fail_for(press, NOW, 300, *every)
    assert len(press.told) == 1
    assert press.titles[0].startswith("Hampir semua situs tidak dapat dijangkau sejak Rab, 2 Jan")
    press.look(until + 5 * MINUTE, *every)
    assert press.titles[1:] == ["Situs-situs dapat dijangkau lagi"]
    press.look(until + HOUR, *every)
    assert len(press.told) == 2


def test_a_network_that_flaps_is_told_a_few_times_a_day() -> None:
    press, every, at = Press(), sites(5), NOW
    press.look(at, *every)
    while at < NOW + DAY:
        at = fail_for(press, at + 5 * MINUTE, 20, *every) + 10 * MINUTE
        press.look(at, *every)
    assert len(press.told) == 3
    assert "sering berubah" in notice_of(press.told[2][1], BACKGROUND).text


def test_a_site_that_stays_broken_after_the_network_came_back_is_told_once_it_was_looked_at() -> (
    None
):
    press, every = Press(), sites(20)
    press.look(NOW - HOUR, *every)
    until = fail_for(press, NOW, 60, *every)
    press.look(until + 5 * MINUTE, *every[1:])
    assert "koran-00 tidak dapat dibaca" not in press.titles
    press.look(until + 20 * MINUTE, every[0], succeeded=False)
    assert press.titles[-1] == "koran-00 tidak dapat dibaca"


def test_a_server_error_everywhere_is_no_failure_of_our_network() -> None:
    press, every = Press(), sites(20)
    press.look(NOW - HOUR, *every)
    for number in range(0, 30, 5):
        at = NOW + number * MINUTE
        press.look(at, *every, succeeded=False, outcome=Outcome.SERVER_ERROR)
    assert press.titles == ["20 situs dan sumber bermasalah"]


@pytest.mark.parametrize("count", [1, 2, 4, 50])
def test_a_notice_of_many_names_them_up_to_a_limit_and_counts_the_rest(count: int) -> None:
    health = Health(state=State.QUIET, reason=Reason.SILENT, since=NOW)
    found = [Word(subject=one, health=health, telling=Telling.NOW) for one in sites(count)]
    told = batches(found, rules=RULES)
    assert Counter(word for batch in told for word in batch) == Counter(found)
    assert len(told) == (count if count < RULES.many else 1)
    if count > 30:
        assert f"dan {count - 30} lagi" in notice_of(told[0], BACKGROUND).text
