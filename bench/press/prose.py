"""Invented Indonesian news: the words that hold sentences together are real, all others are not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bench.newswire.copies import agency_credit, another_headline, light_edits
from bench.newswire.pieces import Piece, Press

if TYPE_CHECKING:
    import random
    from datetime import datetime

COMMON = (
    "yang dan di itu dengan untuk dari ini pada dalam tidak akan juga ke karena tersebut bisa ada "
    "oleh saat telah sudah sebagai adalah kata mereka kami para serta atau lebih setelah harus"
)
SECTIONS = ("nasional", "daerah", "ekonomi", "olahraga")
_NO_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Desk:
    """Writes pieces, and copies of them for other houses."""

    rng: random.Random
    press: Press

    @classmethod
    def open(cls, rng: random.Random) -> Desk:
        return cls(rng, Press(rng, common=tuple(COMMON.split())))

    def own(self, number: int, site: str, at: datetime, topic: str = "") -> Piece:
        """`topic` stands in the headline and in the first sentence."""
        piece = self.press.article(number, site, at)
        piece = replace(piece, title=piece.title.rstrip("."))
        if not topic:
            return piece
        first, *rest = piece.paragraphs
        opening = f"{self.press.word().capitalize()} di {topic} {self.press.sentence().lower()}"
        return replace(
            piece, title=f"{piece.title} {topic}", paragraphs=(f"{opening} {first}", *rest)
        )

    def taken_over(self, piece: Piece, site: str, at: datetime) -> Piece:
        """The agency's text with its credit, a word changed here and there, another headline."""
        for edit in (agency_credit, light_edits, another_headline):
            piece = edit(self.rng, self.press, piece)
        return replace(piece, kind="copy", site=site, at=at)

    def author(self) -> str:
        return f"{self.press.word()} {self.press.word()}".title()


def slug(title: str) -> str:
    return _NO_LETTER.sub("-", title.lower()).strip("-")
