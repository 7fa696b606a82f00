"""Which words of an article hide another one by clitics, looked up once a word. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.query.clitics import CLITICS, roots

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

MOST_WORDS = 200_000


class Inflections:
    """Remembers what it has worked out: news uses the same words every day. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._roots: dict[str, tuple[str, ...]] = {}

    def hidden(self, words: AbstractSet[str]) -> dict[str, list[str]]:
        """The words that stand in these with clitics on them, each with those."""
        self._learn(words - self._known)
        hidden: dict[str, list[str]] = {}
        for word in words & self._roots.keys():
            for root in self._roots[word]:
                hidden.setdefault(root, []).append(word)
        return hidden

    def _learn(self, words: AbstractSet[str]) -> None:
        if len(self._known) > MOST_WORDS:  # made-up words must not fill the memory
            self._known, self._roots = set(), {}
            return self._learn(words)
        for word in words:
            if word.endswith(CLITICS) and (found := roots(word)):
                self._roots[word] = found
        self._known.update(words)
        return None
