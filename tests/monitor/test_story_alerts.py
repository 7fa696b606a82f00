"""One alert a story: copies are counted into it, and say where else it stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.article import Article
from crawler.discovery.announcement import Announcement
from crawler.job import CrawlReport, Fetch, PageRead
from crawler.outcomes import Outcome
from tests.monitor.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

import pytest

WATCHLISTS = """
- {name: suriah, any: [Suriah], notify: [kait]}
- {name: astana, any: [Astana], notify: [kait]}
"""
BODY = (
    "Rombongan utusan dari Suriah tiba di pelabuhan pada sore hari dan disambut wali kota bersama puluhan "
    "nelayan yang sudah menunggu sejak pagi di dermaga lama.\n\n"
    "Mereka membawa bantuan berupa benih ikan, jaring dan mesin perahu yang akan dibagikan kepada koperasi "
    "di tiga kecamatan pesisir mulai pekan depan."
)
ASTANA = "\n\nPertemuan lanjutan akan diadakan di Astana pada bulan depan, kata juru bicara rombongan itu."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(directory=tmp_path, watchlists=WATCHLISTS, heed_baseline=False) as desk:
        yield desk


def publish(
    desk: Desk, site: str, body: str = BODY, *, title: str = "Utusan tiba di dermaga"
) -> None:
    url = f"https://{site}.example/utusan"
    at = desk.clock.now()
    page = PageRead(
        announcement=Announcement(url=url),
        announced_by=("umpan",),
        fetch=Fetch(url=url, kind="page", at=at, outcome=Outcome.READ),
        article=Article(url=url, canonical_url=url, site=site, title=title, body=body),
    )
    desk.newsdesk.take_report(CrawlReport(job=site, site=site, pages=(page,)))


def payloads(desk: Desk) -> list[dict[str, Any]]:
    rows = desk.db.execute("SELECT data FROM alerts ORDER BY id").fetchall()
    return [json.loads(row[0]) for row in rows]


def decided(desk: Desk) -> list[tuple[str, str]]:
    return [(one.watchlist, one.decision) for one in desk.matches()]


def test_a_copy_of_what_was_told_is_recorded_and_not_told(desk: Desk) -> None:
    publish(desk, "koran")
    publish(desk, "salinan", f"MAKASSAR (ANTARA) - {BODY}")
    assert decided(desk) == [("suriah", "alert"), ("suriah", "repeated")]
    assert [one.watchlists for one in desk.alerts()] == [("suriah",)]


def test_copies_at_three_outlets_make_a_follow_up_for_those_who_were_told(desk: Desk) -> None:
    publish(desk, "koran")
    desk.db.execute("UPDATE deliveries SET state = 'sent', payload = 'x', due_at = NULL")
    publish(desk, "harian", f"MAKASSAR (ANTARA) - {BODY}")
    assert [one.kind for one in desk.deliveries()] == ["alert"]
    publish(desk, "salinan", f"PAREPARE (ANTARA) - {BODY}")
    publish(desk, "warta", f"MAROS (ANTARA) - {BODY}")
    assert [one.kind for one in desk.deliveries()] == ["alert", "follow-up"]
    follow_up = payloads(desk)[-1]["alert"]
    assert [other["site"] for other in follow_up["also_in"]] == ["harian", "salinan"]


def test_another_story_is_told_again(desk: Desk) -> None:
    publish(desk, "koran")
    publish(desk, "salinan", "Gempa di Suriah dirasakan sampai ke kota tetangga.", title="Gempa")
    assert decided(desk) == [("suriah", "alert"), ("suriah", "alert")]


def test_a_watchlist_that_only_a_copy_meets_is_told_where_the_story_stood_before(
    desk: Desk,
) -> None:
    publish(desk, "koran")
    publish(desk, "harian")
    publish(desk, "salinan", BODY + ASTANA)
    first, second = payloads(desk)
    assert first["also_in"] == []
    assert second["watchlists"] == ["astana"]
    assert second["story"] == first["story"]
    assert second["also_in"] == [
        {"site": "koran", "url": "https://koran.example/utusan"},
        {"site": "harian", "url": "https://harian.example/utusan"},
    ]


def test_what_was_told_of_a_story_is_not_told_of_the_one_that_it_turned_out_to_be(
    desk: Desk,
) -> None:
    publish(desk, "koran", "Suriah mengirim utusan.")  # the beginning of a story of its own
    publish(desk, "salinan")
    assert decided(desk) == [("suriah", "alert"), ("suriah", "alert")]
    desk.db.execute("UPDATE articles SET story = 2")
    desk.db.execute("INSERT INTO merged_stories VALUES (1, 2, '2019-01-02T00:00:00.000+00:00')")
    desk.db.execute("DELETE FROM matches WHERE story = 2")
    publish(desk, "harian")
    assert decided(desk)[-1] == ("suriah", "repeated")
