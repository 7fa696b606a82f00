"""Over which time a site was watched: gaps are where nothing reached back, and they add up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.health.watch import Stretch, kept, mean_share, percent

NOW = datetime(2019, 1, 2, 4, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def stretch(since: float, until: float, gap: str | None = None) -> Stretch:
    """Hours before NOW."""
    return Stretch(since=NOW - since * HOUR, until=NOW - until * HOUR, gap=gap)


def watched(*stretches: Stretch, why_not_now: str | None = None) -> tuple[float, list[str]]:
    one = kept("koran", stretches, since=NOW - DAY, until=NOW, why_not_now=why_not_now)
    return round(one.share, 4), [gap.why for gap in one.gaps]


def test_a_stretch_over_all_of_it_leaves_no_gap_though_the_next_look_is_still_to_come() -> None:
    assert watched(stretch(30, 0.5)) == (1.0, [])


def test_what_comes_after_the_last_look_is_a_gap_when_nothing_will_come() -> None:
    assert watched(stretch(30, 6), why_not_now="mati") == (0.75, ["mati"])
    assert watched(stretch(30, 6)) == (0.75, ["the next look has not come yet"])


def test_a_gap_between_stretches_says_why() -> None:
    assert watched(stretch(30, 12), stretch(6, 0, "terlalu pendek")) == (0.75, ["terlalu pendek"])


def test_nothing_watched_is_nothing_even_for_a_minute() -> None:
    assert watched() == (0.0, ["the next look has not come yet"])
    one = kept("koran", [], since=NOW - MINUTE, until=NOW, why_not_now=None)
    assert one.share == 0
    assert kept("koran", [], since=NOW, until=NOW, why_not_now=None).share == 0


def test_a_site_that_came_in_the_middle_was_not_watched_before() -> None:
    assert watched(stretch(12, 0)) == (0.5, ["it was not watched yet"])


hours = st.floats(0, 48)


@settings(max_examples=80)
@given(
    edges=st.lists(hours, max_size=8, unique=True),
    why=st.none() | st.just("mati"),
)
def test_gaps_lie_apart_within_the_period_and_never_over_what_was_watched(
    edges: list[float], why: str | None
) -> None:
    marks = sorted(edges, reverse=True)
    stretches = [
        stretch(since, until) for since, until in zip(marks[::2], marks[1::2], strict=False)
    ]
    recent = [one for one in stretches if one.until >= NOW - DAY]
    one = kept("koran", recent, since=NOW - DAY, until=NOW, why_not_now=why)
    assert -1e-9 <= one.share <= 1
    at = NOW - DAY
    for gap in one.gaps:
        assert at <= gap.since < gap.until <= NOW
        at = gap.until
        assert not any(s.since < gap.until and gap.since < s.until for s in stretches)


@pytest.mark.parametrize(
    ("share", "text"),
    [(1, "100 %"), (0.99999, "99.9 %"), (0.962, "96.2 %"), (0.5, "50 %"), (0, "0 %")],
)
def test_a_share_is_never_rounded_up(share: float, text: str) -> None:
    assert percent(share) == text


def test_the_share_of_no_sites_is_nothing() -> None:
    assert mean_share([]) == 0
