"""The models of config.yaml and the sentences of their errors."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, field_validator

from core.located_yaml import load
from core.models import Duration, Model, Name, Strings, Zone, parse_duration, suggest, validate

if TYPE_CHECKING:
    from core.located_yaml import Place


class Desk(Model):
    name: Name
    every: Duration = timedelta(minutes=10)
    quiet: bool = False
    size: int = 0

    @field_validator("size")
    @classmethod
    def _even(cls, size: int) -> int:
        if size % 2:
            raise ValueError("a desk has an even number of chairs")
        return size


class Paper(Model):
    zone: Zone = Field(alias="timezone")
    terms: Strings = ()
    desks: dict[str, Desk] = Field(default_factory=dict)
    main: Desk | None = None


def problems_of(text: str, model: type[Model] = Paper, place: Place = ()) -> list[str]:
    found, problems = validate(model, load(text, "config.yaml"), place)
    assert found is None
    return [str(problem) for problem in problems]


def test_a_right_section_becomes_a_frozen_model() -> None:
    document = load(
        "x:\n  timezone: Asia/Jayapura\n  terms: [a, b]\n  main: {name: kota, every: 2h}\n", "c"
    )
    paper, problems = validate(Paper, document, ("x",))
    assert problems == []
    assert paper is not None
    assert (paper.zone, paper.terms, paper.desks) == ("Asia/Jayapura", ("a", "b"), {})
    assert paper.main == Desk(name="kota", every=timedelta(hours=2))
    with pytest.raises(ValueError, match="frozen"):
        setattr(paper.main, "size", 2)  # noqa: B010  # what mypy would refuse too


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "timezon: Asia/Jakarta\ntimezone: UTC\n",
            "1:1: unknown key 'timezon' (did you mean 'timezone'?)",
        ),
        ("terms: []\n", "1:1: 'timezone' is missing"),
        (
            "timezone: Asia/Makasar\n",
            "1:11: 'Asia/Makasar' is no time zone (did you mean 'Asia/Makassar'?)",
        ),
        ("timezone: ../etc/passwd\n", "is no time zone"),
        ("timezone: 7\n", "1:11: this must be text"),
        ("timezone: UTC\nterms: satu\n", "2:8: this must be a list"),
        ("timezone: UTC\nterms: [a, 2]\n", "2:12: this must be text"),
        ("timezone: UTC\nmain: kota\n", "2:7: this must be a mapping of keys to values"),
        ("timezone: UTC\nmain: {name: a, quiet: no}\n", "2:24: this must be true or false"),
        ("timezone: UTC\nmain: {name: a, size: '2'}\n", "2:23: this must be a whole number"),
        ("timezone: UTC\nmain: {name: a, size: 3}\n", "2:23: a desk has an even number of chairs"),
        (
            "timezone: UTC\nmain: {name: a, sise: 2}\n",
            "2:17: unknown key 'sise' (did you mean 'size'?)",
        ),
        (
            "timezone: UTC\ndesks: {k: {name: a, evry: 1h}}\n",
            "2:22: unknown key 'evry' (did you mean 'every'?)",
        ),
        (
            "timezone: UTC\nmain: {name: a, every: 10}\n",
            "2:24: 10 is no duration: write 5s, 10m, 2h or 1d",
        ),
        ("timezone: UTC\nmain: {name: 'a b'}\n", "2:14: 'a b' is no name"),
        ("- 1\n", "1:1: this must be a mapping of keys to values"),
        ("", "1:1: this must be a mapping of keys to values"),
    ],
)
def test_a_mistake_is_told_where_it_stands_and_what_to_write(text: str, problem: str) -> None:
    assert any(problem in found for found in problems_of(text))


def test_all_mistakes_are_told_at_once() -> None:
    assert len(problems_of("timezone: Mars\nterms: satu\nmain: {size: 1}\n")) == 4


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5s", 5), (" 10m ", 600), ("1.5h", 5_400), ("2 d", 172_800), ("1w", 604_800), ("0s", 0)],
)
def test_durations_are_written_with_their_unit(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "10", "m", "-5s", "5 menit", "1h30m", 10, None, True, "9" * 400 + "w"]
)
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


def test_a_timedelta_is_a_duration_already() -> None:
    assert parse_duration(timedelta(seconds=3)) == timedelta(seconds=3)


@given(st.text(max_size=10))
def test_any_text_is_a_duration_or_a_value_error(text: str) -> None:
    try:
        assert parse_duration(text) >= timedelta()
    except ValueError as error:
        assert "duration" in str(error)  # noqa: PT017  # raising is one of two right answers


def test_a_suggestion_is_made_only_for_what_is_close() -> None:
    assert suggest("webhok", ["slack", "webhook"]) == " (did you mean 'webhook'?)"
    assert suggest("xyz", ["slack", "webhook"]) == ""
    assert suggest("x", []) == ""
