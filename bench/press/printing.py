"""Prints pieces of an invented press as pages, for measurements that need no newsroom around them."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from bench.press.invented import invented_furniture
from bench.press.pages import gaps

if TYPE_CHECKING:
    import random

    from bench.newswire.pieces import Piece, Press

DESIGNS = 20


class Printer:
    """Prints in one design after the other; the same `rng` and `press` print the same pages."""

    def __init__(self, rng: random.Random, press: Press) -> None:
        self._press = press
        self._designs = cycle(invented_furniture(DESIGNS, press, rng))

    def page(self, piece: Piece, url: str) -> bytes:
        """The page of a piece at this address, 60 to 300 kB of HTML."""
        author = f"{self._press.word()} {self._press.word()}".title()
        return next(self._designs).around(gaps(piece, url, piece.site, author))
