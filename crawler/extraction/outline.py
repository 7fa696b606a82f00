"""A page as a sequence of blocks of text, in order, each with its place in the tree.

One walk gives what every reader of the visible page needs. Elements are numbered in document
order, so that "inside" is a range of numbers, and sums over subtrees are one pass over a list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from core.text import clean_line
from crawler.extraction.errors import PageTooDeepError
from crawler.extraction.names import Role, roles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.html import HtmlElement

    from crawler.extraction.document import Document

MAX_DEPTH = 400
PROSE = 60
"""From this many characters on, mostly unlinked, a block counts as a paragraph of prose."""

_SILENT_TAGS = """
    head script style noscript template svg math object embed iframe video audio canvas select button
    textarea input map datalist dialog
"""
_SILENT = frozenset(_SILENT_TAGS.split())
_INLINE_TAGS = """
    a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q s samp
    small span strike strong sub sup time tt u var wbr picture source
"""
_INLINE = frozenset(_INLINE_TAGS.split())
_EMPHASIS = frozenset({"b", "strong"})
_PICTURES = frozenset({"img", "picture", "figure"})
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# A named element that holds more than this share of the page's prose is no furniture, whatever its name.
_FURNITURE_SHARE = 0.3
# Furniture inside so much furniture adds nothing but time.
_MOST_MARKS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A run of text that a reader sees as one line or paragraph; text is clean and not empty.

    `place` is the number of the block-level element that it stands in directly; `linked` counts its
    characters inside links, `strong` those at its beginning in bold; `marks` are the numbers of the
    elements around it that look like furniture (menus, captions, share bars, related links).
    """

    text: str
    place: int
    tag: str
    linked: int
    strong: int
    marks: tuple[int, ...]

    @property
    def link_share(self) -> float:
        return min(1.0, self.linked / len(self.text))

    @property
    def is_prose(self) -> bool:
        return len(self.text) >= PROSE and self.link_share < 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The blocks of a page; of its elements by number the element, its parent and its subtree's end.

    `furniture` holds the numbers of elements that are furniture by name and by what they hold.
    """

    blocks: tuple[Block, ...]
    elements: tuple[HtmlElement, ...]
    parents: tuple[int, ...]
    ends: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    roles: Mapping[int, Role]
    pictures: tuple[int, ...]
    furniture: frozenset[int]

    def span(self, element: int) -> range:
        """The positions of the blocks inside an element; of an inline one, the block that it is part of."""
        return range(*self.spans[element])

    def is_furniture(self, block: Block) -> bool:
        return not self.furniture.isdisjoint(block.marks)

    def is_elsewhere(self, block: Block, *, unless: int) -> bool:
        """Whether a block belongs to a menu, another article or comments: never with the element `unless`."""
        return any(
            Role.ELSEWHERE in self.roles[mark] and not self.holds(mark, unless)
            for mark in block.marks
        )

    def is_aside(self, block: Block, *, unless: int) -> bool:
        """Whether a block stands in furniture of any kind that does not hold the element `unless`."""
        return any(not self.holds(mark, unless) for mark in block.marks)

    def holds(self, outer: int, inner: int) -> bool:
        """Whether the element `inner` is `outer` or stands inside it."""
        return outer <= inner < self.ends[outer]

    def called(self, role: Role) -> list[int]:
        """The numbers of the elements whose names say this role, in order."""
        return [number for number, named in self.roles.items() if role in named]


def trace(document: Document) -> Outline:
    """Raises PageTooDeepError."""
    walk = _Walk(document.url)
    for event, element in etree.iterwalk(document.root, events=("start", "end")):
        if event == "start":
            walk.enter(element)
        else:
            walk.leave(element)
    return walk.outline()


def _furniture(blocks: list[Block]) -> frozenset[int]:
    prose: dict[int, int] = {}
    total = 0
    for block in blocks:
        length = len(block.text) if block.is_prose else 0
        total += length
        for mark in block.marks:
            prose[mark] = prose.get(mark, 0) + length
    return frozenset(mark for mark, held in prose.items() if held <= total * _FURNITURE_SHARE)


class _Run:
    """The text of the block that is being read."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._linked = 0
        self._strong = 0
        self._is_strong = True

    def __bool__(self) -> bool:
        return any(not part.isspace() for part in self._parts)

    def add(self, text: str, *, linked: bool, strong: bool) -> None:
        self._parts.append(text)
        shown = len(" ".join(text.split())) if linked or strong else 0
        if linked:
            self._linked += shown
        if strong and self._is_strong:
            self._strong += shown
        elif not text.isspace():
            self._is_strong = False

    def block(self, place: int, tag: str, marks: tuple[int, ...]) -> Block | None:
        """The block that has come together, None where nothing of it can be seen."""
        text = clean_line("".join(self._parts)) if self else ""
        if not text:
            return None
        return Block(
            text=text, place=place, tag=tag, linked=self._linked, strong=self._strong, marks=marks
        )


