"""The mistakes of a config, with the line and a caret, and never with a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.errors import ConfigError
from monitor.cli.mistakes import excerpt, told
from monitor.config import read_config

if TYPE_CHECKING:
    from pathlib import Path


def shown(path: Path, text: str, environment: dict[str, str] | None = None) -> str:
    """What a terminal shows of a config with mistakes, its path left out."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(path, environment=environment or {})
    said = "\n".join(told(caught.value.problems, with_lines=True))
    return said.replace(f"{path}:", "")


def test_the_line_of_a_mistake_is_shown_with_a_caret(tmp_path: Path) -> None:
    said = shown(tmp_path / "k.yaml", "timezone: Asia/Jakarta\nlog: {level: keras}\n")
    assert said.splitlines()[1:] == ["    log: {level: keras}", "                 ^"]
    assert excerpt(["sites: [日本 x]"], 1, 12).endswith("\n" + " " * 13 + "^")


def test_in_a_term_the_caret_stands_where_the_term_is_wrong(tmp_path: Path) -> None:
    said = shown(tmp_path / "k.yaml", "watchlists:\n  - name: banjir\n    any: ['rob OR OR x']\n")
    assert said.endswith("    rob OR OR x\n           ^")


@pytest.mark.parametrize(
    "text",
    [
        "channels:\n  satu: {type: slak, url: 'https://x.example/kenari'}\n",
        "sites: []\n'channels': {satu: {type: slak, url: 'https://x.example/kenari'}}\n",
        "{sites: [a b], heartbeat: 'https://x.example/kenari'}\n",
        "heartbeat: kenari\n",
        "crawl: {proxy: 'http://ani:kenari@x'}\n",
        "sites: [{name: a, url: 'http://ani:kenari@x/', urk: 1}]\n",
        "channels:\n  satu:\n    type: webhook\n    url: 'https://x.example/kenari\n",
    ],
)
def test_no_line_is_shown_in_which_a_secret_may_stand(text: str, tmp_path: Path) -> None:
    said = shown(tmp_path / "k.yaml", text)
    assert "kenari" not in said
    assert "^" not in said


def test_what_the_environment_holds_is_not_drawn(tmp_path: Path) -> None:
    text = "watchlists: [{name: satu, any: ['(${VALUE}']}]\n"
    said = shown(tmp_path / "k.yaml", text, {"VALUE": "kenari rahasia"})
    assert "kenari" not in said


def test_an_included_list_is_shown_and_an_included_mapping_is_not() -> None:
    assert excerpt(["- name: banjir", "  anny: [x]"], 2, 3) == "anny: [x]\n^"
    assert excerpt(["meja: {type: slak, url: kenari}"], 1, 8) == ""


def test_what_would_move_the_cursor_is_shown_as_something_else() -> None:
    assert excerpt(["- a\x1b[2J\u202eb x: 1"], 1, 9) == "- a\ufffd[2J\ufffdb x: 1\n        ^"
