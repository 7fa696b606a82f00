from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.discovery.sources import Reason
from crawler.job import Choice, SourceState
from crawler.outcomes import Outcome
from crawler.politeness.backoff import Trouble
from crawler.politeness.validators import Asking, Trust
from crawler.visits.agenda import MAX_RESERVE, Agenda, agenda, rests_until
from crawler.visits.known_source import KnownSource
from crawler.visits.standing import standing_for

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
TEN = timedelta(minutes=10)
DAY = timedelta(days=1)


def known(url: str, **more: Any) -> KnownSource:
    return KnownSource(url=url, **more)


def failing(lasted: timedelta, outcome: Outcome = Outcome.GONE, failures: int = 5) -> Trouble:
    return Trouble(outcome=outcome, failures=failures, since=NOW - lasted, at=NOW)


def plan(
    *sources: KnownSource,
    named: tuple[str, ...] = (),
    discovered_at: datetime | None = NOW,
    patient: bool = True,
) -> Agenda:
    return agenda(
        [SourceState(url=url) for url in named],
        sources,
        discovered_at=discovered_at,
        every=TEN,
        patient=patient,
        now=NOW,
    )


def urls(one: Agenda) -> list[str]:
    return [state.url for state in one.sources]


def test_sources_of_the_config_are_asked_and_no_others() -> None:
    one = plan(known("a"), known("b"), named=("c", "b"), discovered_at=None)
    assert urls(one) == ["c", "b"]
    assert not one.discover


def test_reserves_are_asked_on_the_day_s_discovery_only_and_then_whole() -> None:
    sources = (known("a", standing=Reason.ADDS), known("b", standing=Reason.COVERED))
    assert urls(plan(*sources)) == ["a"]
    daily = plan(*sources, discovered_at=NOW - 1.1 * DAY)
    assert daily.discover
    assert [(one.url, one.asking) for one in daily.sources] == [
        ("a", Asking.TO_CHECK),
        ("b", Asking.TO_CHECK),
    ]


def test_dead_reserves_are_left_to_the_home_page_and_of_the_others_the_last_are_asked() -> None:
    dead = known("a", standing=Reason.FAILED, trouble=failing(DAY))
    needed = known("b", standing=Reason.ADDS, trouble=failing(2 * DAY))
    down = known("c", standing=Reason.FAILED, trouble=failing(DAY / 2))
    hung = known(
        "d", standing=Reason.FAILED, trouble=failing(9 * DAY, Outcome.QUARANTINED, failures=9)
    )
    one = plan(dead, needed, down, hung, discovered_at=NOW - 2 * DAY)
    assert (urls(one), one.resting) == (["b", "c"], ("d",))
    many = [known(str(number), standing=Reason.COVERED) for number in range(MAX_RESERVE + 3)]
    daily = plan(needed, *many, discovered_at=NOW - 2 * DAY)
    assert urls(daily) == ["b", *(one.url for one in many[3:])]


def test_who_chooses_anew_hears_from_sources_that_fail_too() -> None:
    sources = (known("a"), known("b", trouble=failing(TEN)))
    assert plan(*sources, discovered_at=NOW - 2 * DAY).resting == ()


def test_the_children_of_an_index_are_needed_as_it_is() -> None:
    index = known("https://a/i", standing=Reason.COVERED)
    child = known("https://a/c", found_by="https://a/i")
    assert urls(plan(index, child, known("b"))) == ["b"]
    assert urls(plan(index, child, named=("https://a/i",))) == ["https://a/i", "https://a/c"]


def test_where_no_source_is_needed_all_are_asked() -> None:
    stale = (known("a", standing=Reason.STALE), known("b", standing=Reason.EMPTY))
    assert urls(plan(*stale)) == ["a", "b"]


@pytest.mark.parametrize(
    ("patient", "outcome", "rests"),
    [
        (True, Outcome.GONE, True),
        (False, Outcome.GONE, False),
        (False, Outcome.QUARANTINED, True),  # nobody is in such a hurry
    ],
)
def test_what_failed_rests(*, patient: bool, outcome: Outcome, rests: bool) -> None:
    one = plan(known("a"), known("b", trouble=failing(TEN, outcome)), patient=patient)
    assert one.resting == (("b",) if rests else ())
    assert urls(one) == (["a"] if rests else ["a", "b"])


@pytest.mark.parametrize(("hours", "due"), [(5, False), (7, True)])
def test_a_needed_source_that_fails_for_hours_brings_the_next_discovery_closer(
    hours: int, *, due: bool
) -> None:
    sources = (known("a"), known("b", trouble=failing(timedelta(hours=hours))))
    assert plan(*sources, discovered_at=NOW - timedelta(hours=7)).discover is due


@pytest.mark.parametrize(("lasted", "due"), [(DAY / 2, False), (DAY, True)])
def test_configured_sources_that_all_fail_for_a_day_are_looked_for_elsewhere(
    lasted: timedelta, *, due: bool
) -> None:
    broken, found = known("a", trouble=failing(lasted)), known("b", found_by="home")
    one = plan(broken, found, named=("a",), discovered_at=None)
    assert one.discover is due
    assert ("b" in urls(one)) is due
    working = known("c")
    assert not plan(broken, working, named=("a", "c"), discovered_at=None).discover


@pytest.mark.parametrize(("lasted", "address"), [(DAY / 2, "new"), (DAY, "old")])
def test_a_source_that_fails_for_a_day_where_it_moved_is_asked_at_its_old_address(
    lasted: timedelta, address: str
) -> None:
    trouble = failing(lasted, Outcome.CONNECTION_ERROR)
    (state,) = plan(known("old", moved_to="new", trouble=trouble), patient=False).sources
    assert state.address == address


def test_a_site_rests_only_while_everything_fails() -> None:
    bad, worse = known("a", trouble=failing(TEN)), known("b", trouble=failing(TEN, failures=9))
    assert rests_until((bad, worse), None, every=TEN) == rests_until((bad,), None, every=TEN)
    assert rests_until((bad, known("c")), None, every=TEN) is None
    assert rests_until((), failing(TEN, failures=1), every=TEN) == NOW + TEN
    assert rests_until((), None, every=TEN) is None


def test_who_is_found_out_is_asked_whole_and_a_moved_source_where_it_is() -> None:
    liar = known("a", etag='"1"', moved_to="https://b/", trust=Trust(lied_at=NOW))
    (state,) = plan(liar).sources
    assert (state.asking, state.address) == (Asking.DISBELIEVED, "https://b/")


@pytest.mark.parametrize(
    ("lasted", "standing", "becomes"),
    [
        (DAY / 2, Reason.ADDS, None),  # it may just be down
        (DAY, Reason.ADDS, Reason.FAILED),
        (DAY / 2, Reason.COVERED, Reason.FAILED),
    ],
)
def test_a_needed_source_is_replaced_only_after_it_failed_for_a_day(
    lasted: timedelta, standing: Reason, becomes: Reason | None
) -> None:
    one = known("a", standing=standing, trouble=failing(lasted))
    assert standing_for(Choice(url="a", reason=Reason.FAILED), one, NOW) is becomes
    assert standing_for(Choice(url="a", reason=Reason.STALE), one, NOW) is Reason.STALE