class _Walk:
    """The state of one walk over a tree."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._blocks: list[Block] = []
        self._elements: list[HtmlElement] = []
        self._parents: list[int] = []
        self._ends: list[int] = []
        self._spans: list[tuple[int, int]] = []
        self._roles: dict[int, Role] = {}
        self._pictures: list[int] = []
        self._open: list[int] = []  # the elements around this point
        self._places: list[int] = []  # those of them that are block-level
        self._marks: tuple[int, ...] = ()  # those that look like furniture
        self._silent = 0
        self._links = 0
        self._emphasis = 0
        self._run = _Run()

    def outline(self) -> Outline:
        return Outline(
            blocks=tuple(self._blocks),
            elements=tuple(self._elements),
            parents=tuple(self._parents),
            ends=tuple(self._ends),
            spans=tuple(self._spans),
            roles=self._roles,
            pictures=tuple(self._pictures),
            furniture=_furniture(self._blocks),
        )

    def enter(self, element: HtmlElement) -> None:
        number = len(self._elements)
        self._elements.append(element)
        self._parents.append(self._open[-1] if self._open else -1)
        self._ends.append(number + 1)
        self._open.append(number)
        if len(self._open) > MAX_DEPTH:
            raise PageTooDeepError(self._url)
        if _is_silent(element):
            self._silent += 1
        if not self._silent:
            self._begin(element, number)
        self._spans.append((len(self._blocks), len(self._blocks)))
        if not self._silent:
            self._take(element.text)

    def leave(self, element: HtmlElement) -> None:
        number = self._open.pop()
        self._ends[number] = len(self._elements)
        if not self._silent:
            self._finish(element)
        elif _is_silent(element):
            self._silent -= 1
        self._spans[number] = (self._spans[number][0], len(self._blocks) + bool(self._run))
        if self._marks and self._marks[-1] == number:
            self._marks = self._marks[:-1]
        if not self._silent:
            self._take(element.tail)

    def _begin(self, element: HtmlElement, number: int) -> None:
        tag = element.tag
        if tag not in _INLINE:
            self._finish_block()
            self._places.append(number)
        self._links += tag == "a"
        self._emphasis += tag in _EMPHASIS
        if tag in _PICTURES:
            self._pictures.append(number)
        role = roles(element)
        if role:
            self._roles[number] = role
        if Role.FURNITURE in role and len(self._marks) < _MOST_MARKS:
            self._marks = (*self._marks, number)

    def _finish(self, element: HtmlElement) -> None:
        tag = element.tag
        self._links -= tag == "a"
        self._emphasis -= tag in _EMPHASIS
        if tag not in _INLINE:
            self._finish_block()
            self._places.pop()

    def _take(self, text: str | None) -> None:
        if text and self._places:
            self._run.add(text, linked=self._links > 0, strong=self._emphasis > 0)

    def _finish_block(self) -> None:
        if self._places:
            place = self._places[-1]
            block = self._run.block(place, str(self._elements[place].tag), self._marks)
            if block is not None:
                self._blocks.append(block)
        self._run = _Run()


def _is_silent(element: HtmlElement) -> bool:
    if element.tag in _SILENT or element.get("hidden") is not None:
        return True
    style = element.get("style")
    return bool(style and _HIDDEN_STYLE.search(style))
