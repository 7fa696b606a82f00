"""How edits of a config file are noticed: once it is still, whole, and whatever the editor does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from monitor.configfile import AGAIN_SECONDS, STILL_SECONDS, ConfigFile

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.configfile import Change

GOOD = "sites: [rakyatku]\n"
OTHER = "sites: [rakyatku, fajar]\n"
BROKEN = "sites: [rakyatku\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(GOOD)
    return path


def settled(file: ConfigFile, at: float) -> Change | None:
    """Polled when an edit is seen and again when it has been still for long enough."""
    assert file.poll(at) is None
    return file.poll(at + STILL_SECONDS)


def site_names(change: Change | None) -> list[str]:
    assert change is not None
    assert change.problem is None
    assert change.config is not None
    return [site.name for site in change.config.crawl.sites]


def test_a_file_that_nobody_edits_is_no_change(path: Path) -> None:
    file = ConfigFile(path)
    assert [file.poll(float(second)) for second in range(5)] == [None] * 5


def test_an_edit_is_applied_once_when_it_has_been_still_for_a_second(path: Path) -> None:
    file = ConfigFile(path)
    path.write_text(OTHER)
    assert file.poll(0.0) is None
    assert file.poll(0.9) is None
    assert site_names(file.poll(1.0)) == ["rakyatku", "fajar"]
    assert file.poll(2.0) is None


def test_an_edit_that_could_not_be_applied_is_offered_again(path: Path) -> None:
    file = ConfigFile(path)
    path.write_text(OTHER)
    settled(file, 0.0)
    file.offer_again(1.0)
    assert file.poll(AGAIN_SECONDS) is None
    assert site_names(file.poll(1.0 + AGAIN_SECONDS)) == ["rakyatku", "fajar"]
    assert file.poll(2.0 + AGAIN_SECONDS) is None


def test_a_file_that_is_still_being_written_is_waited_for(path: Path) -> None:
    file = ConfigFile(path)
    for second in range(5):
        path.write_text(OTHER[: 9 + second])
        assert file.poll(float(second)) is None
    path.write_text(OTHER)
    assert site_names(settled(file, 5.0)) == ["rakyatku", "fajar"]


def test_an_editor_that_puts_a_new_file_in_its_place_is_followed(path: Path) -> None:
    file = ConfigFile(path)
    new = path.with_suffix(".new")
    new.write_text(OTHER)
    new.replace(path)
    assert site_names(settled(file, 0.0)) == ["rakyatku", "fajar"]


def test_an_edit_that_keeps_size_and_time_is_noticed_by_its_new_file(path: Path) -> None:
    before = path.stat()
    file = ConfigFile(path)
    new = path.with_suffix(".new")
    new.write_text(GOOD.replace("rakyatku", "fajar   "))
    os.utime(new, ns=(before.st_mtime_ns, before.st_mtime_ns))
    new.replace(path)
    assert site_names(settled(file, 0.0)) == ["fajar"]


def test_a_broken_edit_is_a_problem_with_its_place_told_once(path: Path) -> None:
    file = ConfigFile(path)
    path.write_text(BROKEN)
    change = settled(file, 0.0)
    assert change is not None
    assert change.config is None
    assert str(change.problem).startswith(f"{path}:2:1: ")
    assert file.poll(9.0) is None


def test_a_broken_edit_that_is_mended_is_applied(path: Path) -> None:
    file = ConfigFile(path)
    path.write_text(BROKEN)
    settled(file, 0.0)
    path.write_text(OTHER)
    assert site_names(settled(file, 5.0)) == ["rakyatku", "fajar"]


def test_an_emptied_file_is_a_problem(path: Path) -> None:
    file = ConfigFile(path)
    path.write_text("")
    change = settled(file, 0.0)
    assert change is not None
    assert "the file is empty" in str(change.problem)


def test_a_file_that_goes_is_a_problem_and_one_that_comes_back_is_applied(path: Path) -> None:
    file = ConfigFile(path)
    path.unlink()
    change = settled(file, 0.0)
    assert change is not None
    assert "no such file" in str(change.problem)
    path.write_text(OTHER)
    assert site_names(settled(file, 5.0)) == ["rakyatku", "fajar"]


def test_a_file_that_is_gone_only_while_it_is_replaced_is_no_problem(path: Path) -> None:
    file = ConfigFile(path)
    path.unlink()
    assert file.poll(0.0) is None
    path.write_text(OTHER)
    assert site_names(settled(file, 0.5)) == ["rakyatku", "fajar"]


def test_a_file_that_lost_a_list_was_cut_off_and_is_no_order_to_forget(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("sites: []\nwatchlists: []\nchannels: {}\n")
    file = ConfigFile(path)
    sections = frozenset({"sites", "watchlists", "channels"})
    path.write_text("sites: []\nwatchlists: []\n")
    assert file.poll(1.0, sections=sections) is None
    change = file.poll(2.5, sections=sections)
    assert change is not None
    assert change.config is None
    assert "`channels:` was there before" in str(change.problem)
    assert "write `channels: {}`" in str(change.problem)


def test_a_database_named_on_the_command_line_stays_through_edits(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("sites: []\n")
    file = ConfigFile(path, database=tmp_path / "lain.db")
    path.write_text("sites: []\nwatchlists: []\n")
    assert file.poll(1.0) is None
    change = file.poll(2.5)
    assert change is not None
    assert change.config is not None
    assert change.config.database == tmp_path / "lain.db"


# Included files -----------------------------------------------------------------------------------


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """The folder of a config's included files, of which there is one."""
    (tmp_path / "config.yaml").write_text("sites: !include situs/*.yaml\nwatchlists: []\n")
    folder = tmp_path / "situs"
    folder.mkdir()
    (folder / "a.yaml").write_text("- rakyatku\n")
    return folder


