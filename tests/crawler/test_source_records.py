from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core.database import open_database
from crawler.discovery.announcement import SourceKind
from crawler.discovery.sources import Reason
from crawler.job import Fetch, SourceLook, SourceState
from crawler.outcomes import Outcome
from crawler.schema import MIGRATIONS
from crawler.source_records import SourceRecords

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.visits.known_source import KnownSource

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITE = "koran"
FEED = "https://koran.example/feed.xml"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SourceRecords]:
    db = open_database(tmp_path / "siaga.db", migrations=[MIGRATIONS])
    yield SourceRecords(db.conn)
    db.close()


def look(
    url: str = FEED, outcome: Outcome = Outcome.READ, *, at: datetime = NOW, **more: Any
) -> SourceLook:
    state = SourceState(url=url, kind=SourceKind.FEED, etag='"1"', last_modified="x", body_hash="y")
    fetch = Fetch(url=url, kind="source", at=at, outcome=outcome)
    return SourceLook(state=state, fetch=fetch, listed=3, **more)


def put(records: SourceRecords, one: SourceLook, *, complete: bool = True) -> None:
    succeeded = one.fetch.outcome in (Outcome.READ, Outcome.UNCHANGED)
    records.put_look(SITE, one, succeeded=succeeded, complete=complete)


def known(records: SourceRecords, url: str = FEED) -> KnownSource:
    one = records.one(SITE, url)
    assert one is not None
    return one


def test_validators_are_kept_by_a_complete_look_only(records: SourceRecords) -> None:
    put(records, look(), complete=False)
    assert known(records).etag is None
    assert records.baselined(SITE) == frozenset()
    assert records.covered_until(SITE) is None
    put(records, look())
    assert (known(records).etag, known(records).body_hash) == ('"1"', "y")
    assert records.baselined(SITE) == {FEED}
    assert records.covered_until(SITE) == NOW
    put(records, replace(look(), state=SourceState(url=FEED, etag='"2"')), complete=False)
    put(records, look(outcome=Outcome.TIMEOUT))
    assert known(records).etag == '"1"'


def test_of_an_index_only_the_newest_children_are_looked_at(records: SourceRecords) -> None:
    index = "https://koran.example/sitemap.xml"
    put(records, look(index, found_by="robots"))
    for day in range(10):
        put(records, look(f"https://koran.example/{day}.xml", found_by=index))
    found = records.of_site(SITE, newest_children=3)
    assert [one.url.rpartition("/")[2] for one in found] == [
        "sitemap.xml",
        "7.xml",
        "8.xml",
        "9.xml",
    ]
    assert [one.index for one in found] == [None, index, index, index]


def test_failures_are_counted_from_the_first_until_one_succeeds(records: SourceRecords) -> None:
    for hours in range(3):
        put(records, look(outcome=Outcome.GONE, at=NOW + hours * HOUR))
    trouble = known(records).trouble
    assert trouble is not None
    assert (trouble.failures, trouble.since, trouble.at) == (3, NOW, NOW + 2 * HOUR)
    put(records, look(at=NOW + 3 * HOUR))
    assert known(records).trouble is None


def test_a_change_of_standing_is_kept_once(records: SourceRecords) -> None:
    put(records, look())
    assert known(records).kept
    for reason in (Reason.ADDS, Reason.ADDS, Reason.STALE):
        records.put_standing(SITE, FEED, reason, at=NOW)
    assert not known(records).kept
    rows = records._connection.execute("SELECT was, became FROM source_changes ORDER BY id")
    assert rows.fetchall() == [(None, Reason.ADDS), (Reason.ADDS, Reason.STALE)]
