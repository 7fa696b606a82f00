"""`siaga` as people and scripts run it: what it prints, where, with which exit status, and how fast."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import ROOT, Program, in_time
from tests.e2e.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = (
    *("run", "check", "demo", "status", "extract", "import", "articles", "search"),
    *("stories", "match", "alerts", "deliveries", "redeliver", "test-channel"),
)
# The whole ----------------------------------------------------------------------------------------


def test_help_lists_every_command(own: Program) -> None:
    done = own.run("--help")
    assert done.status == 0
    listed = {
        line.split()[0] for line in done.out.split("Commands:")[1].splitlines() if line.strip()
    }
    assert listed >= set(COMMANDS)


def test_every_command_explains_itself_without_a_config(tmp_path: Path) -> None:
    program = """
        from monitor.cli.main import COMMANDS, siaga
        for command in COMMANDS:
            siaga([command, "--help"], prog_name="siaga", standalone_mode=False)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(f"Usage: siaga {command} " in done.stdout for command in COMMANDS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--help"], ["check"], ["run", "--help"]])
def test_what_must_answer_at_once_loads_nothing_heavy(own: Program, words: list[str]) -> None:
    told = "import sys\nfrom monitor.cli.main import main\ntry:\n    main()\nfinally:\n    "
    told += "print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", told, "--config", str(own.config), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"scrapy", "twisted", "trafilatura", "htmldate", "requests", "rich"}
    assert not loaded & {"apscheduler", "lxml", "feedparser", "aiosmtpd", "sqlite_utils"}


def test_the_config_and_the_database_are_found_where_they_are_named(
    archive: Program, tmp_path: Path
) -> None:
    elsewhere = Program(directory=tmp_path, environment={"SIAGA_CONFIG": str(archive.config)})
    assert len(elsewhere.ask("articles")) == 2
    words = ["--config", str(archive.config), "--db", "lain.db", "articles"]
    assert Program(directory=tmp_path).ask(*words) == []
    assert (tmp_path / "lain.db").exists()


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["nosuch"], 2, "No such command 'nosuch'"),
        (["check", "--wat"], 2, "No such option"),
        (["--config", "tidak-ada.yaml", "check"], 2, "tidak-ada.yaml:1:1: there is no such file"),
        (["--config", "tidak-ada.yaml", "run"], 2, "tidak-ada.yaml:1:1: there is no such file"),
        (["--config", ".", "status"], 2, ".:1:1: this cannot be read: Is a directory"),
        (["--db", "tidak/ada.db", "status"], 1, "cannot be used as Siaga's database"),
        (["--db", "tidak/ada.db", "run"], 1, "cannot be written: No such file or directory"),
        (["--db", "tidak/ada.db", "run", "--once"], 1, "cannot be written: No such file"),
        (["--db", "config.yaml", "status"], 1, "file is not a database"),
        (["articles", "--since", "kemarin"], 2, "'kemarin' is no time: write 2d, 6h or 2026-11-22"),
        (["articles", "--since", "99999999d"], 2, "is no time"),
        (["articles", "--since", "0001-01-01T00:00+09:00"], 2, "is no time"),
        (["search", "Astana AND"], 2, "a word is missing at the end"),
        (["extract"], 2, "name a page"),
        (["extract", "tidak-ada.html"], 2, "tidak-ada.html cannot be read: No such file"),
        (["extract", "config.yaml", "--timezone", "Mars"], 2, "'Mars' is no time zone"),
        (["extract", "config.yaml"], 1, "config.yaml: this is no HTML page"),
        (["extract", "--batch", "config.yaml"], 2, "config.yaml:1: a line must be"),
        (["import", "tidak-ada.jsonl"], 2, "File 'tidak-ada.jsonl' does not exist"),
        (["match", "--watchlists", "config.yaml", "--articles", "config.yaml"], 2, "is no JSON"),
        (["redeliver"], 2, "Missing argument"),
        (["redeliver", "17"], 1, "there is no delivery 17; `siaga deliveries` lists them"),
        (["deliveries", "--state", "hilang"], 2, "'hilang' is not one of"),
        (["test-channel", "kaitt"], 2, "has no channel 'kaitt' (did you mean 'kait'?)"),
        (["test-channel", "mati"], 1, "mati: transient: 127.0.0.1: the connection was refused"),
    ],
)
def test_a_failure_is_said_in_a_sentence_on_standard_error(
    own: Program, words: list[str], status: int, said: str
) -> None:
    done = own.run(*words)
    assert done.status == status
    assert said in done.err
    if words[0] != "redeliver":
        assert done.out == ""


