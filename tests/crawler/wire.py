"""Invented news for the tests of stories: articles of a seed, and what is made of them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING

from crawler.stories.resemblance import Piece
from crawler.stories.shingles import fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
_WORDS = [
    "".join(parts)
    for parts in product(("ba", "ke", "si", "ro", "ta"), "lmnr", ("ga", "du"), "lmnr", ("pi", "so"))
]


def sentences(seed: int, count: int, *, words: int = 12) -> list[str]:
    """Sentences that no other seed has, each with a number of its own."""
    rng = random.Random(seed)
    return [
        f"{' '.join(rng.choices(_WORDS, k=words)).capitalize()} {seed}{number:02d}."
        for number in range(count)
    ]


def article(seed: int, paragraphs: int = 8) -> list[str]:
    said = sentences(seed, paragraphs * 2)
    return [f"{said[n]} {said[n + 1]}" for n in range(0, len(said), 2)]


def headline(body: Sequence[str]) -> str:
    return " ".join(body[0].split()[:7])


def piece(
    number: int,
    body: Sequence[str],
    *,
    title: str | None = None,
    site: str | None = None,
    story: int | None = None,
    hours: float | None = 0,
    template: bool = False,
) -> Piece:
    """An article as it is compared: on a site of its own and at noon, unless a test says otherwise."""
    site = site or f"koran-{number}"
    return Piece(
        article=number,
        story=story or number,
        site=site,
        host=f"{site}.example",
        at=None if hours is None else NOON + timedelta(hours=hours),
        print=fingerprint(headline(body) if title is None else title, "\n\n".join(body)),
        template=template,
    )
