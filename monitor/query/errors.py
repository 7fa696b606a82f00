"""What is said about a watchlist term that cannot be read."""

from __future__ import annotations

from core.carets import with_caret
from core.errors import SiagaError


class QueryError(SiagaError):
    """The term `text` cannot be read at `column` (from 1); `message` says why and what to write."""

    def __init__(self, text: str, column: int, message: str) -> None:
        self.text = text
        self.column = column
        self.message = message
        super().__init__(f"{message} (column {column})")

    @property
    def caret(self) -> str:
        """Two lines: the term, of a long one what stands round the place, and a caret under it."""
        return with_caret(self.text, self.column)
