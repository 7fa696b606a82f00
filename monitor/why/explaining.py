"""A query held against one article, clause by clause: by which words each holds, or what came near. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from monitor.matching.matcher import Span
from monitor.query.evaluation import evidence
from monitor.query.nodes import And, Count, Exact, Near, Not, Or, Pattern, Phrase, Within
from monitor.query.places import unresolved
from monitor.query.reading import Reading
from monitor.why.near_misses import Miss, near_miss

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from monitor.matching.matcher import Watchlist
    from monitor.query.nodes import Query
    from monitor.why.near_misses import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A part of a query, as canonically written, held against one article.

    `spans` are the words by which it holds or, where it does not, those that came nearest; `miss` and
    `said` say why it does not. `parts` are the clauses that it is made of.
    """

    text: str
    holds: bool
    spans: tuple[Span, ...] = ()
    miss: Miss | None = None
    said: str = ""
    parts: tuple[Clause, ...] = ()

    def failing(self) -> Clause | None:
        """The innermost clause that must hold and does not; None when this one holds."""
        if self.holds:
            return None
        if self.miss is not None:
            return self
        return next((part.failing() for part in self.parts if not part.holds), self)

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            "text": self.text,
            "holds": self.holds,
            "spans": [asdict(span) for span in self.spans],
            "miss": self.miss,
            "said": self.said,
            "parts": [part.to_data() for part in self.parts],
        }


def explain(
    watchlist: Watchlist,
    fields: Mapping[str, str | Sequence[str]],
    site: str | None,
    *,
    on: date | None = None,
) -> Clause:
    """The query of a watchlist, held against an article as Matcher.match takes one.

    Whether articles of this site and language concern the watchlist is not asked.
    """
    read = dict(fields)
    if site is not None:
        read.setdefault("site", site)
    article = Reading(read, on=on)
    return _Explanation(article).clause(watchlist.query, watchlist.fields)


class _Explanation:
    """Holds the clauses of one query against one article."""

    def __init__(self, article: Reading) -> None:
        self._article = article

    def clause(self, query: Query, fields: tuple[str, ...]) -> Clause:
        match query:
            case And() | Or():
                return self._joined(query, fields)
            case Not():
                return self._not(query, fields)
            case Within():
                inner = self.clause(query.part, query.fields)
                return replace(inner, text=str(query))
            case Phrase() | Exact() | Pattern() | Near() | Count():
                return self._leaf(query, fields)
            case _:
                raise unresolved(query)

    def _joined(self, query: And | Or, fields: tuple[str, ...]) -> Clause:
        parts = tuple(self.clause(part, fields) for part in query.parts)
        holds = all if isinstance(query, And) else any
        clause = Clause(text=str(query), holds=holds(part.holds for part in parts), parts=parts)
        if clause.holds:
            return replace(clause, spans=tuple(_spans_of(parts)))
        if isinstance(query, And):
            return clause
        best = min(_failing(parts), key=_distance, default=clause)
        if best.miss in {None, Miss.ABSENT}:
            return replace(clause, miss=Miss.ABSENT, said="none of these is met")
        said = f"none of these is met; the nearest, {best.text}: {best.said}"
        return replace(clause, miss=best.miss, said=said, spans=best.spans)

    def _not(self, query: Not, fields: tuple[str, ...]) -> Clause:
        inner = self.clause(query.part, fields)
        if not inner.holds:
            return Clause(text=str(query), holds=True)
        words = ", ".join(dict.fromkeys(repr(span.text) for span in inner.spans))
        said = f"{words} must not stand there, and does" if words else "what it denies holds"
        return Clause(text=str(query), holds=False, spans=inner.spans, miss=Miss.OCCURS, said=said)

    def _leaf(
        self, query: Phrase | Exact | Pattern | Near | Count, fields: tuple[str, ...]
    ) -> Clause:
        found = evidence(query, self._article, fields)
        if found is not None:
            return Clause(text=str(query), holds=True, spans=self._spans(sorted(found)))
        miss = near_miss(query, self._article.scope(fields), self._article)
        return Clause(
            text=str(query),
            holds=False,
            spans=self._spans(miss.places),
            miss=miss.kind,
            said=miss.said,
        )

    def _spans(self, places: Iterable[Place]) -> tuple[Span, ...]:
        return tuple(
            Span(field=name, start=start, end=end, text=self._article.text(name)[start:end])
            for name, start, end in places
        )


def _spans_of(parts: Iterable[Clause]) -> list[Span]:
    """The words of the parts that hold, in order, none twice."""
    return sorted({span for part in parts if part.holds for span in part.spans})


def _failing(parts: Iterable[Clause]) -> Iterator[Clause]:
    """Of each part the innermost clause that fails."""
    for part in parts:
        failing = part.failing()
        if failing is not None:
            yield failing


def _distance(clause: Clause) -> int:
    """Of clauses that fail, how far each is from holding: anything is nearer than nothing."""
    return 1 if clause.miss in {None, Miss.ABSENT} else 0
