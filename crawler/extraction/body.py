"""The text of the article on the visible page: the part that holds its prose, less what is not prose.

The container is the element whose subtree gains most: paragraphs count for it, links and the text of
menus and lists of headlines against it. https://doi.org/10.1145/1718487.1718542 calls the same signals
text density and link density.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.extraction import boilerplate, datelines, dates, people
from crawler.extraction.boilerplate import Line
from crawler.extraction.names import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extraction.blocks import Block
    from crawler.extraction.outline import Outline

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LINK_ONLY = 0.8
_COST_OF_A_SHORT_LINE = 3
_LONGEST_CAPTION = 140
_LONGEST_LISTED_CAPTION = 330
_LONGEST_PLAIN_CAPTION = 200
_LONGEST_BYLINE = 200
_NAMED_BODY = 1.08  # itemprop=articleBody or a name like "isi-berita" decides between near equals
_COST_OF_FURNITURE = 0.15  # for each character of its links: it is left out anyway
# The text nearest to the headline wins over a longer one further down that gains up to this much more.
_NEARER = 0.5
# What follows an ending line is cut only where little prose stands behind it.
_PROSE_AFTER_END = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Paragraphs in order; `numbers` are those of their blocks in the outline, from `first` to `last`.

    A text that another reader found has no blocks of its own.
    """

    paragraphs: tuple[str, ...]
    dateline: str | None
    first: int
    last: int
    container: int
    numbers: tuple[int, ...] = ()

    @property
    def length(self) -> int:
        return sum(map(len, self.paragraphs))


def find(outline: Outline, *, title: int | None, inside: int | None = None) -> Body | None:
    """The article's body, or None where the page has no prose; `title` is the number of its block.

    `inside` is the number of the element that holds the text, where that is known.
    """
    start = 0 if title is None else title + 1
    captions = _captions(outline)
    container = inside if inside is not None else _container(outline, start, captions)
    if container is None:
        return None
    numbers = [
        number
        for number in outline.span(container)
        if number >= start and not _is_outside(outline, outline.blocks[number], container, captions)
    ]
    kept = _without_ends(outline.blocks, _from_first_sentence(outline.blocks, numbers))
    return _body(outline.blocks, kept, container)


def told(paragraphs: Sequence[str], *, at: int, container: int) -> Body | None:
    """A body out of paragraphs that another reader found, taken to stand at block `at`."""
    texts = [text for text in paragraphs if boilerplate.kind(text) is None]
    if not texts:
        return None
    dateline, texts[0] = datelines.split(texts[0])
    return Body(paragraphs=tuple(texts), dateline=dateline, first=at, last=at, container=container)


def _body(blocks: Sequence[Block], numbers: Sequence[int], container: int) -> Body | None:
    dateline: str | None = None
    texts: list[str] = []
    for number in numbers:
        block = blocks[number]
        text = boilerplate.without_insets(block.text)
        if not texts and dateline is None:
            dateline, text = _dateline(block, text)
        if text and text not in texts[-1:]:
            texts.append(text)
    if not texts:
        return None
    texts[-1] = boilerplate.without_signature(texts[-1])
    return Body(
        paragraphs=tuple(texts),
        dateline=dateline,
        first=numbers[0],
        last=numbers[-1],
        container=container,
        numbers=tuple(numbers),
    )


def _dateline(block: Block, text: str) -> tuple[str | None, str]:
    if datelines.is_alone(text):
        return text.rstrip(" -–—"), ""
    return datelines.split(text, strong=block.strong)


def _container(outline: Outline, start: int, captions: frozenset[int]) -> int | None:
    """The number of the element that gains most; widgets and comments count where nothing else does."""
    for elsewhere in (0.0, 1.0):
        chosen = _most_gaining(outline, _gains(outline, start, captions, elsewhere))
        if chosen is not None:
            return _with_siblings(outline, chosen)
    return None


def _most_gaining(outline: Outline, gains: Sequence[float]) -> int | None:
    """The deepest of equals; one that stands nearer to the headline wins if it gains enough."""
    best = max(range(len(gains)), key=lambda number: (gains[number], number), default=0)
    if not gains or gains[best] <= 0:
        return None
    before = [number for number in range(best) if outline.ends[number] <= best]
    nearer = max(before, key=lambda number: (gains[number], number), default=best)
    return nearer if gains[nearer] >= gains[best] * _NEARER else best


def _gains(outline: Outline, start: int, captions: frozenset[int], elsewhere: float) -> list[float]:
    """What each element's subtree gains, by number; blocks before `start` count for nothing.

    `elsewhere` is what prose counts that belongs to a widget, another article or comments.
    """
    gains = [0.0] * len(outline.elements)
    title = outline.blocks[start - 1].place if start else 0
    for block in outline.blocks[start:]:
        gain = _gain(outline, block, captions)
        if gain > 0 and outline.is_listed(block, unless=title):
            gain = 0.0
        elif gain > 0 and outline.is_elsewhere(block, unless=title):
            gain *= elsewhere
        gains[block.place] += gain
    for number in range(len(gains) - 1, 0, -1):
        gains[outline.parents[number]] += gains[number]
    return [
        gain * _NAMED_BODY if gain > 0 and _is_named_body(outline, number) else gain
        for number, gain in enumerate(gains)
    ]


