"""A measurement is a child: its table is shown, its last line kept, and what goes wrong is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.report.plan import Script
from bench.report.running import run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from bench.report.results import Result


def played(folder: Path, text: str, *arguments: str, limit: float = 60.0) -> Result:
    (folder / "ukuran.py").write_text(text, encoding="utf-8")
    script = Script(name="ukuran", arguments=arguments, limit=limit)
    return run(script, folder / "lingkungan", folder=folder)


def test_the_last_line_is_kept_and_the_table_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "import sys\nprint('tabel', sys.argv[1])\nprint('{\"ms\": 1.5}')\nprint()\n"
    one = played(tmp_path, text, "{environments}/umum")
    assert one.figures == {"ms": 1.5}
    assert one.problem is None
    assert capsys.readouterr().out.strip() == f"tabel {tmp_path}/lingkungan/umum"
    assert one.arguments == ("{environments}/umum",)


def test_figures_of_a_script_that_ends_badly_are_kept_with_what_was_wrong(tmp_path: Path) -> None:
    one = played(tmp_path, "print('{\"lost\": 1}')\nraise SystemExit(3)\n")
    assert one.figures == {"lost": 1}
    assert one.problem == "ended with status 3"


def test_a_script_without_figures_has_none(tmp_path: Path) -> None:
    one = played(tmp_path, "print('[1, 2]')\n")
    assert one.figures is None
    assert one.problem == "its last line holds no figures"


def test_a_script_that_takes_too_long_is_stopped_with_all_that_it_started(tmp_path: Path) -> None:
    text = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "time.sleep(600)\n"
    )
    # What it started holds the pipe: were it left alone, this would wait for ten minutes.
    one = played(tmp_path, text, limit=1.0)
    assert one.problem == "stopped after 1 s"
