"""A site is put into config.yaml, and nothing else in it changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UsageError
from core.located_yaml import load
from monitor.config import read_config
from monitor.config_edit import entry_text, with_site
from monitor.config_write import add_site

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRY = {
    "name": "koran-lontara",
    "url": "https://koranlontara.example/",
    "feeds": ["https://koranlontara.example/feed"],
    "timezone": "Asia/Makassar",
}
SHORT = {"name": "n", "url": "https://n.example/"}
NEW = "    - name: n\n      url: https://n.example/\n"
SHIPPED = Path(__file__).parents[2] / "config.yaml"


def added(text: str) -> str:
    return with_site(text, SHORT)


# Where it goes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "timezone: UTC  # kami\n",
            "timezone: UTC  # kami\n\nsites:\n  - name: n\n    url: https://n.example/\n",
        ),
        ("timezone: UTC", "timezone: UTC\n\nsites:\n  - name: n\n    url: https://n.example/\n"),
        (
            "sites:\n  # belum ada\nx: 1\n",
            "sites:\n  - name: n\n    url: https://n.example/\n  # belum ada\nx: 1\n",
        ),
        (
            "sites: []  # kosong\nx: 1\n",
            "sites:  # kosong\n  - name: n\n    url: https://n.example/\nx: 1\n",
        ),
        (
            "sites: [a, b]   # dua\n",
            'sites: [a, b, {"name": "n", "url": "https://n.example/"}]   # dua\n',
        ),
        (
            "sites: [\n  a,  # satu\n  b,  # dua\n]\n",
            'sites: [\n  a,  # satu\n  b, {"name": "n", "url": "https://n.example/"},  # dua\n]\n',
        ),
        (
            "sites:\n- a\n- {name: b, url: u}  # dua\n\n# lalu\nx: 1\n",
            "sites:\n- a\n- {name: b, url: u}  # dua\n- name: n\n  url: https://n.example/\n\n# lalu\nx: 1\n",
        ),
        (
            "sites:\n    - {a: 1}\n    - b:\n# lalu\n",
            f"sites:\n    - {{a: 1}}\n    - b:\n{NEW}# lalu\n",
        ),
        (
            "sites: &kami\n  - a\nx: 1",
            "sites: &kami\n  - a\n  - name: n\n    url: https://n.example/\nx: 1",
        ),
        ("sites:\n  - a", "sites:\n  - a\n  - name: n\n    url: https://n.example/\n"),
        (
            "sites:\r\n  - a\r\nx: 1\r\n",
            "sites:\r\n  - a\r\n  - name: n\r\n    url: https://n.example/\r\nx: 1\r\n",
        ),
    ],
)
def test_a_site_goes_to_the_end_of_the_list_however_it_is_written(text: str, expected: str) -> None:
    assert added(text) == expected


@pytest.mark.parametrize(
    "text", ["sites: rakyatku\n", "sites: {a: 1}\n", "{sites: [a]}\n", "- a\n"]
)
def test_what_is_no_list_is_not_added_to(text: str) -> None:
    with pytest.raises(UsageError, match="by hand"):
        added(text)


def test_an_entry_is_written_with_its_values_quoted_where_they_must_be() -> None:
    odd = {"name": "1", "url": "https://a.example/?a=b#c", "feeds": ["https://a.example/x: y"]}
    assert load(entry_text(odd, 0), "x").data == [odd]
    assert entry_text(ENTRY, 0) == (
        "- name: koran-lontara\n"
        "  url: https://koranlontara.example/\n"
        "  feeds:\n"
        "    - https://koranlontara.example/feed\n"
        "  timezone: Asia/Makassar\n"
    )


COMMENT = st.sampled_from(["", "  # catatan", "\n# di antara", "\n"])
ITEM = st.sampled_from(["rakyatku", "{name: a, url: 'https://a.example/'}", '"fajar"'])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(ITEM, COMMENT), min_size=0, max_size=4),
    st.integers(0, 4),
    COMMENT,
    st.sampled_from(["", "x: [1, 2]  # ekor\n", "# akhir\n"]),
)
def test_the_old_lines_stay_and_the_new_site_is_the_last(
    items: list[tuple[str, str]], indent: int, head: str, tail: str
) -> None:
    lines = "".join(f"{' ' * indent}- {item}{comment}\n" for item, comment in items)
    text = f"timezone: UTC{head}\nsites:{head}\n{lines}{tail}"
    result = added(text)
    rest = result.splitlines()
    for line in entry_text(SHORT, indent if items else 2).splitlines():
        rest.remove(line)
    assert rest == text.splitlines()
    before, after = load(text, "x").data, load(result, "x").data
    assert after["sites"] == [*(before["sites"] or []), SHORT]
    assert {**after, "sites": None} == {**before, "sites": None}


def test_the_config_as_shipped_takes_a_site_and_keeps_every_line() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    result = with_site(text, ENTRY)
    rest = iter(result.splitlines())
    assert all(line in rest for line in text.splitlines())
    assert load(result, "x").data["sites"][-1] == ENTRY


# Writing ------------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "config.yaml"
    file.write_text("# kami\nsites:\n  - rakyatku   # dekat\nwatchlists: []\n", encoding="utf-8")
    yield file
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_the_file_holds_the_site_and_loads(path: Path) -> None:
    path.chmod(0o640)
    add_site(read_config(path), ENTRY)
    assert path.read_text(encoding="utf-8") == (
        "# kami\nsites:\n  - rakyatku   # dekat\n" + entry_text(ENTRY) + "watchlists: []\n"
    )
    config = read_config(path)
    assert [site.name for site in config.crawl.sites] == ["rakyatku", "koran-lontara"]
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_to_the_config_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "tautan.yaml"
    link.symlink_to(path)
    add_site(read_config(link), ENTRY)
    assert link.is_symlink()
    assert "koran-lontara" in path.read_text(encoding="utf-8")


def test_what_would_not_load_is_refused_and_the_file_stays(path: Path) -> None:
    before = path.read_bytes()
    config = read_config(path)
    with pytest.raises(UsageError, match="would not load with this site: 'situs baru' is no name"):
        add_site(config, {**ENTRY, "name": "situs baru"})
    with pytest.raises(UsageError, match="has another site called 'rakyatku'"):
        add_site(config, {**ENTRY, "name": "rakyatku"})
    assert path.read_bytes() == before


def test_a_site_goes_into_a_list_that_includes_others(path: Path, tmp_path: Path) -> None:
    (tmp_path / "situs.yaml").write_text("- fajar\n")
    path.write_text("sites:\n  - !include situs.yaml  # meja kota\n")
    add_site(read_config(path), ENTRY)
    lines = path.read_text().splitlines()
    assert lines[:3] == [
        "sites:",
        "  - !include situs.yaml  # meja kota",
        "  - name: koran-lontara",
    ]
    assert [site.name for site in read_config(path).crawl.sites] == ["fajar", "koran-lontara"]


def test_where_all_sites_are_included_it_is_said_that_the_site_belongs_there(
    path: Path, tmp_path: Path
) -> None:
    (tmp_path / "situs.yaml").write_text("- fajar\n")
    path.write_text("sites: !include situs.yaml\n")
    with pytest.raises(UsageError, match=r"is `!include situs\.yaml`: add the site to such a file"):
        add_site(read_config(path), ENTRY)


def test_a_file_that_is_gone_is_told(path: Path) -> None:
    config = read_config(path)
    path.unlink()
    with pytest.raises(UsageError, match="cannot be written"):
        add_site(config, ENTRY)
