"""What an edit changed, told in lines, and never the value of a secret."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import Config, read_config
from monitor.config_diff import MOST_LINES, differences

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECRET = "sangat-rahasia-sekali"
SITES = "sites:\n  - rakyatku\n  - {name: koran, url: https://a.example/, every: 5m}\n"
WATCHLISTS = "watchlists:\n  - {name: suriah, any: [Suriah, Syria], notify: []}\n"
HOOK = "channels:\n  hook: {type: webhook, url: https://h.example/, secret: satu-rahasia}\n"


class Edits:
    """Two versions of a config, and what the second changed."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "config.yaml"

    def read(self, text: str, last: Config | None = None) -> Config:
        self._path.write_text(text, encoding="utf-8")
        watchlists = last.watchlists if last is not None else ()
        return read_config(self._path, environment={"RAHASIA": SECRET}, last_good=watchlists)

    def between(self, old: str, new: str) -> list[str]:
        before = self.read(old)
        return differences(before, self.read(new, before))


@pytest.fixture
def edits(tmp_path: Path) -> Edits:
    return Edits(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (SITES, SITES, []),
        (SITES, f"# catatan\n{SITES}", []),
        (SITES, "sites: [rakyatku]\n", ["site koran removed"]),
        ("sites: [rakyatku]\n", SITES, ["site koran added"]),
        (SITES, SITES.replace("5m", "1h"), ["site koran: every '5m' → '1h'"]),
        (SITES, SITES.replace(", every: 5m", ""), ["site koran: every '5m' → (left out)"]),
        (
            "sites: [{region: Papua Tengah}]\n",
            "sites: [{region: Sulawesi Selatan, group: Fajar}, {region: Papua Tengah, every: 1h}]\n",
            [
                "site region Papua Tengah: every (left out) → '1h'",
                "site region Sulawesi Selatan and group Fajar added",
            ],
        ),
        ("sites: []\n", "sites: []\ncrawl: {delay: 2s}\n", ["crawl (left out) → {'delay': '2s'}"]),
        (
            "crawl: {delay: 1s, max_age: 7d}\n",
            "crawl: {delay: 2s, max_age: 7d}\n",
            ["crawl.delay '1s' → '2s'"],
        ),
        ("timezone: Asia/Jakarta\n", "timezone: UTC\n", ["timezone 'Asia/Jakarta' → 'UTC'"]),
        (
            "network: {allow_private: []}\n",
            "network: {allow_private: [10.0.0.0/8]}\n",
            ["network.allow_private + '10.0.0.0/8'"],
        ),
        (
            WATCHLISTS,
            WATCHLISTS.replace("Syria", "Suriah Utara"),
            ["watchlist suriah: any + 'Suriah Utara', any - 'Syria'"],
        ),
        (
            WATCHLISTS,
            WATCHLISTS.replace("Suriah, Syria", "Syria, Suriah"),
            ["watchlist suriah: any in another order"],
        ),
        (
            WATCHLISTS,
            WATCHLISTS.replace("[Suriah, Syria]", "Suriah"),
            ["watchlist suriah: any - 'Syria'"],
        ),
        (HOOK, HOOK.replace("satu", "dua"), ["channel hook: secret (secret) changed"]),
        (HOOK, f"{HOOK}  layar: {{type: console}}\n", ["channel layar added (console)"]),
        (HOOK, "channels: {}\n", ["channel hook removed"]),
    ],
)
def test_an_edit_is_told_in_lines(edits: Edits, old: str, new: str, lines: list[str]) -> None:
    assert edits.between(old, new) == lines


def test_of_a_channel_only_the_keys_are_told(edits: Edits) -> None:
    mail = (
        "channels:\n  surat: {type: email, to: [ani@a.example], from: s@a.example, "
        "smtp: {host: a.example, username: ani, password: lama-sekali}}\n"
    )
    new = mail.replace("lama-sekali", '"${RAHASIA}"').replace("ani@a", "budi@a")
    assert edits.between(mail, new) == ["channel surat: to, smtp.password (secret) changed"]


def test_a_secret_that_changed_in_its_file_only_is_told_of(edits: Edits, tmp_path: Path) -> None:
    text = "channels: {hook: {type: webhook, url: https://h.example/, secret_file: kunci}}\n"
    (tmp_path / "kunci").write_text("satu-rahasia")
    before = edits.read(text)
    (tmp_path / "kunci").write_text(SECRET)
    assert differences(before, edits.read(f"{text}# dua\n")) == [
        "channel hook: what its files hold changed (secret)"
    ]


def test_a_variable_is_never_filled_in(edits: Edits) -> None:
    (line,) = edits.between(WATCHLISTS, WATCHLISTS.replace("Syria", '"${RAHASIA}"'))
    assert SECRET not in line
    assert "+ '${RAHASIA}'" in line
    assert SECRET not in repr(edits.read(HOOK.replace("satu-rahasia", '"${RAHASIA}"')))


def test_of_a_watchlist_that_fails_its_examples_all_but_its_terms_is_told(edits: Edits) -> None:
    old = "watchlists: [{name: suriah, any: [Suriah], examples: {match: [di Suriah]}}]\n"
    new = old.replace("any: [Suriah]", "any: [Korea], urgent: true")
    assert edits.between(old, new) == [
        "watchlist suriah keeps its terms: its examples fail",
        "watchlist suriah: urgent (left out) → True",
    ]


def test_a_large_edit_is_told_in_short(edits: Edits) -> None:
    many = "".join(f"  - {{name: s{n}, url: https://s{n}.example/}}\n" for n in range(100))
    found = edits.between("sites: []\n", f"sites:\n{many}")
    assert len(found) == MOST_LINES + 1
    assert found[-1] == f"and {100 - MOST_LINES} more"


names = st.sampled_from(["a", "b", "c"])
terms = st.lists(st.sampled_from(["satu", "dua", "tiga"]), min_size=1, max_size=3, unique=True)
watchlists = st.dictionaries(names, terms, max_size=3)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return Edits(tmp_path_factory.mktemp("dasar")).read("sites: []\n")


def written(chosen: Mapping[str, list[str]]) -> dict[str, Any]:
    return {"watchlists": [{"name": name, "any": any_of} for name, any_of in chosen.items()]}


@settings(max_examples=60, deadline=None)
@given(watchlists, watchlists)
def test_lines_are_there_just_when_something_differs(
    base: Config, old: dict[str, list[str]], new: dict[str, list[str]]
) -> None:
    before, after = (replace(base, written=written(one)) for one in (old, new))
    assert bool(differences(before, after)) is (old != new)
    for name in old.keys() ^ new.keys():
        assert any(line.startswith(f"watchlist {name} ") for line in differences(before, after))
