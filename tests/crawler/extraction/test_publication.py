from __future__ import annotations

from datetime import UTC, date, datetime

from crawler.extraction import publication
from crawler.extraction.claims import Claim
from crawler.extraction.publication import Publication

NOW = datetime(2024, 6, 6, 3, 0, tzinfo=UTC)
URL = "https://koran.example/read/1"


def _claim(value: str, source: str = "json-ld", weight: float = 4.0) -> Claim:
    return Claim(value=value, source=source, weight=weight)


def _decide(*claims: Claim, url: str = URL) -> Publication:
    return publication.decide(claims, url=url, timezone="Asia/Jakarta", now=NOW)


def test_a_label_that_contradicts_the_visible_clock_is_set_aside() -> None:
    decided = _decide(
        _claim("2024-06-05T07:02:33Z"), _claim("Rabu, 5 Juni 2024 07:02 WIB", "visible")
    )
    assert decided.at == datetime(2024, 6, 5, 0, 2, 33, tzinfo=UTC)
    assert decided.evidence == "json-ld"


def test_a_label_in_utc_that_equals_the_visible_clock_is_confirmed() -> None:
    decided = _decide(
        _claim("2024-06-05T00:02:33Z"), _claim("Rabu, 5 Juni 2024 07:02 WIB", "visible")
    )
    assert decided.at == datetime(2024, 6, 5, 0, 2, 33, tzinfo=UTC)
    assert decided.mislabelled is None


def test_two_machine_readable_dates_that_agree_outweigh_one_seen() -> None:
    decided = _decide(
        _claim("2024-06-05T00:02:33Z"),
        _claim("2024-06-05T07:02:33+07:00", "meta:article:published_time"),
        _claim("Selasa, 4 Juni 2024 11:00", "visible"),
    )
    assert decided.at == datetime(2024, 6, 5, 0, 2, 33, tzinfo=UTC)


def test_a_fresh_date_that_its_label_puts_into_the_future_is_local() -> None:
    decided = _decide(_claim("2024-06-06T09:55:00Z"))
    assert decided.at == datetime(2024, 6, 6, 2, 55, tzinfo=UTC)


def test_nothing_far_in_the_future_is_believed() -> None:
    assert _decide(_claim("2031-01-01T00:00:00Z")) == Publication()
    assert _decide(_claim("1 Januari 2031")) == Publication()


def test_a_date_years_from_the_addresses_own_is_refused() -> None:
    decided = _decide(
        _claim("2014-07-13T20:07:27"), url="https://koran.example/read/2024/06/05/berita"
    )
    assert decided == Publication()


def test_a_day_is_no_rival_of_an_instant() -> None:
    decided = _decide(_claim("2024-06-05", weight=9.0), _claim("5 Juni 2024 07:02", "visible"))
    assert decided.at == datetime(2024, 6, 5, 0, 2, tzinfo=UTC)


def test_a_day_alone_stays_a_day() -> None:
    decided = _decide(_claim("5 Juni 2024", "visible"))
    assert (decided.at, decided.on) == (None, date(2024, 6, 5))
    assert decided.evidence == "visible:5 Juni 2024"


def test_an_address_names_its_day() -> None:
    assert publication.address_day("https://koran.example/2024/06/05/a") == date(2024, 6, 5)
    assert publication.address_day("https://koran.example/read/20240605123456/a") is None
    assert publication.address_day("https://koran.example/2024/13/05/a") is None
    assert publication.address_day("https://koran.example/berita/20240231") is None


def test_a_change_before_publication_is_none() -> None:
    published = _decide(_claim("2024-06-05T07:02:33+07:00"))
    claims = (_claim("2024-06-05T06:00:00+07:00"),)
    changed = publication.modified(claims, published, timezone="Asia/Jakarta", now=NOW)
    assert changed is None


def test_a_date_without_a_zone_is_read_in_the_zone_that_readers_see() -> None:
    claims = (
        _claim("2024-06-05 07:02:33", "meta:publishdate"),
        _claim("2024-06-05 07:02:33", "meta:pubdate"),
        _claim("Rabu, 5 Juni 2024 08:02 WITA", "visible", weight=5.0),
    )
    decided = publication.decide(claims, url=URL, timezone="Asia/Makassar", now=NOW)
    assert decided.at == datetime(2024, 6, 5, 0, 2, 33, tzinfo=UTC)
