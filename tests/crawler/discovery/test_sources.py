"""Ranking of sources: the cheapest set that misses nothing, and the next when one goes stale."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery.announcement import Announcement, Listing, SourceKind
from crawler.discovery.sources import (
    COSTS,
    LONGEST_SILENCE,
    SHORTEST_SILENCE,
    Candidate,
    Freshness,
    Look,
    Reason,
    choose,
    demand,
    freshness,
    longest_silence,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
FEED, SITEMAP, SECTION = SourceKind.FEED, SourceKind.NEWS_SITEMAP, SourceKind.SECTION
HOUR = timedelta(hours=1)


def item(number: int, *, age: timedelta | None = None, on: date | None = None) -> Announcement:
    at = NOW - age if age is not None else None
    return Announcement(url=f"https://koran.example/{number}", published_at=at, published_on=on)


def source(
    name: str,
    numbers: Iterable[int],
    *,
    kind: SourceKind = FEED,
    age: timedelta = timedelta(),
    dated: bool = True,
) -> Candidate:
    """A source with one look, now; article n is n hours older than `age`."""
    items = tuple(item(n, age=age + n * HOUR if dated else None) for n in numbers)
    return Candidate(
        url=name, kind=kind, looks=(Look(at=NOW, listing=Listing(announcements=items)),)
    )


def failing(name: str) -> Candidate:
    return Candidate(url=name, kind=FEED, looks=(Look(at=NOW, listing=None),))


def reasons(*candidates: Candidate) -> dict[str, Reason]:
    return {one.url: one.reason for one in choose(candidates, now=NOW)}


# Which are chosen ---------------------------------------------------------------------------------


def test_of_two_that_list_the_same_the_feed_is_kept() -> None:
    assert reasons(
        source("home", range(8), kind=SECTION, dated=False),
        source("sitemap", range(8), kind=SITEMAP),
        source("feed", range(8)),
    ) == {"home": Reason.COVERED, "sitemap": Reason.COVERED, "feed": Reason.COVERS_ALL}


def test_of_two_feeds_that_list_the_same_the_first_is_kept() -> None:
    assert reasons(source("z", range(5)), source("a", range(5))) == {
        "z": Reason.COVERS_ALL,
        "a": Reason.COVERED,
    }


def test_a_short_feed_misses_nothing_that_a_long_sitemap_still_shows() -> None:
    assert reasons(source("feed", range(10)), source("sitemap", range(200), kind=SITEMAP)) == {
        "feed": Reason.COVERS_ALL,
        "sitemap": Reason.COVERED,
    }


def test_two_feeds_of_sections_are_cheaper_than_a_page_that_lists_both() -> None:
    judged = choose(
        [
            source("makassar", range(0, 10, 2)),
            source("gowa", range(1, 10, 2)),
            source("indeks", range(10), kind=SECTION),
        ],
        now=NOW,
    )
    assert [one.reason for one in judged] == [Reason.ADDS, Reason.ADDS, Reason.COVERED]
    assert [one.adds for one in judged] == [5, 4, 0]


def test_one_sitemap_is_cheaper_than_many_feeds_that_it_covers() -> None:
    feeds = [source(f"feed-{n}", [n, n + 4]) for n in range(4)]
    judged = {
        one.url: one for one in choose([*feeds, source("sitemap", range(8), kind=SITEMAP)], now=NOW)
    }
    assert judged["sitemap"].reason is Reason.COVERS_ALL
    assert not any(judged[f"feed-{n}"].kept for n in range(4))


def test_what_a_section_page_shows_new_at_a_second_look_is_demanded() -> None:
    feed = source("feed", range(1, 6))
    first = Look(at=NOW - HOUR, listing=Listing(announcements=(item(900), item(2))))
    second = Look(at=NOW, listing=Listing(announcements=(item(77), item(900))))
    page = Candidate(url="indeks", kind=SECTION, looks=(first, second))
    assert reasons(feed, page) == {"feed": Reason.ADDS, "indeks": Reason.ADDS}
    assert "https://koran.example/900" not in demand([feed, page])


def test_a_source_that_failed_at_the_last_look_is_not_kept() -> None:
    broken = Candidate(
        url="feed",
        kind=FEED,
        looks=(*source("feed", range(9)).looks, Look(at=NOW, listing=None)),
    )
    assert reasons(broken, source("sitemap", range(9), kind=SITEMAP)) == {
        "feed": Reason.FAILED,
        "sitemap": Reason.COVERS_ALL,
    }


def test_one_that_lists_nothing_and_one_that_ended_a_year_ago_are_told_apart() -> None:
    assert reasons(
        source("kosong", []),
        source("lama", range(10), age=timedelta(days=365)),
        source("feed", range(10)),
    ) == {"kosong": Reason.EMPTY, "lama": Reason.STALE, "feed": Reason.COVERS_ALL}


def test_where_all_are_stale_the_freshest_is_the_last_resort() -> None:
    assert reasons(
        source("lama", range(10), age=timedelta(days=365)),
        source("agak-lama", range(10), age=timedelta(days=40)),
    ) == {"lama": Reason.STALE, "agak-lama": Reason.LAST_RESORT}


def test_where_nothing_is_dated_everything_counts() -> None:
    assert reasons(
        source("beranda", range(6), kind=SECTION, dated=False),
        source("indeks", range(4, 12), kind=SECTION, dated=False),
        source("gowa", range(5, 8), kind=SECTION, dated=False),
    ) == {"beranda": Reason.ADDS, "indeks": Reason.ADDS, "gowa": Reason.COVERED}


def test_nothing_is_chosen_where_nothing_lists_anything() -> None:
    assert reasons() == {}
    assert reasons(failing("feed"), source("kosong", [])) == {
        "feed": Reason.FAILED,
        "kosong": Reason.EMPTY,
    }


# Freshness ----------------------------------------------------------------------------------------


def test_a_busy_source_may_be_silent_for_a_night_and_a_slow_one_for_days() -> None:
    assert longest_silence(100) == SHORTEST_SILENCE
    assert longest_silence(0) == LONGEST_SILENCE
    assert longest_silence(0.01) == LONGEST_SILENCE
    assert timedelta(days=2) < longest_silence(5) < timedelta(days=4)


def test_freshness_names_what_a_source_shows() -> None:
    assert freshness(source("a", range(10)), NOW) is Freshness.FRESH
    assert freshness(source("b", range(10), age=timedelta(days=3)), NOW) is Freshness.STALE
    assert freshness(source("c", range(10), dated=False), NOW) is Freshness.UNDATED
    assert freshness(source("d", []), NOW) is Freshness.EMPTY


def test_a_day_without_a_time_counts_as_its_beginning() -> None:
    listing = Listing(announcements=(item(1, on=date(2026, 11, 22)),))
    candidate = Candidate(url="a", kind=SECTION, looks=(Look(at=NOW, listing=listing),))
    assert candidate.newest_at == datetime(2026, 11, 22, tzinfo=UTC)
    assert candidate.per_day == 0.0


# Properties ---------------------------------------------------------------------------------------

LISTED = st.lists(st.integers(0, 30), max_size=12, unique=True)
SOURCES = st.lists(
    st.tuples(st.sampled_from(list(SourceKind)), LISTED, st.booleans(), st.integers(0, 400)),
    max_size=7,
)


def drawn(described: list[tuple[SourceKind, list[int], bool, int]]) -> list[Candidate]:
    return [
        source(f"s{number}", numbers, kind=kind, dated=dated, age=age * HOUR)
        for number, (kind, numbers, dated, age) in enumerate(described)
    ]


def kept_of(candidates: list[Candidate]) -> list[Candidate]:
    judged = {one.url: one for one in choose(candidates, now=NOW)}
    return [one for one in candidates if judged[one.url].kept]


def fresh_of(candidates: list[Candidate]) -> list[Candidate]:
    healthy = (Freshness.FRESH, Freshness.UNDATED)
    return [one for one in candidates if freshness(one, NOW) in healthy]


@settings(max_examples=80, deadline=None)
@given(SOURCES)
def test_the_kept_set_lists_everything_that_is_demanded_of_the_fresh(
    described: list[tuple[SourceKind, list[int], bool, int]],
) -> None:
    candidates = drawn(described)
    kept = kept_of(candidates)
    assert {key for one in kept for key in one.items} >= demand(fresh_of(candidates))
    assert bool(kept) == any(one.items for one in candidates)


@settings(max_examples=60, deadline=None)
@given(SOURCES)
def test_no_kept_source_is_superfluous_and_none_costs_more_than_all(
    described: list[tuple[SourceKind, list[int], bool, int]],
) -> None:
    candidates = drawn(described)
    kept, demanded = kept_of(candidates), demand(fresh_of(candidates))
    for one in kept:
        others = {key for other in kept if other is not one for key in other.items}
        assert len(kept) == 1 or not demanded <= others
    assert sum(COSTS[one.kind] for one in kept) <= sum(COSTS[one.kind] for one in candidates)
