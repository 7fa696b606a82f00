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
from crawler.extraction import teasers
from crawler.extraction.blocks import Block
from crawler.extraction.errors import PageTooDeepError
from crawler.extraction.names import Role, roles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.html import HtmlElement

    from crawler.extraction.document import Document

MAX_DEPTH = 250
PROSE = 60
"""From this many bytes of UTF-8 on, mostly unlinked, a block counts as a paragraph of prose.

Bytes, since what Latin letters say in sixty characters Chinese or Thai ones say in twenty.
"""

_SILENT_TAGS = """
    head script style noscript template svg math object embed iframe video audio canvas select button
    textarea input map datalist dialog
"""
_SILENT = frozenset(_SILENT_TAGS.split())
_INLINE_TAGS = """
    a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q s samp
    small span strike strong sub sup time tt u var wbr picture source amp-img
"""
_INLINE = frozenset(_INLINE_TAGS.split())
_EMPHASIS = frozenset({"b", "strong"})
_PICTURES = frozenset({"img", "picture", "figure", "amp-img"})
_NOTED = _PICTURES | {"time", "abbr"}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# A named element that holds more than this share of the page's prose is no furniture, whatever its name.
_FURNITURE_SHARE = 0.3
# Furniture inside so much furniture adds nothing but time.
_MOST_MARKS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The blocks of a page; of its elements by number the element, its parent and its subtree's end.

    `furniture` holds the numbers of elements that are furniture by name and by what they hold,
    `listings` those of the elements in which the blocks of lists of other articles stand, `pictures`
    and `times` those of images and of elements that carry a machine-readable time.
    """

    blocks: tuple[Block, ...]
    elements: tuple[HtmlElement, ...]
    parents: tuple[int, ...]
    ends: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    roles: Mapping[int, Role]
    pictures: tuple[int, ...]
    times: tuple[int, ...]
    furniture: frozenset[int]
    listings: frozenset[int]

    def span(self, element: int) -> range:
        """The positions of the blocks inside an element; of an inline one, the block that it is part of."""
        return range(*self.spans[element])

    def is_furniture(self, block: Block) -> bool:
        return not self.furniture.isdisjoint(block.marks)

    def is_elsewhere(self, block: Block, *, unless: int) -> bool:
        """Whether a block belongs to a menu, another article or comments: never with the element `unless`."""
        return self.is_listed(block, unless=unless) or any(
            Role.ELSEWHERE in self.roles[mark] and not self.holds(mark, unless)
            for mark in block.marks
        )

    def is_listed(self, block: Block, *, unless: int) -> bool:
        """Whether a block is part of a list of other articles; never where the element `unless` is too."""
        return block.place in self.listings and unless not in self.listings

    def is_aside(self, block: Block, *, unless: int) -> bool:
        """Whether a block stands in furniture of any kind that does not hold the element `unless`."""
        return any(not self.holds(mark, unless) for mark in block.marks)

    def holds(self, outer: int, inner: int) -> bool:
        """Whether the element `inner` is `outer` or stands inside it."""
        return outer <= inner < self.ends[outer]

    def number_of(self, element: HtmlElement) -> int | None:
        """The number of an element of the page; None for one that nobody sees."""
        return next((at for at, one in enumerate(self.elements) if one is element), None)

    def called(self, role: Role) -> list[int]:
        """The numbers of the elements whose names say this role, in order."""
        saying = {named for named in set(self.roles.values()) if role in named}
        return [number for number, named in self.roles.items() if named in saying]


def trace(document: Document) -> Outline:
    """Raises PageTooDeepError."""
    walk = _Walk(document.url)
    events = etree.iterwalk(document.root, events=("start", "end"))
    for event, element in events:
        if event == "end":
            walk.leave(element)
        elif walk.enter(element):
            events.skip_subtree()
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
        self.is_empty = True

    def space(self) -> None:
        if not self.is_empty:
            self._parts.append(" ")

    def add(self, text: str, *, linked: bool, strong: bool) -> None:
        if text[0].isupper() and not self.is_empty and _ends_small(self._parts[-1]):
            self._parts.append(" ")  # two elements that stand apart only by their style
        self.is_empty = False
        self._parts.append(text)
        if linked or strong:
            shown = len(" ".join(text.split()))
            self._linked += shown if linked else 0
            self._strong += shown if strong and self._is_strong else 0
        self._is_strong = self._is_strong and strong

    def block(self, place: int, tag: str, marks: tuple[int, ...]) -> Block | None:
        """The block that has come together, None where nothing of it can be seen."""
        text = _line("".join(self._parts))
        if not text:
            return None
        return Block(
            text=text,
            place=place,
            tag=tag,
            linked=self._linked,
            strong=self._strong,
            marks=marks,
            is_prose=_is_long(text) and self._linked < len(text) / 2,
        )


def _ends_small(text: str) -> bool:
    return text[-1:].islower() and text[-2:-1].islower()


def _line(text: str) -> str:
    """As clean_line, which this spares the many lines that have nothing to clean."""
    plain = " ".join(text.split())
    return plain if plain.isascii() and plain.isprintable() else clean_line(text)


def _is_long(text: str) -> bool:
    if len(text) >= PROSE or text.isascii():
        return len(text) >= PROSE
    return len(text.encode()) >= PROSE


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
        self._times: list[int] = []
        self._open: list[int] = []  # the elements around this point
        self._places: list[int] = []  # those of them that are block-level
        self._marks: tuple[int, ...] = ()  # those that look like furniture
        self._links = 0
        self._emphasis = 0
        self._unseen = -1  # the last element whose inside was left out
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
            times=tuple(self._times),
            furniture=_furniture(self._blocks),
            listings=teasers.places(self._blocks, self._parents, self._spans),
        )

    def enter(self, element: HtmlElement) -> bool:
        """Whether the element is one whose inside nobody sees, and which is to be left out."""
        number = len(self._elements)
        opened = self._open
        self._elements.append(element)
        self._parents.append(opened[-1] if opened else -1)
        self._ends.append(number + 1)
        opened.append(number)
        if len(opened) > MAX_DEPTH:
            raise PageTooDeepError(self._url)
        silent = _is_silent(element)
        if silent:
            self._unseen = number
        else:
            self._begin(element, number)
        self._spans.append((len(self._blocks), 0))
        text = element.text
        if text and not silent:
            self._take(text)
        return silent

    def leave(self, element: HtmlElement) -> None:
        number = self._open.pop()
        self._ends[number] = len(self._elements)
        if number != self._unseen:
            self._finish(element, number)
        end = len(self._blocks) + (not self._run.is_empty)
        self._spans[number] = (self._spans[number][0], end)
        if self._marks and self._marks[-1] == number:
            self._marks = self._marks[:-1]
        tail = element.tail
        if tail:
            self._take(tail)

    def _finish(self, element: HtmlElement, number: int) -> None:
        tag = element.tag
        if self._places and self._places[-1] == number:
            if not self._run.is_empty:
                self._finish_block()
            self._places.pop()
        if tag == "a":
            self._links -= 1
        elif tag in _EMPHASIS:
            self._emphasis -= 1

    def _begin(self, element: HtmlElement, number: int) -> None:
        tag = element.tag
        role = roles(element)
        if tag not in _INLINE or (role is not Role.NONE and Role.CAPTION in role):
            if not self._run.is_empty:
                self._finish_block()
            self._places.append(number)
        if tag == "a":
            self._links += 1
        elif tag in _EMPHASIS:
            self._emphasis += 1
        elif tag in _NOTED:
            (self._pictures if tag in _PICTURES else self._times).append(number)
        if role is not Role.NONE:
            self._roles[number] = role
            if Role.FURNITURE in role and len(self._marks) < _MOST_MARKS:
                self._marks = (*self._marks, number)

    def _take(self, text: str) -> None:
        if text.isspace():
            self._run.space()
        elif self._places:
            self._run.add(text, linked=self._links > 0, strong=self._emphasis > 0)

    def _finish_block(self) -> None:
        place = self._places[-1]
        block = self._run.block(place, str(self._elements[place].tag), self._marks)
        if block is not None:
            self._blocks.append(block)
        self._run = _Run()


def _is_silent(element: HtmlElement) -> bool:
    if element.tag in _SILENT:
        return True
    named = element.keys()
    if "hidden" in named:
        return True
    return "style" in named and bool(_HIDDEN_STYLE.search(element.get("style") or ""))
