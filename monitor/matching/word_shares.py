"""How common words are in the newest articles: what a matcher of many watchlists chooses its anchors by."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from core.text import folded_words

if TYPE_CHECKING:
    import sqlite3

MANY = 1_000
"""Watchlists from which on it pays to know."""
_ARTICLES = 1_000
_NEWEST = "SELECT title, body FROM articles ORDER BY id DESC LIMIT ?"


def word_shares(connection: sqlite3.Connection) -> dict[str, float]:
    """Which share of the newest articles has each of their words."""
    rows = connection.execute(_NEWEST, (_ARTICLES,)).fetchall()
    counts = Counter(word for title, body in rows for word in set(folded_words(f"{title}\n{body}")))
    return {word: number / len(rows) for word, number in counts.items()}
