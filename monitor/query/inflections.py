"""Which words of an article hide another one by clitics, looked up once a word. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.query.clitics import CLITICS, roots

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

MOST_WORDS = 10_000
"""As many as news uses day by day; names and made-up words must not fill the memory for months."""


@dataclass(frozen=True, slots=True)
class _Memory:
    known: set[str] = field(default_factory=set)
    roots: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Of those among the known that hide something."""

    def learn(self, words: AbstractSet[str]) -> None:
        for word in words - self.known:
            if word.endswith(CLITICS) and (found := roots(word)):
                self.roots[word] = found
        self.known.update(words)


class Inflections:
    """Remembers what it has worked out: news uses the same words every day. Safe to share between threads."""

    def __init__(self, *, most_words: int = MOST_WORDS) -> None:
        """Beyond `most_words` it forgets all and begins anew."""
        self._most_words = most_words
        self._memory = _Memory()

    def hidden(self, words: AbstractSet[str]) -> dict[str, list[str]]:
        """The words that stand in these with clitics on them, each with those."""
        if len(self._memory.known) > self._most_words:
            self._memory = _Memory()
        memory = self._memory  # another thread may begin a new one
        memory.learn(words)
        hidden: dict[str, list[str]] = {}
        for word in words & memory.roots.keys():
            for root in memory.roots[word]:
                hidden.setdefault(root, []).append(word)
        return hidden
