"""What a look tells of a site's rhythm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crawler.job import CrawlReport, Fetch, SourceLook, SourceState
from crawler.outcomes import Outcome
from monitor.rhythm.learning import Found
from monitor.rhythm.sightings import found_by, together

NOW = datetime(2019, 1, 2, 4, 0, tzinfo=UTC)
AN_HOUR_AGO = NOW - timedelta(hours=1)


def look(
    outcome: Outcome = Outcome.READ, *, listed: int = 0, known: tuple[str, ...] = (), late: int = 0
) -> SourceLook:
    at = NOW + timedelta(seconds=late)
    fetch = Fetch(url="https://koran.example/rss", kind="source", at=at, outcome=outcome)
    return SourceLook(
        state=SourceState(url=fetch.url), fetch=fetch, listed=listed, listed_known=known
    )


def report(*looks: SourceLook) -> CrawlReport:
    return CrawlReport(job="1", site="koran", sources=looks, final=True)


def test_what_two_sources_list_counts_once() -> None:
    visit = report(look(listed=3, known=("a", "b")), look(listed=2, known=("b",), late=2))
    assert found_by(visit, [AN_HOUR_AGO, None]) == Found(
        at=NOW, published=(AN_HOUR_AGO,), undated=1, listed=4, known=2
    )


def test_a_visit_without_a_readable_source_tells_nothing() -> None:
    assert found_by(report(look(Outcome.TIMEOUT)), []) is None
    assert found_by(report(), [AN_HOUR_AGO]) is None


def test_an_unchanged_source_beside_one_with_only_news_means_that_nothing_went_by_unseen() -> None:
    found = found_by(report(look(Outcome.UNCHANGED), look(listed=1)), [AN_HOUR_AGO])
    assert found is not None
    assert found.known == 1


def test_pages_left_for_a_second_visit_belong_to_the_first_look() -> None:
    first = Found(at=NOW, published=(NOW,), listed=3, known=2)
    second = Found(at=NOW + timedelta(minutes=1), published=(AN_HOUR_AGO,), listed=4, known=3)
    whole = Found(at=NOW, published=(NOW, AN_HOUR_AGO), listed=4, known=2)
    assert together(first, second) == whole
    assert together(None, second) == second
    assert together(first, None) == first