def _with_siblings(outline: Outline, number: int) -> int:
    """A lone paragraph is no container; what holds it is."""
    return outline.parents[number] if outline.elements[number].tag == "p" and number > 0 else number


def _gain(outline: Outline, block: Block, captions: frozenset[int]) -> float:
    if len(block.text) <= _LONGEST_PLAIN_CAPTION and _stands_under_picture(
        outline, block, captions
    ):
        return 0.0
    if outline.is_furniture(block):
        return -block.linked * _COST_OF_FURNITURE
    if block.is_prose and boilerplate.kind(block.text) is None:
        return float(len(block.text) - 2 * block.linked)
    return -float(block.linked + _COST_OF_A_SHORT_LINE)


def _is_named_body(outline: Outline, number: int) -> bool:
    if Role.BODY not in outline.roles.get(number, Role.NONE):
        return outline.elements[number].get("itemprop") == "articleBody"
    return True


def _captions(outline: Outline) -> frozenset[int]:
    """The elements that hold one picture and one line under it."""
    held = [0] * len(outline.elements)
    for block in outline.blocks:
        held[block.place] += 1
    for number in range(len(held) - 1, 0, -1):
        held[outline.parents[number]] += held[number]
    found = set()
    for picture in outline.pictures:
        around = outline.parents[picture]
        while around > 0 and held[around] == 0:
            around = outline.parents[around]
        if around > 0 and held[around] == 1:
            found.add(around)
    return frozenset(found)


def _is_outside(outline: Outline, block: Block, container: int, captions: frozenset[int]) -> bool:
    """Whether a block inside the container is not the article's text."""
    if outline.is_furniture(block) or outline.is_elsewhere(block, unless=container):
        return True
    if block.link_share >= _LINK_ONLY and not _is_listed(block):
        return True
    if boilerplate.kind(block.text) not in (None, Line.END, Line.SIGN_OFF):
        return True
    return _is_under_picture(outline, block, captions)


def _is_listed(block: Block) -> bool:
    return block.text[:1].isdigit() and block.tag == "p"


def _is_under_picture(outline: Outline, block: Block, captions: frozenset[int]) -> bool:
    if not _stands_under_picture(outline, block, captions):
        return False
    short = len(block.text) <= _LONGEST_CAPTION and not block.text.endswith((".", '."', "?", "!"))
    return short or (
        len(block.text) <= _LONGEST_LISTED_CAPTION and boilerplate.names_its_source(block.text)
    )


def _stands_under_picture(outline: Outline, block: Block, captions: frozenset[int]) -> bool:
    return block.place in captions or outline.parents[block.place] in captions


def _from_first_sentence(blocks: Sequence[Block], numbers: list[int]) -> list[int]:
    """Without the dates, bylines and sections that stand between headline and text."""
    for at, number in enumerate(numbers):
        block = blocks[number]
        prose = block.is_prose and not _is_about_article(block)
        opens = prose or datelines.is_alone(block.text) or _is_short_sentence(block)
        if opens and block.tag != "h1" and boilerplate.kind(block.text) is None:
            return numbers[at:]
    return []


def _is_about_article(block: Block) -> bool:
    """Whether a line is the date and the names under a headline, together as long as a paragraph."""
    text = block.text
    if len(text) > _LONGEST_BYLINE or boilerplate.is_sentence(text):
        return False
    return people.is_labelled(text) or dates.read(text) is not None


def _is_short_sentence(block: Block) -> bool:
    return boilerplate.is_sentence(block.text) and len(block.text.split()) > 2


def _without_ends(blocks: Sequence[Block], numbers: list[int]) -> list[int]:
    """Cut where the article says that it ends, and without the headings that are left over."""
    total = sum(len(blocks[number].text) for number in numbers if blocks[number].is_prose)
    kept: list[int] = []
    prose = 0
    for number in numbers:
        block = blocks[number]
        line = boilerplate.kind(block.text)
        prose += len(block.text) if block.is_prose else 0
        if line is None:
            kept.append(number)
        elif prose >= total * (1 - _PROSE_AFTER_END):
            break
    return _without_last_headings(blocks, kept)


def _without_last_headings(blocks: Sequence[Block], numbers: list[int]) -> list[int]:
    while numbers and _is_left_over(blocks[numbers[-1]]):
        numbers = numbers[:-1]
    return numbers


def _is_left_over(block: Block) -> bool:
    if block.tag in _HEADINGS:
        return True
    bold = block.strong >= len(block.text) and not boilerplate.is_sentence(block.text)
    return bold and not block.text[:1].isdigit()
