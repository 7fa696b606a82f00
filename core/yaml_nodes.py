"""One YAML text as composed nodes, each with its mark; what is no YAML is refused where it stands. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scanner import Scanner, ScannerError

from core.errors import ConfigError, Problem

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

MAX_CHARACTERS = 4_000_000
MAX_BRACKETS = 50
"""How deep brackets may stand in one another: each makes every later token slower to read."""

_UNKNOWN_ALIAS = "found undefined alias"


def compose(text: str, path: str) -> Node | None:
    """The top node of a YAML document, None of an empty one. Raises ConfigError."""
    if len(text) > MAX_CHARACTERS:
        raise ConfigError([at(path, 0, 0, f"longer than {MAX_CHARACTERS:,} characters")])
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = _Scanner
    yaml.composer.warn_double_anchors = (
        False  # YAML allows it, and the warning shows what is written
    )
    try:
        node: Node | None = yaml.compose(text)
    except MarkedYAMLError as error:
        raise ConfigError([_syntax_problem(path, error)]) from error
    except RecursionError as error:
        raise ConfigError([at(path, 0, 0, "nested too deeply")]) from error
    except (YAMLError, ValueError, AssertionError) as error:  # ruamel: those for a bad %directive
        message = " ".join(str(error).split()) or "this is no YAML"
        raise ConfigError([at(path, 0, 0, message)]) from error
    return node


class _Scanner(Scanner):
    """Gives up on brackets that open without end: reading 4 MB of them would take hours."""

    def fetch_flow_collection_start(self, TokenClass: Any, to_push: Any) -> None:  # noqa: N803  # overrides
        if len(self.flow_context) >= MAX_BRACKETS:
            raise ScannerError(None, None, "nested too deeply", self.reader.get_mark())
        super().fetch_flow_collection_start(TokenClass, to_push)


def at(path: str, line: int, column: int, message: str) -> Problem:
    """A problem at a line and column that count from 0, as those of marks do."""
    return Problem(path=path, line=line + 1, column=column + 1, message=message)


def _syntax_problem(path: str, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    words = ", ".join(part for part in (error.context, error.problem) if part)
    if "but got '<scalar>'" in words:  # any: ["tanah longsor" AND banjir]
        words += "; a term with quotes in it must stand in single quotes as a whole"
    if words.startswith(
        _UNKNOWN_ALIAS
    ):  # its name may be a password that begins so; or !include *.yaml
        words = f"{_UNKNOWN_ALIAS}; what begins with * must stand in quotes"
    if mark is None:
        return at(path, 0, 0, words)
    return at(path, mark.line, mark.column, words)
