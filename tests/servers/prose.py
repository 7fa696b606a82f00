"""Words that nobody ever wrote, so that no two articles are alike by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_SYLLABLES = [consonant + vowel for consonant in "bcdghjklmnprstwy" for vowel in "aiu"]


def invented_words(rng: random.Random, count: int) -> str:
    """So many words of two to four syllables."""
    return " ".join(
        "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 4))) for _ in range(count)
    )