def test_an_edit_of_an_included_file_is_applied_once_it_is_still(parts: Path) -> None:
    file = ConfigFile(parts.parent / "config.yaml")
    assert file.poll(0.0) is None
    (parts / "a.yaml").write_text("- rakyatku\n- fajar\n")
    assert file.poll(1.0) is None
    assert site_names(file.poll(2.0)) == ["rakyatku", "fajar"]
    assert file.poll(9.0) is None


def test_a_new_included_file_and_one_that_goes_are_noticed(parts: Path) -> None:
    file = ConfigFile(parts.parent / "config.yaml")
    (parts / "b.yaml").write_text("- fajar\n")
    assert site_names(settled(file, 0.0)) == ["rakyatku", "fajar"]
    (parts / "a.yaml").unlink()
    assert site_names(settled(file, 5.0)) == ["fajar"]


def test_an_edit_of_several_files_is_applied_as_one(parts: Path) -> None:
    file = ConfigFile(parts.parent / "config.yaml")
    (parts / "b.yaml").write_text("- rakyatku\n")  # twice, until the other file is saved
    assert file.poll(0.0) is None
    (parts / "a.yaml").write_text("- fajar\n")
    assert file.poll(0.9) is None
    assert file.poll(1.8) is None
    assert site_names(file.poll(2.0)) == ["fajar", "rakyatku"]


def test_a_file_that_an_edit_begins_to_include_is_followed_from_then_on(parts: Path) -> None:
    main = parts.parent / "config.yaml"
    main.write_text("sites: []\n")
    file = ConfigFile(main)
    main.write_text("sites: !include situs/a.yaml\n")
    assert site_names(settled(file, 0.0)) == ["rakyatku"]
    (parts / "a.yaml").write_text("- fajar\n")
    assert site_names(settled(file, 5.0)) == ["fajar"]


def test_a_broken_included_file_is_a_problem_with_its_own_place_and_can_be_mended(
    parts: Path,
) -> None:
    (parts / "a.yaml").write_text("- [\n")
    file = ConfigFile(parts.parent / "config.yaml")  # broken from the beginning
    (parts / "a.yaml").write_text("- raykatku\n")
    change = settled(file, 0.0)
    assert change is not None
    assert change.config is None
    assert str(change.problem).startswith(f"{parts / 'a.yaml'}:1:3: the catalogue has no site")
    (parts / "a.yaml").write_text("- rakyatku\n")
    assert site_names(settled(file, 5.0)) == ["rakyatku"]


def test_the_loss_of_every_included_file_is_no_order_to_forget(parts: Path) -> None:
    file = ConfigFile(parts.parent / "config.yaml")
    (parts / "a.yaml").unlink()
    assert file.poll(0.0) is None
    change = file.poll(1.0, sections=frozenset({"sites", "watchlists"}))
    assert change is not None
    assert change.config is None
    assert "`sites:` was there before and is gone" in str(change.problem)
