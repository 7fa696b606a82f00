"""YAML read with the line and column of every value, and refused when it is not what it seems.

Only plain data comes out: mappings, lists, strings, numbers, booleans, null. YAML 1.2, so `no` and
`12:30` are strings. Duplicate keys, tags, alias bombs and endless nesting are problems, not surprises.
Included files (core.includes) become part of the data, and their values know which file they are from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from core.errors import ConfigError, Problem
from core.includes import LISTS, MAPPINGS, Includes
from core.yaml_nodes import at, compose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from core.includes import Library

MAX_DEPTH = 40
MAX_NODES = 200_000

Place = tuple[str | int, ...]
"""The way to a value: keys and indexes from the top ("watchlists", 0, "any")."""

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_TAG = "tag:yaml.org,2002:"
_COLLECTIONS = frozenset({_TAG + "map", _TAG + "seq"})
_BOOLEANS = {"true": True, "false": False}
_INTEGER_PREFIXES = {"0x": 16, "0o": 8}
_ABSENT = object()  # a section of which no file was found: not one that was emptied


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML document as plain `data`, with the place of every value and key.

    `marks` maps a place to (line, column) of its value, `key_marks` to those of its key; from 1.
    `files` names the file of what is not from `path` itself, at the place where it was put in. A section
    all of whose included files are missing is not in the data.
    """

    path: str
    data: Any
    marks: dict[Place, tuple[int, int]] = field(repr=False)
    key_marks: dict[Place, tuple[int, int]] = field(repr=False)
    files: Mapping[Place, str] = field(default_factory=dict, repr=False)
    warnings: tuple[Problem, ...] = ()

    def file_of(self, place: Place) -> str:
        """The file in which the value at `place` is written."""
        ends = range(len(place), 0, -1)
        return next((self.files[place[:n]] for n in ends if place[:n] in self.files), self.path)

    def problem(self, place: Place, message: str, *, key: bool = False) -> Problem:
        """A problem at the value at `place`, or at its key, or at the nearest thing that holds it."""
        marks = self.key_marks if key else self.marks
        for end in range(len(place), -1, -1):
            mark = marks.get(place[:end]) or self.marks.get(place[:end])
            if mark is not None:
                path = self.file_of(place[:end])
                return Problem(path=path, line=mark[0], column=mark[1], message=message)
        return Problem(path=self.path, line=1, column=1, message=message)

    def where(self, place: Place, *, seen_from: Place) -> str:
        """The place of a value in words: its line, and its file where that is another."""
        line, _ = self.marks[place]
        return _where(self.file_of(place), line, seen_from=self.file_of(seen_from))

    def expand(self, environment: Mapping[str, str]) -> tuple[Document, list[Problem]]:
        """The document with every `${NAME}` in a string replaced, and a problem for each unset name.

        Replaced after parsing: a value can hold any character and is never read as YAML.
        """
        problems: list[Problem] = []
        data = self._expand(self.data, (), environment, problems)
        return replace(self, data=data), problems

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


def load(text: str, path: str, *, library: Library | None = None) -> Document:
    """Read one YAML document, and from `library` what it includes; without one, nothing can be included.

    Raises ConfigError with every problem found.
    """
    node = compose(text, path)
    reader = _Reader(path, library)
    data = reader.value(node, ()) if node is not None else None
    problems = reader.problems + reader.includes.problems
    if problems:
        raise ConfigError(problems)
    return Document(
        path=path,
        data=data,
        marks=reader.marks,
        key_marks=reader.key_marks,
        files=reader.files,
        warnings=tuple(reader.includes.warnings),
    )


def _where(path: str, line: int, *, seen_from: str) -> str:
    return f"in line {line}" if path == seen_from else f"at {path}:{line}"


class _Reader:
    """Turns composed nodes into plain data and remembers where each stood."""

    def __init__(self, path: str, library: Library | None) -> None:
        self.marks: dict[Place, tuple[int, int]] = {}
        self.key_marks: dict[Place, tuple[int, int]] = {}
        self.files: dict[Place, str] = {}
        self.problems: list[Problem] = []
        self.includes = Includes(path, library)
        self._main = path
        self._nodes = 0
        self._too_large = False

    def value(self, node: Node, place: Place) -> Any:
        self._nodes += 1
        self.marks[place] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if self.includes.path != self._main and len(place) <= 2:  # deeper is no include
            self.files[place] = self.includes.path
        if len(place) > MAX_DEPTH or self._nodes > MAX_NODES:
            return self._refuse_size(node)
        if self.includes.are_meant(node):
            return self._included(node, place)
        if isinstance(node, MappingNode | SequenceNode) and str(node.tag) not in _COLLECTIONS:
            return self._refuse_tag(node)
        if isinstance(node, MappingNode):
            return dict(self._entries(node.value, place))
        if isinstance(node, SequenceNode):
            return self._list(node.value, place)
        return self._scalar(node)

    def _included(self, node: Node, place: Place) -> Any:
        """What an `!include` that is all of a section stands for."""
        section = str(place[0]) if len(place) == 1 else ""
        if section in LISTS:
            return self._list([node], place)
        if section in MAPPINGS:
            missing = len(self.includes.warnings)
            found = dict(self._entries(self.includes.pairs(node, section), place))
            return found if found or len(self.includes.warnings) == missing else _ABSENT
        return self.includes.refuse_here(node)

    def _list(self, nodes: Iterable[Node], place: Place) -> Any:
        if len(place) != 1 or place[0] not in LISTS:
            return [self.value(node, (*place, index)) for index, node in enumerate(nodes)]
        missing = len(self.includes.warnings)
        values: list[Any] = []
        for node in nodes:
            for item in self.includes.items(node, str(place[0])):
                values.append(self.value(item, (*place, len(values))))
        return values if values or len(self.includes.warnings) == missing else _ABSENT

    def _entries(
        self, pairs: Iterable[tuple[Node, Node]], place: Place
    ) -> Iterator[tuple[str, Any]]:
        seen: dict[str, tuple[str, int]] = {}
        for key_node, value_node in pairs:
            if not isinstance(key_node, ScalarNode):
                self._refuse(key_node, "a key must be a plain word")
                continue
            key, path = str(key_node.value), self.includes.path
            line = key_node.start_mark.line + 1
            if key in seen:
                first = _where(*seen[key], seen_from=path)
                self._refuse(key_node, f"{key!r} stands here twice (first {first})")
                continue
            seen[key] = path, line
            self.key_marks[(*place, key)] = (line, key_node.start_mark.column + 1)
            value = self.value(value_node, (*place, key))
            if value is not _ABSENT:
                yield key, value

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
        self.problems.append(at(self.includes.path, mark.line, mark.column, message))

    def _refuse_size(self, node: Node) -> None:
        if not self._too_large:  # an alias bomb meets its limit many times over
            self._refuse(node, "nested too deeply, or too large with all its aliases")
        self._too_large = True
