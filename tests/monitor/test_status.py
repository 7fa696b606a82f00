"""What `siaga status` shows of sites and sources: their health, their week, what went by unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from core.database import immediate
from core.snapshots import size_of
from crawler.outcomes import Outcome
from monitor.health.records import HealthRecords
from monitor.records import MonitorRecords
from monitor.retention.rules import KeepConfig
from monitor.status import Wanted, read_status
from tests.monitor.desk import FEED, SITE, Desk, page, refused_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(directory=tmp_path, watchlists="[{name: suriah, any: [Suriah]}]") as desk:
        yield desk


def status(desk: Desk) -> dict[str, Any]:
    (site,) = whole_status(desk)["sites"]
    return dict(site)


def whole_status(desk: Desk, keep: KeepConfig | None = None) -> dict[str, Any]:
    wanted = Wanted(
        sites=(SITE,),
        watchlists=("suriah",),
        zone=ZoneInfo("Asia/Makassar"),
        now=desk.clock.now(),
        keep=keep or KeepConfig(),
    )
    return read_status(desk.db, desk.directory / "siaga.db", wanted)


def test_a_site_that_nobody_looked_at_waits_and_has_no_week(desk: Desk) -> None:
    site = status(desk)
    assert (site["health"], site["health_reason"], site["since"]) == (
        "waiting",
        "never-looked",
        None,
    )
    assert site["week"] == [None] * 28
    assert site["unseen"] is None


def test_the_week_counts_what_came_and_the_baseline_is_not_of_it(desk: Desk) -> None:
    desk.visit(page("/lama", "Kabar lama"))  # noon in Makassar
    desk.clock.move(HOUR)
    at = desk.clock.now()
    desk.visit(page("/satu", "Kabar satu", at=at), page("/dua", "Kabar dua", at=at))
    site = status(desk)
    assert site["week"][-4:] == [None, None, 2, None]
    assert (site["health"], site["health_reason"]) == ("working", "fine")


def test_a_source_has_a_health_of_its_own(desk: Desk) -> None:
    (broken,) = desk.failure(Outcome.ROBOTS).sources
    (fine,) = desk.report().sources
    fine = replace(
        fine,
        state=replace(fine.state, url=f"{FEED}/kota"),
        fetch=replace(fine.fetch, url=f"{FEED}/kota"),
    )
    desk.newsdesk.take_report(replace(desk.report(), sources=(broken, fine)))
    site = status(desk)
    assert (site["health"], site["health_reason"]) == ("working", "some-fail")
    assert [(one["health"], one["health_reason"]) for one in site["sources"]] == [
        ("broken", "robots"),
        ("working", "fine"),
    ]


def test_what_is_still_to_be_read_is_not_counted_as_unreadable(desk: Desk) -> None:
    desk.visit(refused_page("/tutup", "", ""))
    desk.announce("/menunggu")
    assert status(desk)["unread"] == {"refused": 1}


def test_the_size_is_told_with_the_growth_of_the_last_week_and_what_is_too_old(desk: Desk) -> None:
    desk.visit(page("/satu", "Kabar satu"), page("/dua", "Kabar dua"))
    assert whole_status(desk)["storage"]["growth_per_day"] is None
    now = desk.clock.now()
    with immediate(desk.db) as connection:
        MonitorRecords(connection).put_size(0, at=now - 2 * DAY, kept_for=60 * DAY)
    desk.clock.move(40 * DAY)
    with immediate(desk.db) as connection:
        MonitorRecords(connection).put_size(0, at=desk.clock.now() - 4 * DAY, kept_for=60 * DAY)
    storage = whole_status(desk, KeepConfig.model_validate({"bodies": "30d"}))["storage"]
    assert storage["bytes"] == size_of(desk.directory / "siaga.db")
    assert storage["growth_per_day"] == round(storage["bytes"] / 4)
    assert storage["disk_full_in_days"] == storage["free_on_disk"] // storage["growth_per_day"]
    assert 0 < storage["keep_would_free"] <= storage["bytes"]


def test_what_went_by_unseen_this_week_is_said(desk: Desk) -> None:
    at = desk.clock.now()
    with immediate(desk.db) as connection:
        HealthRecords(connection).add_loss(SITE, 3.2, at=at)
        HealthRecords(connection).add_loss(SITE, 50.0, at=at - 8 * DAY)
    assert status(desk)["unseen"] == {"lost": 3.2, "at": at.isoformat()}
