"""Included files on the disk: found, read, and seen to change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.config_file import database_named_in, read_config_file
from core.errors import ConfigError
from core.file_library import FileLibrary


@pytest.fixture
def main(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("sites: !include situs/*.yaml\n")
    (tmp_path / "situs").mkdir()
    (tmp_path / "situs" / "a.yaml").write_text("- x\n")
    return path


def problem_of(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        read_config_file(path)
    (problem,) = caught.value.problems
    return str(problem)


def test_files_are_found_beside_the_file_that_includes_them(main: Path) -> None:
    (main.parent / "situs" / "b.yaml").write_text("- y\n")
    (main.parent / "situs" / ".b.yaml.swp").write_text("- z\n")
    (main.parent / "situs" / "b.yaml~").write_text("- z\n")
    document = read_config_file(main)
    assert document.data == {"sites": ["x", "y"]}
    assert document.file_of(("sites", 1)) == str(main.parent / "situs" / "b.yaml")


def test_a_file_may_be_named_from_the_root_of_the_disk(main: Path) -> None:
    other = main.parent / "lain.yaml"
    other.write_text("- y\n")
    for pattern in (other, other.with_name("l*n.yaml")):
        main.write_text(f"sites: !include {pattern}\n")
        assert read_config_file(main).data == {"sites": ["y"]}


def test_a_config_named_without_a_folder_finds_its_files(
    main: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(main.parent)
    document = read_config_file(Path("config.yaml"))
    assert document.file_of(("sites", 0)) == "situs/a.yaml"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("tiada.yaml", "config.yaml:1:8: there is no file"),
        ("situs", "situs:1:1: this is no file"),
        ("pipa", "pipa:1:1: this is no file"),
        ("biner", "biner:1:1: this is not UTF-8 text"),
        ("config.yaml/a", "config.yaml:1:8: there is no file"),
        ('"a\\0b"', "config.yaml:1:8: name one file"),
        ('"\\ud800"', "config.yaml:1:8: name one file"),
        ("x" * 300, "this cannot be read: File name too long"),
    ],
)
def test_what_cannot_be_read_is_told(main: Path, name: str, problem: str) -> None:
    os.mkfifo(main.parent / "pipa")
    (main.parent / "biner").write_bytes(b"\xff\xfe\x00")
    main.write_text(f"sites: !include {name}\n")
    assert problem in problem_of(main)


def test_a_file_that_is_far_too_large_is_not_read(main: Path) -> None:
    with (main.parent / "situs" / "a.yaml").open("wb") as file:
        file.truncate(1 << 34)
    assert "a.yaml:1:1: longer than 4,000,000 characters" in problem_of(main)


def test_a_library_sees_what_it_read_change_come_and_go(main: Path) -> None:
    main.write_text("sites: !include situs/*.yaml\nwatchlists: !include daftar.yaml\n")
    library = FileLibrary(main)
    with pytest.raises(ConfigError, match="no file"):
        read_config_file(main, library=library)
    seen = library.sighting
    assert seen.again() == seen
    (main.parent / "lain.yaml").write_text("[]\n")
    assert seen.again() == seen
    for path in ("situs/b.yaml", "daftar.yaml"):
        (main.parent / path).write_text("[]\n")
        assert seen.again() != seen
        (main.parent / path).unlink()
        assert seen.again() == seen
    (main.parent / "situs" / "a.yaml").write_text("- xyz\n")
    assert seen.again() != seen


def test_the_database_is_known_whatever_is_wrong_with_an_included_file(main: Path) -> None:
    main.write_text("database: lain.db\nsites: !include tiada.yaml\n")
    assert database_named_in(main) == main.parent / "lain.db"
