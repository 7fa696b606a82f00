"""Every decision about a match, and the order in which the reasons are asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive import StoredArticle
from crawler.article import Article
from crawler.intake import Origin
from monitor.decisions import SAID, Decision, Rules, decide, newest_publication, repeats

NOW = datetime(2019, 1, 10, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = Rules(max_age=7 * DAY)
ALL_OF_IT = Rules(max_age=7 * DAY, heed_baseline=False)


def stored(
    origin: Origin = Origin.CRAWL,
    *,
    published_at: datetime | None = None,
    published_on: date | None = None,
) -> StoredArticle:
    url = "https://koran.example/1"
    return StoredArticle(
        id=1,
        first_seen_at=NOW,
        revision=1,
        story=1,
        origin=origin,
        content_hash="",
        article=Article(
            url=url,
            canonical_url=url,
            title="Suriah",
            body="",
            published_at=published_at,
            published_on=published_on,
        ),
    )


NEW = stored()
OLD = stored(published_at=NOW - 30 * DAY)


@dataclass(frozen=True, kw_only=True)
class Case:
    """An article past its baselines that somebody is to be told of, but for what is said here."""

    article: StoredArticle = NEW
    seq: int = 11
    start_seq: int = 10
    notifies: bool = True
    told_before: bool = False
    rules: Rules = RULES
    mute_until: datetime | None = None

    def decision(self) -> Decision:
        return decide(
            self.article,
            seq=self.seq,
            start_seq=self.start_seq,
            notifies=self.notifies,
            told_before=self.told_before,
            rules=self.rules,
            now=NOW,
            mute_until=self.mute_until,
        )


@pytest.mark.parametrize(
    ("case", "decision"),
    [
        (Case(), Decision.ALERT),
        (Case(told_before=True), Decision.REPEATED),
        (Case(notifies=False), Decision.NOBODY),
        (Case(mute_until=NOW + DAY), Decision.MUTED),
        (Case(mute_until=NOW), Decision.ALERT),
        (Case(article=stored(Origin.IMPORT)), Decision.IMPORTED),
        (Case(article=stored(Origin.IMPORT_ALERT)), Decision.ALERT),
        (Case(article=stored(Origin.BASELINE)), Decision.SITE_BASELINE),
        (Case(seq=10), Decision.WATCHLIST_BASELINE),
        (Case(seq=1), Decision.WATCHLIST_BASELINE),
        (Case(article=OLD), Decision.TOO_OLD),
        # --no-baseline: however old, whatever was there; but not what was imported without --alert
        (Case(article=stored(Origin.BASELINE), rules=ALL_OF_IT), Decision.ALERT),
        (Case(seq=1, rules=ALL_OF_IT), Decision.ALERT),
        (Case(article=OLD, rules=ALL_OF_IT), Decision.ALERT),
        (Case(article=stored(Origin.IMPORT), rules=ALL_OF_IT), Decision.IMPORTED),
        (Case(notifies=False, rules=ALL_OF_IT), Decision.NOBODY),
        (Case(told_before=True, rules=ALL_OF_IT), Decision.REPEATED),
        # an import that is to alert does so at any age, before any watchlist's beginning
        (
            Case(article=stored(Origin.IMPORT_ALERT, published_at=NOW - 9999 * DAY), seq=1),
            Decision.ALERT,
        ),
        # of several reasons the one that would still hold if the others were lifted
        (Case(told_before=True, notifies=False), Decision.REPEATED),
        (Case(mute_until=NOW + DAY, told_before=True), Decision.REPEATED),
        (Case(mute_until=NOW + DAY, notifies=False), Decision.NOBODY),
        (Case(mute_until=NOW + DAY, article=stored(Origin.IMPORT_ALERT)), Decision.MUTED),
        (Case(notifies=False, article=stored(Origin.IMPORT)), Decision.NOBODY),
        (Case(seq=1, article=stored(Origin.BASELINE)), Decision.SITE_BASELINE),
        (Case(seq=1, article=OLD), Decision.WATCHLIST_BASELINE),
    ],
)
def test_each_case_has_its_reason(case: Case, decision: Decision) -> None:
    assert case.decision() is decision


@pytest.mark.parametrize(
    ("dates", "decision"),
    [
        ({"published_at": NOW - 7 * DAY}, Decision.ALERT),
        ({"published_at": NOW - 7 * DAY - timedelta(milliseconds=1)}, Decision.TOO_OLD),
        ({"published_at": NOW + 400 * DAY}, Decision.ALERT),
        ({"published_on": date(2019, 1, 3)}, Decision.ALERT),
        ({"published_on": date(2019, 1, 2)}, Decision.TOO_OLD),
        ({}, Decision.ALERT),
    ],
)
def test_age_is_counted_from_the_latest_instant_that_the_article_can_have_come_out(
    dates: dict[str, Any], decision: Decision
) -> None:
    assert Case(article=stored(**dates)).decision() is decision


def test_an_article_without_a_date_is_as_new_as_can_be() -> None:
    assert newest_publication(stored(), NOW) == NOW


@pytest.mark.parametrize("decision", Decision)
def test_every_decision_can_be_said_in_a_sentence(decision: Decision) -> None:
    assert SAID[decision]


@given(
    origin=st.sampled_from(Origin),
    seq=st.integers(1, 20),
    start_seq=st.integers(0, 20),
    age=st.timedeltas(-DAY, 30 * DAY),
)
def test_lifting_baselines_never_silences_anything(
    origin: Origin, seq: int, start_seq: int, age: timedelta
) -> None:
    article = stored(origin, published_at=NOW - age)
    heeding = Case(article=article, seq=seq, start_seq=start_seq).decision()
    lifted = Case(article=article, seq=seq, start_seq=start_seq, rules=ALL_OF_IT).decision()
    assert lifted in (Decision.ALERT, Decision.IMPORTED)
    if heeding is Decision.ALERT:
        assert lifted is Decision.ALERT


def test_a_second_piece_of_one_site_under_another_headline_is_no_repeat() -> None:
    one = stored()
    piece = replace(one, article=replace(one.article, site="koran", title="Suriah dua"))
    assert not repeats(piece, [])
    assert not repeats(piece, [("koran", "Suriah satu")])
    assert repeats(piece, [("koran", "SURIAH dua")])
    assert repeats(piece, [("harian", "Suriah satu")])
