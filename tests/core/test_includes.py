"""`!include`: files that stand for items of a config, each value with the place in its own file."""

from __future__ import annotations

import fnmatch
import posixpath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ConfigError
from core.includes import MAX_FILES, MAX_INCLUDES_DEEP, NoLibrary
from core.located_yaml import Document, load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FLOODS = "- name: banjir\n  any: [banjir]\n"
STEMS = ["config", "satu", "dua", "sub/tiga"]


class Shelf:
    """A library of texts in memory, by path."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def find(self, pattern: str, beside: str) -> Sequence[str]:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(beside), pattern))
        if not {*pattern} & {*"*?"}:
            return [path]
        return sorted(name for name in self._texts if fnmatch.fnmatch(name, path))

    def text(self, path: str) -> str | None:
        return self._texts.get(path)


def read(main: str, **files: str) -> Document:
    """The main file `config.yaml` with others, whose names are given with "__" for "/", without ".yaml"."""
    texts = {f"{name.replace('__', '/')}.yaml": text for name, text in files.items()}
    return load(main, "config.yaml", library=Shelf({"config.yaml": main, **texts}))


def problems_of(main: str, **files: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(main, **files)
    return [str(problem) for problem in caught.value.problems]


# What a file gives --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["- {name: banjir}\n", "name: banjir\nany: [banjir]\n", "watchlists:\n  - name: banjir\n"],
    ids=["a list", "one item", "the section itself"],
)
def test_a_file_gives_a_list_one_item_or_the_section_itself(text: str) -> None:
    document = read("watchlists: !include banjir.yaml\n", banjir=text)
    assert [one["name"] for one in document.data["watchlists"]] == ["banjir"]


def test_files_of_a_pattern_come_in_the_order_of_their_names() -> None:
    document = read(
        "sites: !include situs/*.yaml\n", situs__b="- b1\n", situs__a="- a1\n- a2\n", lain="- c\n"
    )
    assert document.data == {"sites": ["a1", "a2", "b1"]}


def test_an_include_may_stand_among_the_items_of_a_list() -> None:
    document = read(
        "sites: [x, !include dua.yaml, z]\n", dua="[a, !include tiga.yaml]\n", tiga="[b]\n"
    )
    assert document.data == {"sites": ["x", "a", "b", "z"]}


def test_channels_of_several_files_are_one_mapping() -> None:
    document = read(
        "channels: !include kanal/*.yaml\n",
        kanal__a="satu: {type: console}\n",
        kanal__b="channels:\n  dua: {type: console}\n",
    )
    assert list(document.data["channels"]) == ["satu", "dua"]


def test_an_included_file_includes_relative_to_itself() -> None:
    document = read(
        "sites: !include sub/daftar.yaml\n", sub__daftar="- !include lagi.yaml\n", sub__lagi="- x\n"
    )
    assert document.data == {"sites": ["x"]}


# Places -------------------------------------------------------------------------------------------


def test_a_problem_stands_in_the_file_that_the_value_is_from() -> None:
    document = read(
        "watchlists:\n  - name: suap\n  - !include banjir.yaml\nchannels: !include kanal.yaml\n",
        banjir=FLOODS,
        kanal="hook:\n  url: x\n",
    )
    told = [
        str(document.problem(place, "salah"))
        for place in (
            ("watchlists", 0, "name"),
            ("watchlists", 1, "any", 0),
            ("watchlists", 1, "tiada"),
            ("channels", "hook", "url"),
            ("channels",),
        )
    ]
    assert told == [
        "config.yaml:2:11: salah",
        "banjir.yaml:2:9: salah",
        "banjir.yaml:1:3: salah",
        "kanal.yaml:2:8: salah",
        "config.yaml:4:11: salah",
    ]
    assert str(document.problem(("channels", "hook"), "salah", key=True)) == "kanal.yaml:1:1: salah"


def test_a_value_is_told_of_by_its_line_and_from_another_file_by_its_file_too() -> None:
    document = read("sites: [a, !include b.yaml]\n", b="\n- b\n")
    assert document.where(("sites", 1), seen_from=("sites", 0)) == "at b.yaml:2"
    assert document.where(("sites", 1), seen_from=("sites", 1)) == "in line 2"


def test_variables_are_put_into_included_files_and_told_of_there_when_they_are_not_set() -> None:
    document = read("sites: !include b.yaml\n", b="- ${SITUS}\n- ${TIADA}\n")
    expanded, problems = document.expand({"SITUS": "a"})
    assert expanded.data["sites"] == ["a", "${TIADA}"]
    assert list(map(str, problems)) == ["b.yaml:2:3: the environment variable TIADA is not set"]
    assert expanded.file_of(("sites", 0)) == "b.yaml"


# What is wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("main", "files", "problem"),
    [
        ("sites: !include b.yaml\n", {}, "config.yaml:1:8: there is no file b.yaml"),
        ("sites: !include b.yaml\n", {"b": ""}, "b.yaml:1:1: the file is empty"),
        ("sites: !include b.yaml\n", {"b": "- [x\n"}, "b.yaml:2:1: while parsing a flow sequence"),
        ("sites: !include *.yaml\n", {}, "config.yaml:1:17: "),
        ("sites: !include\n", {}, "config.yaml:1:8: name one file or pattern"),
        ("sites: !include [b.yaml]\n", {}, "config.yaml:1:8: name one file or pattern"),
        ("zone: !include b.yaml\n", {}, "config.yaml:1:7: an `!include` stands for all of"),
        ("sites: [{url: !include b.yaml}]\n", {}, "config.yaml:1:15: an `!include` stands for all"),
        ("!include b.yaml\n", {}, "config.yaml:1:1: an `!include` stands for all of"),
        ("sites: !include c*.yaml\n", {}, "config.yaml:1:8: this leads round in a circle"),
        (
            "sites: !include b.yaml\n",
            {"b": "- !include b.yaml\n"},
            "b.yaml:1:3: this leads round in a circle: b.yaml -> b.yaml",
        ),
        ("channels: !include b.yaml\n", {"b": "- x\n"}, "b.yaml:1:1: an included file must hold"),
        (
            "channels: !include '[bc].yaml'\n",
            {"[bc]": "a: 1\nb: 2\na: 3\n"},
            "[bc].yaml:3:1: 'a' stands here twice (first in line 1)",
        ),
        (
            "channels: !include k/*.yaml\n",
            {"k__a": "\nx: 1\n", "k__b": "x: 2\n"},
            "k/b.yaml:1:1: 'x' stands here twice (first at k/a.yaml:2)",
        ),
    ],
)
def test_what_cannot_be_included_is_told_where_it_stands(
    main: str, files: dict[str, str], problem: str
) -> None:
    found = problems_of(main, **files)
    assert len(found) == 1
    assert found[0].startswith(problem)


def test_problems_in_several_files_are_told_at_once() -> None:
    found = problems_of("sites: !include '?s.yaml'\nx: !y z\n", bs="- !z 1\n", cs="[")
    assert [one.split(":")[0] for one in found] == ["bs.yaml", "config.yaml", "cs.yaml"]


def test_includes_go_only_so_deep() -> None:
    files = {f"f{n}": f"- !include f{n + 1}.yaml\n" for n in range(MAX_INCLUDES_DEEP + 5)}
    (problem,) = problems_of("sites: !include f0.yaml\n", **files)
    assert f"more than {MAX_INCLUDES_DEEP} deep" in problem


def test_a_bomb_of_files_is_refused_once() -> None:
    lines = "- !include b.yaml\n" * (MAX_FILES + 20)
    (problem,) = problems_of("sites: !include a.yaml\n", a=lines, b="- x\n")
    assert problem == f"a.yaml:{MAX_FILES}:3: more than {MAX_FILES} files are included"


def test_the_size_of_all_files_together_is_limited() -> None:
    large = f"- x{' ' * 3_000_000}#\n"
    found = problems_of("sites: !include f*.yaml\n", f0=large, f1=large)
    assert found == ["config.yaml:1:8: with f1.yaml this is longer than 4,000,000 characters"]


def test_an_alias_bomb_that_is_included_is_refused_in_its_own_file() -> None:
    lines = ["- &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (problem,) = problems_of("sites: !include b.yaml\n", b="\n".join(lines))
    assert problem.startswith("b.yaml:")
    assert "too large with all its aliases" in problem


# What is not there --------------------------------------------------------------------------------


@pytest.mark.parametrize("main", ["sites: !include s/*.yaml\n", "sites: [!include s/*.yaml]\n"])
def test_a_pattern_that_names_no_file_is_a_warning_and_no_emptied_section(main: str) -> None:
    document = read(f"{main}channels: !include k/*.yaml\n")
    assert document.data == {}
    assert [one.message for one in document.warnings] == [
        "no file is called s/*.yaml: nothing is included",
        "no file is called k/*.yaml: nothing is included",
    ]


def test_a_file_that_says_so_empties_a_section() -> None:
    assert read("sites: !include s.yaml\n", s="[]\n").data == {"sites": []}


def test_without_a_library_an_include_is_a_tag_like_any_other() -> None:
    with pytest.raises(ConfigError, match="a tag is not understood here"):
        load("sites: !include x.yaml\n", "config.yaml")


def test_the_main_file_can_be_read_alone() -> None:
    main = "database: x.db\nsites: !include rusak.yaml\nchannels: !include k.yaml\n"
    assert load(main, "config.yaml", library=NoLibrary()).data["database"] == "x.db"


# Whatever is written ------------------------------------------------------------------------------

scraps = st.sampled_from(
    [
        *("- x", "sites:", "a: 1", "- [b", "", "- {c: 1}", "- &a *a", "!include sub/*.yaml"),
        *("- !include dua.yaml", "- !include '*.yaml'", "channels: !include ../dua.yaml"),
        *("sites: !include satu.yaml", "watchlists: !include sub/tiga.yaml"),
    ]
)
texts = st.lists(scraps, max_size=4).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(st.tuples(texts, texts, texts, texts))
def test_any_files_are_data_or_a_config_error_with_places_in_them(written: tuple[str, ...]) -> None:
    shelf = {f"{stem}.yaml": text for stem, text in zip(STEMS, written, strict=True)}
    try:
        document = load(shelf["config.yaml"], "config.yaml", library=Shelf(shelf))
    except ConfigError as error:
        assert error.problems  # noqa: PT017  # raising is one of two right answers
        lines = {path: text.count("\n") + 1 for path, text in shelf.items()}
        assert all(1 <= one.line <= lines[one.path] + 1 for one in error.problems)  # noqa: PT017
    else:
        assert all(document.file_of(place) in shelf for place in document.marks)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.from_regex(r"[a-z]{1,5}", fullmatch=True), max_size=3), max_size=6))
def test_a_list_cut_into_files_is_the_list(parts: list[list[str]]) -> None:
    files = {f"s__{n}": f"[{', '.join(map(repr, part))}]\n" for n, part in enumerate(parts)}
    document = read("sites: !include s/*.yaml\n", **files)
    assert document.data.get("sites", []) == [name for part in parts for name in part]
    for place in document.marks:
        if len(place) == 2:
            text = files[document.file_of(place).removesuffix(".yaml").replace("/", "__")]
            _, column = document.marks[place]
            assert text[column - 1 :].startswith(repr(document.data["sites"][place[1]]))
