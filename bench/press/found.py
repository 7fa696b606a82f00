"""Furniture from pages that were saved with what a reader took from them: their article is cut out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lxml import html

from bench.press.pages import Furniture, Slot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_UTF8 = html.HTMLParser(encoding="utf-8")
_ITS_OWN = (
    "//title | //link[@rel='canonical' or @rel='amphtml'] | //script[contains(@type, 'ld+json')]"
    " | //meta[@property or @itemprop or @name[not(. = 'viewport')]]"
)
_BOXES = ("div", "article", "section", "span", "td")
_STAY = ("script", "style", "noscript", "figure", "table", "aside", "h1")
_ENOUGH = 30  # characters of a sentence that tell it from all others on a page


def furniture_in(folder: Path) -> list[Furniture]:
    """Of each NAME.html that has a NAME.json with "title", "first_sentence" and "last_sentence".

    None where there is no such folder.
    """
    return [Furniture.cut(one) for one in _emptied(folder)]


def _emptied(folder: Path) -> Iterator[str]:
    for told in sorted(folder.glob("*.json")):
        gold = json.loads(told.read_text(encoding="utf-8"))
        page = html.document_fromstring(told.with_suffix(".html").read_bytes(), parser=_UTF8)
        box = _box_of(page, gold["first_sentence"], gold["last_sentence"])
        if box is not None:
            yield _emptied_page(page, box, gold["title"])


def _box_of(page: html.HtmlElement, first: str, last: str) -> html.HtmlElement | None:
    """The smallest element that holds both sentences."""
    ends = _plain(first)[:_ENOUGH], _plain(last)[:_ENOUGH]
    texts = [(box, _plain(box.text_content())) for box in page.iter(*_BOXES)]
    holding = [(box, text) for box, text in texts if all(end in text for end in ends)]
    return min(holding, key=lambda one: len(one[1]), default=(None, ""))[0]


def _emptied_page(page: html.HtmlElement, box: html.HtmlElement, title: str) -> str:
    _empty(box)
    for one in page.xpath(_ITS_OWN):
        one.drop_tree()
    for one in page.iter("head"):
        one.text = Slot.HEAD
    for one in page.iter("h1"):
        if _plain(one.text_content()) == _plain(title):
            one.clear(keep_tail=True)
            one.text = Slot.TITLE
    written = html.tostring(page, encoding="unicode", doctype="<!DOCTYPE html>")
    return written.replace(title, Slot.TITLE)


def _empty(box: html.HtmlElement) -> None:
    """Its text goes; what stands between the paragraphs, such as advertisements, stays below them."""
    for child in list(box):
        if child.tag in _STAY:
            child.tail = None
        else:
            box.remove(child)
    box.text = Slot.BODY


def _plain(text: str) -> str:
    return " ".join(text.split())
