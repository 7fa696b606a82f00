from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness.validators import (
    CHECKED_EVERY,
    DISBELIEVED_FOR,
    FIRST_CHECK,
    MOST_UNCHECKED,
    Asking,
    Trust,
    asking,
    heard,
    same,
)

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@given(st.integers(0, 500), st.integers(0, 50), st.timedeltas(MINUTE, 3 * CHECKED_EVERY))
def test_no_server_is_taken_at_its_word_for_long(
    not_modified: int, checks: int, unchecked: timedelta
) -> None:
    trust = Trust(not_modified=not_modified, checks=checks, whole_at=NOW - unchecked)
    if not_modified >= MOST_UNCHECKED or (not_modified and unchecked >= CHECKED_EVERY):
        assert asking(trust, NOW) is Asking.TO_CHECK


def test_the_more_it_was_checked_the_longer_it_is_believed() -> None:
    trust, at, whole = Trust(), NOW, []
    for look in range(200):
        at += MINUTE
        asked = asking(trust, at)
        whole += [look] if asked is Asking.TO_CHECK else []
        status = 200 if asked is Asking.TO_CHECK or look == 0 else 304
        trust = heard(trust, asked=asked, status=status, lied=False, at=at)
    between = [later - one for one, later in pairwise(whole)]
    assert whole[0] == FIRST_CHECK + 1
    assert between == sorted(between)
    assert max(between) == MOST_UNCHECKED + 1


def test_a_liar_is_not_believed_for_some_weeks() -> None:
    liar = heard(Trust(), asked=Asking.TO_CHECK, status=200, lied=True, at=NOW)
    assert asking(liar, NOW + DISBELIEVED_FOR - MINUTE) is Asking.DISBELIEVED
    honest_since = heard(liar, asked=Asking.DISBELIEVED, status=200, lied=False, at=NOW + MINUTE)
    assert asking(honest_since, NOW + DISBELIEVED_FOR - MINUTE) is Asking.DISBELIEVED
    assert asking(honest_since, NOW + DISBELIEVED_FOR) is Asking.CONDITIONALLY


@pytest.mark.parametrize(
    ("new", "old", "answer"),
    [
        (('"1"', "Senin"), ('"1"', "Selasa"), True),  # an ETag counts before a date
        (('"2"', "Senin"), ('"1"', "Senin"), False),
        ((None, "Senin"), (None, "Senin"), True),
        ((None, "Senin"), (None, "Selasa"), False),
        ((None, "Senin"), ('"1"', "Senin"), False),
        ((None, None), (None, None), False),
    ],
)
def test_what_stands_for_the_same_bytes(
    new: tuple[str | None, str | None], old: tuple[str | None, str | None], answer: bool
) -> None:
    assert same(*new, old=old) is answer
