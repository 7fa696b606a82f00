"""What the environment put into a config file, taken out of what is said of the file. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.errors import Problem

SHORTEST = 4
"""Characters of the shortest value that is looked for: words hold every shorter one by chance."""


def without_values(problems: Iterable[Problem], values: Mapping[str, str]) -> list[Problem]:
    """The problems, with `${NAME}` where they repeat the value of the variable NAME.

    A password that stands in the wrong place is still one, and problems go to logs, channels and tables.
    """
    return [_redacted(one, values) for one in problems]


def _redacted(problem: Problem, values: Mapping[str, str]) -> Problem:
    drawn = problem.drawn if _without(problem.drawn, values) == problem.drawn else ""
    return replace(problem, message=_without(problem.message, values), drawn=drawn)


def _without(text: str, values: Mapping[str, str]) -> str:
    for name, value in sorted(values.items(), key=lambda item: len(item[1]), reverse=True):
        for form in (value, repr(value)[1:-1], value.strip()):
            if len(form) >= SHORTEST:
                text = text.replace(form, f"${{{name}}}")
    return text
