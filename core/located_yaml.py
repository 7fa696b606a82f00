"""YAML read with the line and column of every value, and refused when it is not what it seems.

Only plain data comes out: mappings, lists, strings, numbers, booleans, null. YAML 1.2, so `no` and
`12:30` are strings. Duplicate keys, tags, alias bombs and endless nesting are problems, not surprises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from core.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_CHARACTERS = 4_000_000
MAX_DEPTH = 40
MAX_NODES = 200_000

Place = tuple[str | int, ...]
"""The way to a value: keys and indexes from the top ("watchlists", 0, "any")."""

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_TAG = "tag:yaml.org,2002:"
_COLLECTIONS = frozenset({_TAG + "map", _TAG + "seq"})
_BOOLEANS = {"true": True, "false": False}
_UNKNOWN_ALIAS = "found undefined alias"
_INTEGER_PREFIXES = {"0x": 16, "0o": 8}


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML document as plain `data`, with the place of every value and key.

    `marks` maps a place to (line, column) of its value, `key_marks` to those of its key; from 1.
    """

    path: str
    data: Any
    marks: dict[Place, tuple[int, int]] = field(repr=False)
    key_marks: dict[Place, tuple[int, int]] = field(repr=False)

    def problem(self, place: Place, message: str, *, key: bool = False) -> Problem:
        """A problem at the value at `place`, or at its key, or at the nearest thing that holds it."""
        marks = self.key_marks if key else self.marks
        for end in range(len(place), -1, -1):
            mark = marks.get(place[:end]) or self.marks.get(place[:end])
            if mark is not None:
                return Problem(path=self.path, line=mark[0], column=mark[1], message=message)
        return Problem(path=self.path, line=1, column=1, message=message)

    def expand(self, environment: Mapping[str, str]) -> tuple[Document, list[Problem]]:
        """The document with every `${NAME}` in a string replaced, and a problem for each unset name.

        Replaced after parsing: a value can hold any character and is never read as YAML.
        """
        problems: list[Problem] = []
        data = self._expand(self.data, (), environment, problems)
        return Document(self.path, data, self.marks, self.key_marks), problems

    def variables(self) -> frozenset[str]:
        """The names that stand in it as `${NAME}`."""
        return frozenset(_VARIABLE.findall("\n".join(_strings_in(self.data))))

    def _expand(
        self, value: Any, place: Place, environment: Mapping[str, str], problems: list[Problem]
    ) -> Any:
        if isinstance(value, dict):
            return {
                k: self._expand(v, (*place, k), environment, problems) for k, v in value.items()
            }
        if isinstance(value, list):
            return [
                self._expand(v, (*place, i), environment, problems) for i, v in enumerate(value)
            ]
        if not isinstance(value, str) or "${" not in value:
            return value
        for name in _VARIABLE.findall(value):
            if name not in environment:
                message = f"the environment variable {name} is not set"
                problems.append(self.problem(place, message))
        return _VARIABLE.sub(lambda match: environment.get(match[1], match[0]), value)


def _strings_in(value: Any) -> Iterator[str]:
    """Every string that is a value; keys are never expanded."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings_in(inner)


def load(text: str, path: str) -> Document:
    """Read one YAML document. Raises ConfigError with every problem found."""
    if len(text) > MAX_CHARACTERS:
        raise ConfigError([_at(path, 0, 0, f"longer than {MAX_CHARACTERS:,} characters")])
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise ConfigError([_syntax_problem(path, error)]) from error
    except RecursionError as error:
        raise ConfigError([_at(path, 0, 0, "nested too deeply")]) from error
    except (YAMLError, ValueError) as error:  # ruamel: a bare ValueError for a bad %directive
        message = " ".join(str(error).split()) or "this is no YAML"
        raise ConfigError([_at(path, 0, 0, message)]) from error
    reader = _Reader(path)
    data = reader.value(node, ()) if node is not None else None
    if reader.problems:
        raise ConfigError(reader.problems)
    return Document(path, data, reader.marks, reader.key_marks)


def _at(path: str, line: int, column: int, message: str) -> Problem:
    return Problem(path=path, line=line + 1, column=column + 1, message=message)


def _syntax_problem(path: str, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    words = ", ".join(part for part in (error.context, error.problem) if part)
    if words.startswith(_UNKNOWN_ALIAS):  # its name may be a password that begins with an asterisk
        words = f"{_UNKNOWN_ALIAS}; a value that begins with * must stand in quotes"
    if "but got '<scalar>'" in words:  # any: ["tanah longsor" AND banjir]
        words += "; a term with quotes in it must stand in single quotes as a whole"
    if mark is None:
        return _at(path, 0, 0, words)
    return _at(path, mark.line, mark.column, words)


class _Reader:
    """Turns composed nodes into plain data and remembers where each stood."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.marks: dict[Place, tuple[int, int]] = {}
        self.key_marks: dict[Place, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self._nodes = 0
        self._too_large = False

    def value(self, node: Node, place: Place) -> Any:
        self._nodes += 1
        self.marks[place] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if len(place) > MAX_DEPTH or self._nodes > MAX_NODES:
            return self._refuse_size(node)
        if isinstance(node, MappingNode | SequenceNode) and str(node.tag) not in _COLLECTIONS:
            return self._refuse_tag(node)
        if isinstance(node, MappingNode):
            return dict(self._entries(node, place))
        if isinstance(node, SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _entries(self, node: MappingNode, place: Place) -> Iterator[tuple[str, Any]]:
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._refuse(key_node, "a key must be a plain word")
                continue
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in seen:
                self._refuse(key_node, f"{key!r} stands here twice (first in line {seen[key]})")
                continue
            seen[key] = line
            self.key_marks[(*place, key)] = (line, key_node.start_mark.column + 1)
            yield key, self.value(value_node, (*place, key))

    def _scalar(self, node: Node) -> Any:
        tag, text = str(node.tag), str(node.value)
        if tag in (_TAG + "str", _TAG + "timestamp"):
            return text
        if tag == _TAG + "null":
            return None
        if tag == _TAG + "bool":
            return _BOOLEANS.get(text.lower(), text)  # a %YAML 1.1 directive makes `yes` one
        try:
            if tag == _TAG + "int":
                return int(text.replace("_", ""), _INTEGER_PREFIXES.get(text.lstrip("+-")[:2], 10))
            if tag == _TAG + "float":
                return float(
                    text.lower().replace("_", "").replace(".inf", "inf").replace(".nan", "nan")
                )
        except ValueError:
            return text
        return self._refuse_tag(node)

    def _refuse_tag(self, node: Node) -> None:
        tag = str(node.tag).removeprefix(_TAG)
        message = f"the tag {tag!r} is not understood here"
        if tag.startswith("!"):  # its name may be a password that begins so
            message = (
                "a tag is not understood here; a value that begins with ! must stand in quotes"
            )
        self._refuse(node, message)

    def _refuse(self, node: Node, message: str) -> None:
        mark = node.start_mark
        self.problems.append(_at(self.path, mark.line, mark.column, message))

    def _refuse_size(self, node: Node) -> None:
        if not self._too_large:  # an alias bomb meets its limit many times over
            self._refuse(node, "nested too deeply, or too large with all its aliases")
        self._too_large = True
