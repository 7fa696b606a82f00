"""Secrets that others on the machine can read are warned of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.errors import ConfigError
from monitor.config import read_config

if TYPE_CHECKING:
    from pathlib import Path

HOOK = "channels: {{hook: {{type: webhook, url: https://h.example, {}}}}}\n"
ENVIRONMENT = {"FOLDER": "rahasia", "KEY": "dari-lingkungan"}


def warnings(path: Path) -> list[str]:
    found = read_config(path, environment=ENVIRONMENT).warnings
    return [str(one).replace(f"{path.parent}/", "") for one in found]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A config that anybody can read, beside a secret that anybody can read."""
    path = tmp_path / "config.yaml"
    path.touch(mode=0o644)
    path.chmod(0o644)
    (tmp_path / "rahasia").mkdir()
    (tmp_path / "rahasia" / "kunci").write_text("satu")
    (tmp_path / "rahasia" / "kunci").chmod(0o640)
    return path


def test_a_file_of_a_secret_that_others_can_read_is_warned_of(path: Path) -> None:
    path.write_text(HOOK.format('secret_file: "${FOLDER}/kunci"'))
    (warning,) = warnings(path)
    assert warning == (
        "config.yaml:1:71: others on this machine can read rahasia/kunci (mode 640): "
        "chmod 600 rahasia/kunci"
    )
    (path.parent / "rahasia" / "kunci").chmod(0o600)
    assert warnings(path) == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{url_file: rahasia/kunci}", "can read rahasia/kunci (mode 640)"),
        ("https://detak.example/ping/satu", "can read this url (mode 644)"),
        ("{url: https://detak.example/ping/satu}", "can read this url (mode 644)"),
    ],
)
def test_the_address_of_the_heartbeat_is_a_secret(path: Path, written: str, said: str) -> None:
    (path.parent / "rahasia" / "kunci").write_text(" https://detak.example/ping/satu\n")
    path.write_text(f"heartbeat: {written}\n")
    config = read_config(path, environment={})
    assert said in str(config.warnings[0])
    assert config.service.heartbeat is not None
    url = config.service.heartbeat.url.get_secret_value()
    assert url == "https://detak.example/ping/satu"


def test_a_file_of_the_heartbeat_that_is_missing_is_told_once(path: Path) -> None:
    path.write_text("heartbeat: {url_file: tiada}\n")
    with pytest.raises(ConfigError) as caught:
        read_config(path, environment={})
    (problem,) = caught.value.problems
    assert problem.message == "tiada cannot be read: No such file or directory"


def test_a_config_with_a_secret_in_it_that_others_can_read_is_warned_of_once(path: Path) -> None:
    path.write_text(
        "channels:\n"
        "  satu: {type: discord, url: https://d.example/webhooks/satu}\n"
        "  dua: {type: discord, url: https://d.example/webhooks/dua}\n"
    )
    (warning,) = warnings(path)
    assert warning == (
        "config.yaml:2:30: others on this machine can read this url (mode 644): "
        "chmod 600 config.yaml, or write ${NAME} or url_file"
    )
    path.chmod(0o400)
    assert warnings(path) == []


@pytest.mark.parametrize(
    "secret", ['secret: "${KEY}"', "allow_private: true", "template_file: rahasia/kunci"]
)
def test_where_no_secret_is_written_out_there_is_nothing_to_warn_of(
    path: Path, secret: str
) -> None:
    kind = "discord" if "template" in secret else "webhook"
    text = HOOK.format(secret).replace("webhook", kind)
    path.write_text(text)
    assert warnings(path) == []


def test_an_included_file_is_warned_of_itself(path: Path) -> None:
    path.write_text("channels: !include kanal.yaml\n")
    part = path.with_name("kanal.yaml")
    part.write_text("surat: {type: discord, url: https://d.example/webhooks/satu}\n")
    part.chmod(0o604)
    (warning,) = warnings(path)
    assert warning.startswith(
        "kanal.yaml:1:29: others on this machine can read this url (mode 604)"
    )
