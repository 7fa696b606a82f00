"""Instants, and how they are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import SystemClock, from_text, to_text, utc

instants = st.datetimes(timezones=st.timezones() | st.just(UTC), allow_imaginary=False).filter(
    lambda at: datetime(2, 1, 1, tzinfo=UTC) < at < datetime(9998, 1, 1, tzinfo=UTC)
)


@given(instants)
def test_an_instant_is_read_back_to_the_millisecond(at: datetime) -> None:
    assert timedelta() <= at - from_text(to_text(at)) < timedelta(milliseconds=1)


@given(instants, instants)
def test_the_order_of_the_texts_is_the_order_of_the_instants(
    one: datetime, other: datetime
) -> None:
    if to_text(one) < to_text(other):
        assert one < other
    assert len(to_text(one)) == len(to_text(other))


def test_an_instant_is_written_in_utc() -> None:
    wita = timezone(timedelta(hours=8))
    assert to_text(datetime(2019, 1, 2, 11, 18, tzinfo=wita)) == "2019-01-02T03:18:00.000+00:00"


def test_a_naive_datetime_is_refused() -> None:
    naive = datetime(2019, 1, 2, 11, 18)  # noqa: DTZ001  # what is refused
    with pytest.raises(ValueError, match="no time zone"):
        utc(naive)
    with pytest.raises(ValueError, match="no time zone"):
        to_text(naive)


def test_the_clock_of_the_machine_tells_utc_and_never_runs_backwards() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()
