"""What people are told, as plain data that knows nothing of how articles are stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # a dataclass whose types are read at run time
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from alerts.change import Change

if TYPE_CHECKING:
    from collections.abc import Collection

Span = tuple[int, int]
"""Start and end of a stretch of text, in code points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedWords:
    """Words of the article, as it writes them, that met a watchlist."""

    watchlist: str
    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoIn:
    """Another outlet that carries the same story."""

    site: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One article that met watchlists; everything that any channel needs to show it.

    `article` is the article as CONTRACT's JSON without its body: id, url, canonical_url, site, title,
    published_at (ISO 8601, UTC) or published_on, authors and the rest. `snippet` is clean text of about 300
    characters round the first hit in the body; `snippet_marks` and `title_marks` are the spans in it and in
    the title that matched any of the watchlists. An outbox message shows only the watchlists that its
    channel is for: see `for_watchlists`. `change` says what became of an article that was known before; it is
    None for news.
    """

    story: int
    watchlists: tuple[str, ...]
    article: Mapping[str, Any]
    snippet: str
    matched: tuple[MatchedWords, ...]
    snippet_marks: tuple[Span, ...] = ()
    title_marks: tuple[Span, ...] = ()
    also_in: tuple[AlsoIn, ...] = field(default=())
    change: Change | None = None

    def for_watchlists(self, names: Collection[str]) -> Self:
        """The alert as those see it who are told of these watchlists only."""
        return replace(
            self,
            watchlists=tuple(name for name in self.watchlists if name in names),
            matched=tuple(words for words in self.matched if words.watchlist in names),
            change=self.change.for_watchlists(names) if self.change else None,
        )

    def to_data(self) -> dict[str, Any]:
        """As JSON data; the inverse of from_data."""
        change = self.change.to_data() if self.change else None
        own = asdict(replace(self, article={}, change=None))  # these are copied once
        return {**own, "article": dict(self.article), "change": change}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError or TypeError for what to_data did not write."""
        change = data.get("change")  # an outbox may hold alerts from before there were any
        return cls(
            story=data["story"],
            watchlists=tuple(data["watchlists"]),
            article=data["article"],
            snippet=data["snippet"],
            matched=tuple(MatchedWords(**words) for words in data["matched"]),
            snippet_marks=tuple((start, end) for start, end in data["snippet_marks"]),
            title_marks=tuple((start, end) for start, end in data["title_marks"]),
            also_in=tuple(AlsoIn(**other) for other in data["also_in"]),
            change=Change.from_data(change) if change else None,
        )
