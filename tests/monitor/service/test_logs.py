"""How a line of the log looks, and which lines there are."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from monitor.service.logs import set_up
from monitor.service.sections import LogConfig

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import TextIO


@pytest.fixture
def log(tmp_path: Path) -> Iterator[TextIO]:
    """A file to log to; what logging was before stands again afterwards."""
    root, names = (
        logging.getLogger(),
        ["", "siaga", "siaga.crawler", "siaga.alerts", "siaga.monitor"],
    )
    names += ["siaga.supervisor", "siaga.worker", "apscheduler"]
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in names}
    root.handlers = []  # pytest's own are not ours to close
    with (tmp_path / "log").open("w+", encoding="utf-8") as file:
        yield file
        root.handlers = handlers
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def read(log: TextIO) -> list[str]:
    log.flush()
    log.seek(0)
    return log.read().splitlines()


def journal(log: TextIO) -> Mapping[str, str]:
    """The environment of a service whose output is this file."""
    status = os.fstat(log.fileno())
    return {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}


def test_an_event_is_one_line_of_text_whatever_its_words_are(log: TextIO) -> None:
    set_up(LogConfig(), {}, out=log)
    logging.getLogger("siaga").error("config.yaml stays as it was:\n%s", "satu\ndua")
    (line,) = read(log)
    assert line[8:] == " ERROR   config.yaml stays as it was: | satu | dua"


def test_above_a_view_a_line_has_the_readers_time(log: TextIO) -> None:
    set_up(LogConfig(), {}, zone=ZoneInfo("Asia/Jayapura"), out=log)
    before = datetime.now(ZoneInfo("Asia/Jayapura")).replace(microsecond=0)
    logging.getLogger("siaga").info("halo")
    after = datetime.now(ZoneInfo("Asia/Jayapura"))
    (line,) = read(log)
    assert f"{before:%H:%M:%S}" <= line[:8] or before.day != after.day
    assert line[:8] <= f"{after:%H:%M:%S}" or before.day != after.day


def test_the_journal_adds_the_time_itself_and_is_told_the_priority(log: TextIO) -> None:
    set_up(LogConfig(), journal(log), out=log)
    logging.getLogger("siaga.crawler").warning("koran: gives no answer")
    set_up(LogConfig(format="json"), journal(log), out=log)
    logging.getLogger("siaga").info("stopping")
    text, data = read(log)
    assert text == "<4>WARNING koran: gives no answer"
    assert data.startswith('<6>{"at": ')


def test_as_json_an_event_is_an_object_with_its_facts(log: TextIO) -> None:
    set_up(LogConfig(format="json"), {}, out=log)
    facts: dict[str, Any] = {"channel": "kait", "attempt": 2, "host": object}
    logging.getLogger("siaga.alerts").warning("%s: again\nlater \ud83d", "kait", extra=facts)
    (line,) = read(log)
    told = json.loads(line)
    assert (told["level"], told["stage"]) == ("warning", "alerts")
    assert told["message"] == "kait: again\nlater \ud83d"
    assert (told["channel"], told["attempt"]) == ("kait", 2)
    assert told["at"].endswith("+00:00")
    assert {"args", "msg", "levelno"}.isdisjoint(told)


def test_what_went_wrong_on_our_side_is_one_object_with_its_traceback(log: TextIO) -> None:
    set_up(LogConfig(format="json"), {}, out=log)
    try:
        int("rusak")
    except ValueError:
        logging.getLogger("siaga").exception("looking failed")
    (line,) = read(log)
    assert "ValueError: invalid literal" in json.loads(line)["traceback"]


def test_each_stage_says_as_much_as_its_own_level_lets_it(log: TextIO) -> None:
    config = LogConfig.model_validate({"level": "warning", "levels": {"alerts": "debug"}})
    set_up(config, {}, out=log)
    for stage in ("crawler", "monitor", "alerts"):
        logging.getLogger(f"siaga.{stage}").debug("debug of %s", stage)
        logging.getLogger(f"siaga.{stage}").warning("warning of %s", stage)
    said = [line[17:] for line in read(log)]
    assert said == [
        "warning of crawler",
        "warning of monitor",
        "debug of alerts",
        "warning of alerts",
    ]


def test_verbose_goes_before_the_levels_and_another_config_takes_their_place(log: TextIO) -> None:
    quiet = LogConfig.model_validate({"levels": {"crawler": "error"}})
    set_up(quiet, {}, out=log, verbose=True)
    logging.getLogger("siaga.supervisor").debug("said")
    set_up(quiet, {}, out=log)
    logging.getLogger("siaga.supervisor").warning("not said")
    set_up(LogConfig(), {}, out=log)
    logging.getLogger("siaga.supervisor").info("said again")
    assert [line[17:] for line in read(log)] == ["said", "said again"]


def test_standard_error_is_where_a_log_goes_by_itself(
    log: TextIO, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set_up(LogConfig(), {}).stream is sys.stderr  # type: ignore[attr-defined]
    logging.getLogger("siaga").info("watching")
    assert capsys.readouterr().err.endswith(" INFO    watching\n")
