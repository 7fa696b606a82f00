"""`!include` in a config file: which files stand for it, one after the other, within limits. Pure.

`sites: !include sites/*.yaml` puts the items of those files there; so does `- !include more.yaml` in a list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from core.errors import ConfigError, Problem
from core.yaml_nodes import MAX_CHARACTERS, at, compose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_FILES = 500
MAX_INCLUDES_DEEP = 8

LISTS = frozenset({"sites", "aliases", "watchlists"})
"""The sections whose included files give items."""
MAPPINGS = frozenset({"channels"})
"""The sections whose included files give named entries."""

_TAG = "!include"
_WILDCARDS = re.compile(r"[*?\[]")
_PLACES = "an `!include` stands for all of {sections}, or for items of their lists".format(
    sections=", ".join(f"`{name}:`" for name in sorted(LISTS | MAPPINGS))
)


def empty(section: str) -> str:
    """What says in YAML that nothing is meant to stand in a section."""
    return "[]" if section in LISTS else "{}"


class Library(Protocol):
    """Where included files are found and read."""

    def find(self, pattern: str, beside: str) -> Sequence[str]:
        """The paths that a pattern means, seen from the file `beside`, in their order.

        A pattern without wildcards means one path, whether there is such a file or not.
        """

    def text(self, path: str) -> str | None:
        """What a file holds; None where there is none. Raises ConfigError where it cannot be read."""


class NoLibrary:
    """The library for reading the main file alone: whatever is included is left out."""

    def find(self, pattern: str, beside: str) -> Sequence[str]:  # noqa: ARG002  # the role has it
        return ()

    def text(self, path: str) -> str | None:  # noqa: ARG002  # the role has it
        return None


class Includes:
    """Walks from a file into those that it includes, and back; `path` is the file that it is in.

    What is wrong is added to `problems`, what may surprise to `warnings`.
    """

    def __init__(self, path: str, library: Library | None) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self._library = library
        self._trail = [path]
        self._files = 0
        self._characters = 0

    @property
    def path(self) -> str:
        return self._trail[-1]

    def are_meant(self, node: Node) -> bool:
        """Whether a node is an `!include`, where files can be included at all."""
        return self._library is not None and str(node.tag) == _TAG

    def items(self, node: Node, section: str) -> Iterator[Node]:
        """What a node gives to a list: itself, or the items of the files that it includes.

        A file gives its list, the list below the section's own key, or one item. While a node of it is
        being read, `path` is that file.
        """
        if not self.are_meant(node):
            yield node
            return
        for top in self._tops(node, section):
            for inner in top.value if isinstance(top, SequenceNode) else [top]:
                yield from self.items(inner, section)

    def pairs(self, node: Node, section: str) -> Iterator[tuple[Node, Node]]:
        """As `items`: the keys and values that a node gives to a mapping."""
        if isinstance(node, MappingNode):
            yield from node.value
            return
        if not self.are_meant(node):
            self._refuse(node, "an included file must hold a mapping here, of names to entries")
            return
        for top in self._tops(node, section):
            yield from self.pairs(top, section)

    def refuse_here(self, node: Node) -> None:
        """Tell that no `!include` can stand where this one does."""
        self._refuse(node, _PLACES)

    def _tops(self, node: Node, section: str) -> Iterator[Node]:
        """The top nodes of the files that a node includes; meanwhile `path` is theirs."""
        for path in self._paths(node):
            top = self._top(path, node, section)
            if top is not None:
                self._trail.append(path)
                yield _unwrapped(top, section)
                self._trail.pop()

    def _paths(self, node: Node) -> Sequence[str]:
        pattern = str(node.value).strip() if isinstance(node, ScalarNode) else ""
        if not pattern or not pattern.isprintable():
            self._refuse(node, "name one file or pattern after `!include`")
            return ()
        if self._library is None:
            return ()
        found = self._library.find(pattern, self.path)
        if not found and _WILDCARDS.search(pattern):
            self.warnings.append(
                self._at(node, f"no file is called {pattern}: nothing is included")
            )
        return found

    def _top(self, path: str, node: Node, section: str) -> Node | None:
        """The top node of a file, or None after telling why there is none."""
        if path in self._trail:
            way = " -> ".join([*self._trail[self._trail.index(path) :], path])
            self._refuse(node, f"this leads round in a circle: {way}")
            return None
        self._files += 1
        if self._files > MAX_FILES or len(self._trail) > MAX_INCLUDES_DEEP:
            self._refuse_amount(node)
            return None
        try:
            return self._read(path, node, section)
        except ConfigError as error:
            self.problems += error.problems
            return None

    def _refuse_amount(self, node: Node) -> None:
        if len(self._trail) > MAX_INCLUDES_DEEP:
            self._refuse(node, f"files are included more than {MAX_INCLUDES_DEEP} deep")
        elif self._files == MAX_FILES + 1:  # told once
            self._refuse(node, f"more than {MAX_FILES} files are included")

    def _read(self, path: str, node: Node, section: str) -> Node | None:
        text = self._library.text(path) if self._library is not None else None
        if text is None:
            self._refuse(node, f"there is no file {path}")
            return None
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            self._refuse(node, f"with {path} this is longer than {MAX_CHARACTERS:,} characters")
            return None
        top = compose(text, path)
        if top is None:
            advice = f"the file is empty; write `{empty(section)}` if you mean that"
            self.problems.append(at(path, 0, 0, advice))
        return top

    def _refuse(self, node: Node, message: str) -> None:
        self.problems.append(self._at(node, message))

    def _at(self, node: Node, message: str) -> Problem:
        return at(self.path, node.start_mark.line, node.start_mark.column, message)


def _unwrapped(top: Node, section: str) -> Node:
    """What stands below the section's own key, where a file holds that key and no other."""
    if isinstance(top, MappingNode) and len(top.value) == 1:
        key: Node = top.value[0][0]
        if isinstance(key, ScalarNode) and key.value == section:
            top = top.value[0][1]
    return top
