"""What counts as moving, and what as standing still."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.service.pulse import LIMITS, Part, Signs, stalls

ALL_AT_ONCE = Signs(loop=0.0, crawl=0.0, matching=0.0, delivery=0.0)


@pytest.mark.parametrize("part", Part)
def test_a_part_stands_still_once_it_has_not_moved_for_longer_than_it_may(part: Part) -> None:
    now = max(LIMITS.values()) + 1
    signs = replace(Signs(loop=now, crawl=now, matching=now, delivery=now), **{part: 0.0})
    assert [one.part for one in stalls(signs, now)] == [part]
    assert stalls(signs, LIMITS[part]) == ()


def test_a_quiet_night_without_looks_and_without_channels_is_no_stall() -> None:
    now = 1e9
    assert stalls(Signs(loop=now, crawl=None, matching=now, delivery=None), now) == ()


def test_a_sending_thread_that_has_ended_is_told_at_once() -> None:
    (stall,) = stalls(replace(ALL_AT_ONCE, delivery=float("-inf")), 0.0)
    assert str(stall) == "delivery: a thread that sends has not moved any more"


@given(st.floats(min_value=0, max_value=1e6), st.floats(min_value=0, max_value=1e6))
def test_what_stands_still_goes_on_standing_still(now: float, later: float) -> None:
    before = {one.part for one in stalls(ALL_AT_ONCE, now)}
    assert before <= {one.part for one in stalls(ALL_AT_ONCE, now + later)}