# check --------------------------------------------------------------------------------------------


def test_check_of_a_right_config_counts_what_it_holds(own: Program) -> None:
    done = own.run("check")
    assert (done.status, done.err) == (0, "")
    assert done.out == "config.yaml is right: 1 site, 2 watchlists, 3 channels\n"


def test_check_tells_every_error_with_its_place(own: Program) -> None:
    own.save("timezone: Asia/Makasar\nsites: [{name: a}]\nchannels: {k: {type: console, x: 1}}\n")
    done = own.run("check")
    assert (done.status, done.out) == (2, "")
    assert [line.split(": ")[0] for line in done.err.splitlines()] == [
        "config.yaml:1:11",
        "config.yaml:2:9",
        "config.yaml:3:31",
    ]


def test_on_a_terminal_check_shows_the_line_of_an_error(own: Program) -> None:
    own.save("timezone: Asia/Makasar\n")
    with Terminal([sys.executable, "-m", "monitor", "check"], own) as terminal:
        assert in_time(lambda: terminal.shows("^"))
        assert terminal.process.wait(10) == 2
    lines = [line.rstrip() for line in terminal.text.splitlines()]
    assert lines[1:] == ["    timezone: Asia/Makasar", "              ^"]


def test_check_warns_and_is_content_all_the_same(own: Program) -> None:
    own.save("sites: [{name: koran, url: 'https://koran.example/'}]\n")
    done = own.run("check")
    assert done.status == 0
    assert done.err.startswith("config.yaml:1:9: koran names no timezone")


def test_the_config_that_is_shipped_is_right(tmp_path: Path) -> None:
    shipped = str(ROOT / "config.yaml")
    done = Program(directory=tmp_path).run("--config", shipped, "check")
    assert (done.status, done.err) == (0, "")


# status -------------------------------------------------------------------------------------------


def test_status_shows_sites_watchlists_the_outbox_and_the_daemon(archive: Program) -> None:
    (status,) = archive.ask("status")
    assert status["daemon"]["running"] is False
    (site,) = status["sites"]
    assert (site["site"], site["health"], site["articles"]) == ("koran", "waiting", 1)
    assert [(one["watchlist"], one["alerts"]) for one in status["watchlists"]] == [
        ("suriah", 1),
        ("astana", 0),
    ]
    assert status["outbox"]["pending"] == 1


def test_status_tells_people_why_a_match_was_not_told(archive: Program) -> None:
    done = archive.run("status")
    assert done.status == 0
    assert "siaga is not running; `siaga run` starts it" in done.out
    assert "1: the watchlist notifies no channel" in done.out


def test_what_an_encoding_does_not_have_is_shown_as_an_escape(own: Program) -> None:
    body = " ".join(f"Kalimat ke-{number} tentang warung itu." for number in range(30))
    article = {"url": "https://koran.example/satu", "title": "Warung “Ponirah”", "body": body}
    assert own.run("import", str(own.write_lines("a.jsonl", article))).status == 0
    told = Program(directory=own.directory, environment={"PYTHONIOENCODING": "ascii"})
    assert [one["title"] for one in told.ask("articles")] == ["Warung “Ponirah”"]
    assert "Warung \\u201cPonirah\\u201d" in told.run("articles").out


def test_output_that_nobody_reads_to_its_end_is_no_error(archive: Program) -> None:
    script = f'"{sys.executable}" -m monitor --config "{archive.config}" articles --json | true'
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


# demo ---------------------------------------------------------------------------------------------


def test_the_demo_shows_the_alerts_arriving_and_leaves_nothing_behind(tmp_path: Path) -> None:
    temporary = tmp_path / "sementara"
    temporary.mkdir()
    program = Program(directory=tmp_path, environment={"TMPDIR": str(temporary)})
    done = program.run("demo")
    assert done.status == 0, done.out + done.err
    assert "Suriah" in done.out
    assert list(temporary.iterdir()) == []
    assert list(tmp_path.iterdir()) == [temporary]
