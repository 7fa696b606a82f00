"""The container's files agree with each other and with the program."""

from __future__ import annotations

import re
from pathlib import Path

from core.located_yaml import load
from monitor.service.sections import HttpConfig

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def test_the_health_check_asks_where_siaga_answers_by_itself() -> None:
    (asked,) = re.findall(r"http://[^']+", DOCKERFILE)
    assert asked == f"http://{HttpConfig().listen}/live"


def test_everything_that_the_image_copies_is_there_and_is_let_in() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = [line[1:] for line in ignored if line.startswith("!")]
    assert "requirements.lock" in let_in
    assert [name for name in let_in if not (ROOT / name).exists()] == []


def test_the_container_runs_without_root_and_keeps_what_lasts_in_a_volume() -> None:
    *_, last = re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE)
    assert last != "root"
    (service,) = (
        load((DEPLOY / "compose.yaml").read_text(), "compose.yaml").data["services"].values()
    )
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "data:/data" in service["volumes"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).exists()
