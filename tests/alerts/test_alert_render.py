from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import Alert
from alerts.render import Segment, picture, plain, published, safe_link, segments, shorten
from tests.alerts.newsdesk import MAKASSAR, make_alert

marks = st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=6)


@pytest.mark.parametrize(
    ("article", "zone", "wanted"),
    [
        ("2019-01-02T03:18:00+00:00", "Asia/Makassar", "Rab, 2 Jan 2019 11.18 WITA"),
        ("2019-01-02T03:18:00+00:00", "Asia/Jakarta", "Rab, 2 Jan 2019 10.18 WIB"),
        ("2019-08-17T16:00:00+00:00", "Asia/Jayapura", "Min, 18 Agu 2019 01.00 WIT"),
        ("2019-05-01T00:00:00+00:00", "UTC", "Rab, 1 Mei 2019 00.00 UTC"),
    ],
)
def test_time_is_written_as_indonesian_papers_write_it(
    article: str, zone: str, wanted: str
) -> None:
    assert published({"published_at": article}, ZoneInfo(zone)) == wanted


def test_where_only_the_day_is_known_no_time_is_shown() -> None:
    known = {"published_at": None, "published_on": "2019-10-04"}
    assert published(known, MAKASSAR) == "Jum, 4 Okt 2019"
    assert published({"published_at": None}, MAKASSAR) is None


@given(st.text(alphabet="abc \n\u202e\x1bé", max_size=50), marks)
def test_segments_hold_the_text_whatever_the_marks(text: str, spans: list[Any]) -> None:
    parts = segments(text, spans)
    assert plain(parts) == plain(segments(text, ()))
    assert all(part.text for part in parts)
    assert "\n" not in plain(parts)
    assert "\u202e" not in plain(parts)


@given(st.lists(st.text("ab", min_size=1, max_size=9), max_size=6), st.integers(1, 30))
def test_shortened_segments_keep_to_the_limit(texts: list[str], limit: int) -> None:
    parts = [Segment(text, marked=bool(index % 2)) for index, text in enumerate(texts)]
    short = plain(shorten(parts, limit))
    assert len(short) <= limit
    assert short == plain(parts) or plain(parts).startswith(short.removesuffix("…"))


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://a.example/ b", 'https://a.example/"x', "ftp://a.example/", ""],
)
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    assert safe_link(url) is None
    assert safe_link("https://koran.example/berita/1?a=b#c") is not None


def test_an_alert_without_anything_known_can_still_be_shown() -> None:
    bare = Alert(story=1, watchlists=("w",), article={}, snippet="", matched=())
    shown = picture(bare, MAKASSAR)
    assert (shown.site, shown.published, shown.link) == ("?", None, None)


def test_an_alert_survives_json() -> None:
    alert = make_alert()
    assert Alert.from_data(json.loads(json.dumps(alert.to_data()))) == alert


def test_a_channel_sees_only_the_watchlists_that_it_is_for() -> None:
    alert = make_alert().for_watchlists(("suriah",))
    assert alert.watchlists == ("suriah",)
    assert {words.watchlist for words in alert.matched} == {"suriah"}


def test_a_moment_in_another_zone_is_still_the_same_moment() -> None:
    at = datetime(2019, 1, 2, 3, 18, tzinfo=UTC).astimezone(MAKASSAR)
    assert published({"published_at": at.isoformat()}, MAKASSAR) == "Rab, 2 Jan 2019 11.18 WITA"
