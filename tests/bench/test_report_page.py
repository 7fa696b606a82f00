"""The page of measurements: all that was gathered, and nothing that was not."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

from bench.report.page import render
from bench.report.plan import SCRIPTS
from bench.report.plot import Chart, draw
from bench.report.results import from_data, to_data
from bench.report.sections import SECTIONS, pictures
from tests.bench.gathering import gathered, result
from tests.docs.pages import DOCS

IDLE = {
    "sites": 300,
    "minutes": 3.0,
    "looks_per_minute": 30.0,
    "daemon_mb": 100.5,
    "worker_mb": 120.0,
    "memory_mb": 220.5,
    "daemon_cpu_percent": 0.5,
    "worker_cpu_percent": 1.75,
    "cpu_percent": 2.25,
}


def test_the_page_in_the_docs_is_what_its_figures_make_of_it() -> None:
    kept = from_data(json.loads((DOCS / "benchmarks.json").read_text(encoding="utf-8")))
    assert (DOCS / "benchmarks.md").read_text(encoding="utf-8") == render(kept)
    drawn = pictures(kept.figures("growth"))
    for name, picture in drawn.items():
        assert (DOCS / "benchmarks" / name).read_text(encoding="utf-8") == picture


def test_goals_stand_in_one_table_with_yes_or_no_at_the_end() -> None:
    page = render(gathered(result("idle", IDLE)))
    assert "| Idle: 300 sites: daemon and worker in at most 240 MB | 220 MB | yes |" in page
    assert "| Idle: less than 2 % of a core | 2.25 % | no |" in page
    assert page.count("| goal | measured | met |") == 1


def test_a_script_that_failed_is_said_to_have_failed() -> None:
    page = render(gathered(result("idle", None, "stopped after 600 s")))
    assert "Not measured: stopped after 600 s." in page
    assert "| not measured: stopped after 600 s | no |" in page


def test_what_was_not_run_is_not_on_the_page() -> None:
    assert "## Idle" not in render(gathered())


def test_what_is_gathered_survives_being_kept() -> None:
    whole = gathered(
        result("idle", IDLE), result("looks", None, "ended with status 1"), seconds=9.5
    )
    assert from_data(json.loads(json.dumps(to_data(whole)))) == whole


def test_every_script_that_is_run_has_its_section() -> None:
    assert sorted(script for script, *_ in SECTIONS) == sorted(one.name for one in SCRIPTS)


def test_a_chart_shows_each_point_with_its_figure_and_names_its_lines() -> None:
    lines = {"satu & dua": [(10, 1.25), (1_000, 4.0)], "tiga": [(10, 2.0), (1_000, 2.5)]}
    text = draw(Chart(title="Biaya", x="situs", y="ms", lines=lines))
    root = ET.fromstring(text)
    shown = {one.text for one in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"1.2", "4.0", "2.0", "2.5", "10", "1,000", "● satu & dua", "● tiga"} <= shown
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 4


def test_a_chart_of_one_size_or_of_no_cost_is_drawn_all_the_same() -> None:
    ET.fromstring(draw(Chart(title="Biaya", x="situs", y="ms", lines={"a": [(10, 0.0)]})))
