"""One YAML text as composed nodes, each with its mark; what is no YAML is refused where it stands. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from core.errors import ConfigError, Problem

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

MAX_CHARACTERS = 4_000_000


def compose(text: str, path: str) -> Node | None:
    """The top node of a YAML document, None of an empty one. Raises ConfigError."""
    if len(text) > MAX_CHARACTERS:
        raise ConfigError([at(path, 0, 0, f"longer than {MAX_CHARACTERS:,} characters")])
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise ConfigError([_syntax_problem(path, error)]) from error
    except RecursionError as error:
        raise ConfigError([at(path, 0, 0, "nested too deeply")]) from error
    except (YAMLError, ValueError) as error:  # ruamel: a bare ValueError for a bad %directive
        message = " ".join(str(error).split()) or "this is no YAML"
        raise ConfigError([at(path, 0, 0, message)]) from error
    return node


def at(path: str, line: int, column: int, message: str) -> Problem:
    """A problem at a line and column that count from 0, as those of marks do."""
    return Problem(path=path, line=line + 1, column=column + 1, message=message)


def _syntax_problem(path: str, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    words = ", ".join(part for part in (error.context, error.problem) if part)
    if "but got '<scalar>'" in words:  # any: ["tanah longsor" AND banjir]
        words += "; a term with quotes in it must stand in single quotes as a whole"
    if "alias" in words:  # !include *.yaml
        words += "; what begins with * must stand in quotes"
    if mark is None:
        return at(path, 0, 0, words)
    return at(path, mark.line, mark.column, words)
