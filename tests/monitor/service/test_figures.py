"""The figures of a real database, and how Prometheus reads them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from core.clock import to_text
from monitor.service.figures import Figures, open_for_reading, read_figures
from monitor.service.metrics import Report, exposition
from monitor.service.pulse import Part
from monitor.service.vitals import LookOutcome
from tests.clocks import NOON
from tests.docs.pages import DOCS, blocks, codes, rows
from tests.monitor.desk import SITE, Desk, page

if TYPE_CHECKING:
    from pathlib import Path

AT = to_text(NOON)
SURIAH = "[{name: suriah, any: [Suriah], notify: [kait, surat]}]"


def figures_of(desk: Desk) -> Figures:
    with open_for_reading(desk.directory / "siaga.db") as db:
        return read_figures(db, sites=[SITE, "harian"], now=desk.clock.now())


def test_the_figures_are_what_the_tables_hold(tmp_path: Path) -> None:
    with Desk(tmp_path, SURIAH) as desk:
        desk.visit()
        desk.visit(page("/1", "Suriah hari ini"), page("/2", "Harga beras naik"))
        figures = figures_of(desk)
    assert (figures.articles, figures.alerts, figures.matches) == (2, 1, {"alert": 1})
    assert (figures.deliveries["pending"], figures.deliveries["sent"]) == (3, 0)
    assert figures.sites == Counter(working=1, waiting=1)
    assert figures.requests == {"read": 4}  # two of the feed, and the pages
    assert (figures.unread, figures.unread_for) == (0, timedelta())
    assert figures.undelivered_for == timedelta(minutes=1)


def test_what_is_stored_and_not_yet_matched_is_the_lag(tmp_path: Path) -> None:
    with Desk(tmp_path, SURIAH) as desk:
        desk.store("/1", "Suriah dari arsip")
        desk.clock.move(timedelta(minutes=7))
        desk.store("/2", "Beras dari arsip")
        figures = figures_of(desk)
        assert (figures.unread, figures.unread_for) == (2, timedelta(minutes=7))
        desk.catch_up()
        assert figures_of(desk).unread_for == timedelta()


def test_whoever_reads_the_figures_cannot_write_and_makes_no_database(tmp_path: Path) -> None:
    with (
        Desk(tmp_path, "[]"),
        open_for_reading(tmp_path / "siaga.db") as db,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        db.conn.execute("DELETE FROM articles")
    with pytest.raises(sqlite3.OperationalError):
        open_for_reading(tmp_path / "tidak-ada.db")
    assert not (tmp_path / "tidak-ada.db").exists()


@pytest.fixture
def told(tmp_path: Path) -> str:
    """What Prometheus is told after a first look and one with news."""
    with Desk(tmp_path, SURIAH) as desk:
        desk.visit()
        desk.visit(page("/1", "Suriah hari ini"), page("/2", "Harga beras naik"))
        desk.db.conn.execute("INSERT INTO daemon VALUES (1, 1, :at, :at, NULL)", {"at": AT})
        figures = figures_of(desk)
    report = Report(
        figures=figures,
        now=NOON + timedelta(hours=1),
        started_at=NOON,
        config_version=3,
        looks={LookOutcome.NEWS: 2},
        stalled=[Part.LOOP],
        worker_memory=120 << 20,
        daemon_memory=80 << 20,
    )
    return exposition(report)


def test_prometheus_reads_every_figure(told: str) -> None:
    read = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }
    assert read["siaga_looks_total", "news"] == 2
    assert read["siaga_looks_total", "failed"] == 0
    assert (read["siaga_moving", "loop"], read["siaga_moving", "crawl"]) == (0, 1)
    assert read["siaga_deliveries", "pending"] == 3
    assert read["siaga_sites", "working"] == 1
    assert read[("siaga_age_seconds",)] == 3600
    assert read[("siaga_worker_memory_bytes",)] == 120 << 20
    assert read[("siaga_config_version",)] == 3


def test_the_docs_explain_every_metric_and_show_some_as_they_are(told: str) -> None:
    page_of_docs = DOCS / "operations.md"
    explained = {codes(row.cells[0])[0] for row in rows(page_of_docs) if row.columns[0] == "Metric"}
    families = text_string_to_metric_families(told)
    assert explained == {sample.name for family in families for sample in family.samples}
    (sample,) = [block for block in blocks(page_of_docs) if block.name == "metrics"]
    assert [line for line in sample.text.splitlines() if line not in told.splitlines()] == []
