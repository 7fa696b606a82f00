from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from monitor.cli.main import siaga
from monitor.query.errors import QueryError
from tests.monitor.desk import Desk, page

if TYPE_CHECKING:
    from pathlib import Path


def printed(config: Path, *words: str) -> str:
    done = CliRunner().invoke(siaga, ["--config", str(config), "terms", *words])
    if done.exception:
        raise done.exception
    return done.stdout


def test_the_forms_of_a_root_are_printed_without_any_config(tmp_path: Path) -> None:
    lines = printed(tmp_path / "none.yaml", "~tarik AND korup*").splitlines()
    assert lines[0] == "~tarik"
    assert lines[1].startswith("  tarik, ")
    assert "penarikan," in " ".join(lines).split()
    assert lines[-2:] == ["korup*", "  korup*"]
    assert all(len(line) < 100 for line in lines)


def test_names_of_the_config_are_printed_beside_those_that_are_shipped(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("aliases: [[Bone, Watampone]]", encoding="utf-8")
    rows = [json.loads(line) for line in printed(config, "Bone OR Kyiv", "--json").splitlines()]
    assert rows == [
        {"term": "bone", "forms": ["bone", "watampone"], "articles": {}, "left_out": 0},
        {"term": "kyiv", "forms": ["kyiv", "kiev"], "articles": {}, "left_out": 0},
    ]


def test_rare_forms_are_printed_when_asked_for(tmp_path: Path) -> None:
    usual, every = (
        json.loads(printed(tmp_path / "none.yaml", "~serang", "--json", *more))
        for more in ((), ("--all",))
    )
    assert {"menyerang", "diserang", "penyerangan", "serangan"} <= set(usual["forms"])
    assert "menserang" not in usual["forms"]
    assert "menserang" in every["forms"]
    assert usual["left_out"] == len(every["forms"]) - len(usual["forms"]) > 0
    assert every["left_out"] == 0


def test_forms_that_stored_articles_have_come_first_with_their_number(tmp_path: Path) -> None:
    with Desk(tmp_path, "[]") as desk:
        desk.visit(page("/a", "Penyerangan", "Menserang."), page("/b", "Penyerangan lagi", "Isi."))
    text = printed(tmp_path / "config.yaml", "~serang")
    assert text.splitlines()[1].startswith("  penyerangan (2), menserang (1), serang, ")
    assert "rare forms that no stored article has (--all)" in text


def test_a_term_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="Bekasi is a name"):
        printed(tmp_path / "none.yaml", "~Bekasi")
