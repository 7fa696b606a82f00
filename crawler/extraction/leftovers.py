"""What a page shows and its article does not: every line left out, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from crawler.extraction import boilerplate
from crawler.extraction.names import Role

if TYPE_CHECKING:
    from crawler.extraction.blocks import Block
    from crawler.extraction.body import Body
    from crawler.extraction.outline import Outline


class Why(StrEnum):
    """Why a line is no part of the text."""

    MENU = "menu"  # menus, other articles, comments, by the names of the elements round them
    LISTING = "listing"  # cards of other articles, by their shape
    CAPTION = "caption"
    AROUND = "around"  # share bars, bylines, tags and the like, by their names
    LINE = "line"  # by what the line says; `kind` tells more
    BEFORE = "before"  # between the top of the page and the first sentence
    AFTER = "after"
    INSIDE = "inside"  # a link or a label among the paragraphs


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One line that was left out; `kind` is what it says where that decided ("advertising"), else None."""

    text: str
    why: Why
    kind: boilerplate.Line | None = None


def leftovers(outline: Outline, *, title: int | None, body: Body | None) -> tuple[Leftover, ...]:
    """Every line of the page that is neither headline nor text, in order."""
    kept = frozenset(body.numbers) if body is not None else frozenset()
    place = outline.blocks[title].place if title is not None else 0
    return tuple(
        _leftover(outline, number, block, place, body)
        for number, block in enumerate(outline.blocks)
        if number not in kept and number != title
    )


def _leftover(
    outline: Outline, number: int, block: Block, title_place: int, body: Body | None
) -> Leftover:
    if outline.is_listed(block, unless=title_place):
        return Leftover(text=block.text, why=Why.LISTING)
    if outline.is_elsewhere(block, unless=title_place):
        return Leftover(text=block.text, why=Why.MENU)
    kind = boilerplate.kind(block.text)
    if kind is not None:
        return Leftover(text=block.text, why=Why.LINE, kind=kind)
    if any(Role.CAPTION in outline.roles[mark] for mark in block.marks):
        return Leftover(text=block.text, why=Why.CAPTION)
    if outline.is_furniture(block):
        return Leftover(text=block.text, why=Why.AROUND)
    return Leftover(text=block.text, why=_side(number, body))


def _side(number: int, body: Body | None) -> Why:
    if body is None or number < body.first:
        return Why.BEFORE
    return Why.AFTER if number > body.last else Why.INSIDE
