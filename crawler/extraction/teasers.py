"""Lists of other articles, told by their shape: cards side by side, each a linked headline and a line or two.

Names of elements tell most such lists; this tells those whose names say nothing. Pure.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.extraction.blocks import Block

_FEWEST = 3
_MOST_BLOCKS = 8
_MOST_PROSE = 2
_LINKED = 0.8
_HEADLINE_WORDS = 3


def is_headline(block: Block) -> bool:
    """Whether a block is a link of several words, as the headlines of other articles are."""
    return block.link_share > _LINKED and len(block.text.split()) > _HEADLINE_WORDS


def places(
    blocks: Sequence[Block], parents: Sequence[int], spans: Sequence[tuple[int, int]]
) -> frozenset[int]:
    """The places of all blocks that stand in cards, where one element holds at least three of them."""
    cards: dict[int, list[int]] = {}
    for number in _cards(blocks, spans):
        cards.setdefault(parents[number], []).append(number)
    return frozenset(
        block.place
        for numbers in cards.values()
        if len(numbers) >= _FEWEST
        for number in numbers
        for block in blocks[slice(*spans[number])]
    )


def _cards(blocks: Sequence[Block], spans: Sequence[tuple[int, int]]) -> Iterator[int]:
    """The numbers of the elements that hold a headline, a little more, and hardly any prose."""
    headlines = [0, *accumulate(is_headline(block) for block in blocks)]
    prose = [0, *accumulate(block.is_prose for block in blocks)]
    for number, (start, end) in enumerate(spans):
        end = min(end, len(blocks))  # noqa: PLW2901  # an inline element may end in a block that came to nothing
        if (
            1 < end - start <= _MOST_BLOCKS
            and headlines[end] > headlines[start]
            and prose[end] - prose[start] <= _MOST_PROSE
        ):
            yield number
