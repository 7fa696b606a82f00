"""What may surprise in a watchlist that can be read: told by `siaga check`, never refused. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.query.contradictions import never
from monitor.query.deciding import decider
from monitor.query.lexer import Kind, tokens
from monitor.query.nodes import And, Not, Or, Within
from monitor.query.reading import Reading
from monitor.watchlists.drafts import Surroundings, combined, read_draft

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from core.errors import Problem
    from core.located_yaml import Document, Place
    from monitor.query.nodes import Query
    from monitor.watchlists.drafts import Draft

_LOWER = {
    "and": "AND",
    "dan": "DAN",
    "or": "OR",
    "atau": "ATAU",
    "not": "NOT",
    "bukan": "BUKAN",
    "near": "NEAR",
}
_WORDS = (Kind.WORD, Kind.QUOTED, Kind.PREFIX, Kind.AFFIXED)
_ANYWHERE = Surroundings(channels=None, sites=None, regions=None, zone="UTC")


def advice(
    document: Document,
    place: Place = ("watchlists",),
    *,
    sites: Collection[str],
    regions: Mapping[str, Collection[str]] | None = None,
) -> list[Problem]:
    """A warning for each term of the watchlists at `place` that probably says what nobody meant.

    `sites` are the names of the sites that are read, `regions` the sites of each region that is named.
    """
    data = document.data.get(place[0])
    if not isinstance(data, list):
        return []
    warnings: list[Problem] = []
    for index in range(len(data)):
        draft, problems = read_draft(document, (*place, index), _ANYWHERE)
        if draft is not None and not problems:
            warnings += _about(document, draft, sites)
            warnings += _empty_regions(document, draft, sites, regions or {})
    return warnings


def _empty_regions(
    document: Document,
    draft: Draft,
    sites: Collection[str],
    regions: Mapping[str, Collection[str]],
) -> Iterator[Problem]:
    """A region of which no site is read adds no article to its watchlist."""
    for index, region in enumerate(draft.config.regions):
        if region in regions and not set(regions[region]).intersection(sites):
            message = f"no site of {region} is under `sites:`, so that it adds no article here"
            yield document.problem((*draft.place, "regions", index), message)


def _about(document: Document, draft: Draft, sites: Collection[str]) -> Iterator[Problem]:
    for key, queries in draft.terms.items():
        for index, query in enumerate(queries):
            place = (*draft.place, key, index)
            for message in (
                *lower_case_operators(getattr(draft.config, key)[index]),
                *_bare_not(key, query),
                *_unknown_sites(query, sites),
            ):
                yield document.problem(place, message)
    for message in _contradictions(draft):
        yield document.problem(draft.place, message)


def lower_case_operators(term: str) -> list[str]:
    """A warning for each and, or, not in lower case between words outside quotes: there it is a word."""
    row = [token for token in tokens(term) if token.kind is not Kind.END]
    found = []
    for before, token, after in zip(row, row[1:], row[2:], strict=False):
        operator = _LOWER.get(token.text) if token.kind is Kind.WORD else None
        if operator and before.kind in _WORDS and after.kind in _WORDS:
            found.append(
                f"{token.text!r} is a word of the phrase here (column {token.column} of {term!r}): "
                f"write {operator} if you mean the operator, or quote the phrase"
            )
    return found


def _bare_not(key: str, query: Query) -> Iterator[str]:
    if key == "none" and isinstance(query, Not):
        yield "NOT under `none` asks that it does occur: leave NOT out, or move the term to `all`"
    if key == "any" and isinstance(query, Not):
        yield f"{query} alone is met by every article without it: join it by AND to something"


def _unknown_sites(query: Query, sites: Collection[str]) -> Iterator[str]:
    """`site:x` for sites that nobody reads never matches."""
    match query:
        case Within(fields=("site",)):
            if not any(map(_meets(query), sites)):
                yield f"{query} can never match: there is no such site under `sites:`"
        case And() | Or():
            for one in query.parts:
                yield from _unknown_sites(one, sites)
        case Not():
            yield from _unknown_sites(query.part, sites)
        case _:
            return


def _meets(query: Query) -> Callable[[str], bool]:
    """Whether articles of a site meet a query that asks for the site only."""
    decide = decider(query)

    def meets(site: str) -> bool:
        article = Reading({"site": site})
        return decide(article.scope(("site",)), article)

    return meets


def _contradictions(draft: Draft) -> Iterator[str]:
    any_of, all_of, none_of = (draft.terms[key] for key in ("any", "all", "none"))
    for part, kept_out in never(combined(any_of, all_of, none_of)):
        yield f"{part} can never match here: {kept_out} must not occur, and it always does there"
