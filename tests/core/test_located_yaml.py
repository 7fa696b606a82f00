"""YAML with the place of everything in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ConfigError, Problem
from core.located_yaml import load
from core.yaml_nodes import MAX_CHARACTERS

CONFIG = """\
timezone: Asia/Makassar   # zona
watchlists:
  - name: suriah
    any: [Suriah, "Astana NEAR/20 Rusia"]
channels: {hook: {url: "${HOOK}/x"}}
"""

UNKNOWN_TAG = "a tag is not understood here; a value that begins with ! must stand in quotes"

letters = st.characters(codec="utf-8", exclude_categories=["C"])
plain = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(letters, max_size=12)
)
documents = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(letters, max_size=6), inner, max_size=3)
    ),
    max_leaves=12,
)


def problems_of(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(text, "config.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_every_value_and_key_knows_its_line_and_column() -> None:
    document = load(CONFIG, "config.yaml")
    assert document.data["watchlists"][0]["any"] == ["Suriah", "Astana NEAR/20 Rusia"]
    assert document.marks["timezone",] == (1, 11)
    assert document.marks["watchlists", 0, "any", 1] == (4, 19)
    assert document.key_marks["watchlists", 0, "any"] == (4, 5)
    assert document.key_marks["channels", "hook", "url"] == (5, 19)


def test_a_problem_stands_at_its_value_its_key_or_the_nearest_thing_around() -> None:
    document = load(CONFIG, "config.yaml")
    at_value = document.problem(("watchlists", 0, "any", 0), "salah")
    assert str(at_value) == "config.yaml:4:11: salah"
    assert (
        str(document.problem(("watchlists", 0, "any"), "salah", key=True))
        == "config.yaml:4:5: salah"
    )
    assert str(document.problem(("watchlists", 0, "tiada", 3), "salah")) == "config.yaml:3:5: salah"
    assert str(load("", "kosong.yaml").problem(("x",), "salah")) == "kosong.yaml:1:1: salah"


def test_words_stay_words() -> None:
    data = load("a: no\nb: off\nc: 12:30\nd: 2019-01-02\ne: yes\nf: 1e3x\ng: ''\n", "c").data
    assert data == {
        "a": "no",
        "b": "off",
        "c": "12:30",
        "d": "2019-01-02",
        "e": "yes",
        "f": "1e3x",
        "g": "",
    }


def test_numbers_booleans_and_null_are_what_they_look_like() -> None:
    data = load(
        "a: 12\nb: -0x1f\nc: 0o17\nd: 1.5\ne: true\nf: FALSE\ng: null\nh: ~\ni:\nj: .INF\n", "c"
    ).data
    expected = {"a": 12, "b": -31, "c": 15, "d": 1.5, "e": True, "f": False, "g": None, "h": None}
    assert data == {**expected, "i": None, "j": float("inf")}


def test_a_directive_for_an_older_yaml_does_not_turn_yes_into_its_opposite() -> None:
    data = load("%YAML 1.1\n---\na: yes\nb: no\n", "c").data
    assert data == {"a": "yes", "b": "no"}


def test_a_number_that_is_none_stays_a_word() -> None:
    data = load(f"a: !!float satu\nb: !!int dua\nc: {'9' * 5_000}\nd: !!bool mungkin\n", "c").data
    assert data == {"a": "satu", "b": "dua", "c": "9" * 5_000, "d": "mungkin"}


def test_an_empty_file_is_null() -> None:
    assert load("", "c").data is None
    assert load("# hanya catatan\n", "c").data is None


def test_an_alias_is_the_value_that_it_names() -> None:
    assert load("a: &x [1]\nb: *x\n", "c").data == {"a": [1], "b": [1]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb: 2\na: 3\n", "config.yaml:3:1: 'a' stands here twice (first in line 1)"),
        ("? [a]\n: 1\n", "config.yaml:1:3: a key must be a plain word"),
        ("a: !rahasia x\n", f"config.yaml:1:4: {UNKNOWN_TAG}"),
        ("a: !benda {b: 1}\n", f"config.yaml:1:4: {UNKNOWN_TAG}"),
        ("a: !!set {b}\n", "config.yaml:1:4: the tag 'set' is not understood here"),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            "python/object/apply:os.system' is not understood here",
        ),
        (
            "a: *tiada\n",
            "config.yaml:1:4: found undefined alias; what begins with * must stand in quotes",
        ),
        ("a: 1\n---\nb: 2\n", "config.yaml:2:1: expected a single document"),
        ("a: [1\nb: 2\n", "config.yaml:2:"),
        ("\ta: 1\n", "config.yaml:1:1: "),
        ("a: \x07\n", "config.yaml:1:1: "),
        ("&a [*a]\n", "nested too deeply"),
        ("[" * 2_000_000, "config.yaml:1:51: nested too deeply"),
        ("{a: " * 500_000, "nested too deeply"),
        ("- " * 5_000, "nested too deeply"),
        ("a: " + "[" * 60 + "]" * 60, "nested too deeply"),
        ("x" * (MAX_CHARACTERS + 1), "longer than 4,000,000 characters"),
        ("%YAML x\n---\n", "config.yaml:1:"),
        ("%YAML 1.22\n---\n", "config.yaml:1:1: version minor part"),
        ("%YAML 2.1\n---\n", "config.yaml:1:1: "),
    ],
)
def test_what_is_not_plain_data_is_refused_where_it_stands(text: str, problem: str) -> None:
    assert any(problem in found for found in problems_of(text))


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    found = problems_of("b: !x 1\na: 1\na: 2\nc: {d: 1, d: 2}\n")
    assert [line.split(":")[1] for line in found] == ["1", "3", "4"]


def test_an_alias_bomb_is_refused_once_and_soon() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    found = problems_of("\n".join(lines))
    assert len(found) == 1
    assert "too large with all its aliases" in found[0]


def test_variables_are_put_in_after_reading_so_that_none_is_read_as_yaml() -> None:
    document, problems = load(CONFIG, "c").expand({"HOOK": "a: [b\n#", "LAIN": ""})
    assert problems == []
    assert document.data["channels"]["hook"]["url"] == "a: [b\n#/x"
    assert document.marks["channels", "hook", "url"] == (5, 24)


def test_an_unset_variable_is_a_problem_where_it_stands() -> None:
    document, problems = load("a: [\"${SATU}\", 'x${DUA}${SATU}', $TIGA, 3]\n", "c").expand(
        {"SATU": "${DUA}"}
    )
    assert problems == [
        Problem(path="c", line=1, column=16, message="the environment variable DUA is not set")
    ]
    assert document.data == {"a": ["${DUA}", "x${DUA}${DUA}", "$TIGA", 3]}


@settings(max_examples=80, deadline=None)
@given(documents)
def test_what_is_written_as_json_is_read_back(data: Any) -> None:
    assert load(json.dumps(data, ensure_ascii=False), "c").data == data


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab:-[]{}&*!%#|>?'\"\n \t,0.~é", max_size=40))
def test_any_text_is_data_or_a_config_error_with_places(text: str) -> None:
    try:
        load(text, "c")
    except ConfigError as error:
        assert error.problems  # noqa: PT017  # raising is one of two right answers
        assert all(one.line >= 1 and one.column >= 1 for one in error.problems)  # noqa: PT017
