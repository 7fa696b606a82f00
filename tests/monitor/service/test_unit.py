"""The systemd unit: the one that is shipped, the ones that are written, and what is left alone."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import UnitError
from monitor.cli.installing import write_unit
from monitor.service.unit import SYSTEM_CONFIG, SYSTEM_DATABASE, Installation, Scope, unit

DEPLOY = Path(__file__).parents[3] / "deploy"
SHIPPED = Installation(
    program=Path("/opt/siaga/.venv/bin/siaga"),
    config=SYSTEM_CONFIG,
    database=SYSTEM_DATABASE,
    scope=Scope.SYSTEM,
)


def command_of(text: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith("ExecStart=")]
    return line


def test_the_unit_that_is_shipped_is_the_one_that_is_written() -> None:
    assert (DEPLOY / "siaga.service").read_text(encoding="utf-8") == unit(SHIPPED)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_finds_the_unit_hardened() -> None:
    words = ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager"]
    done = subprocess.run(
        [*words, str(DEPLOY / "siaga.service")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_path_with_spaces_percents_and_dollars_stays_one_word() -> None:
    odd = replace(SHIPPED, program=Path('/opt/berita "100%" $HOME/siaga'))
    assert command_of(unit(odd)).startswith(
        'ExecStart="/opt/berita \\"100%%\\" $$HOME/siaga" --config'
    )


def test_a_service_of_a_persons_own_asks_for_nothing_that_only_root_can_give() -> None:
    own = unit(replace(SHIPPED, scope=Scope.USER))
    assert "WantedBy=default.target" in own
    assert not [one for one in ("DynamicUser", "ProtectSystem", "Capability") if one in own]
    assert "NoNewPrivileges=yes" in own


def test_what_lies_in_somebodys_home_is_hidden_from_the_machines_service() -> None:
    at_home = replace(SHIPPED, program=Path("/home/ani/siaga/.venv/bin/siaga"))
    assert at_home.hidden == (at_home.program,)
    assert replace(at_home, scope=Scope.USER).hidden == ()
    assert SHIPPED.hidden == ()


def test_a_unit_of_ours_is_brought_up_to_date_and_anothers_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "units" / "siaga.service"
    write_unit(path, unit(SHIPPED) + "# an older form\n", force=False)
    write_unit(path, unit(SHIPPED), force=False)
    assert path.read_text(encoding="utf-8") == unit(SHIPPED)
    other = unit(replace(SHIPPED, program=Path("/srv/siaga/bin/siaga")))
    for anothers in (other, "[Service]\nExecStart=/usr/bin/lain\n"):
        path.write_text(anothers, encoding="utf-8")
        with pytest.raises(UnitError, match="--force overwrites it"):
            write_unit(path, unit(SHIPPED), force=False)
        assert path.read_text(encoding="utf-8") == anothers
    write_unit(path, unit(SHIPPED), force=True)
    assert path.read_text(encoding="utf-8") == unit(SHIPPED)


def test_a_folder_that_cannot_be_written_to_is_told_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    with pytest.raises(UnitError, match=r"cannot be written .*: use sudo, --user, or --print"):
        write_unit(file / "siaga.service", unit(SHIPPED), force=False)
