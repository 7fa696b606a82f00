"""A page and all that its readers found on it, before a field is decided on, headline and text apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.extraction import body as bodies
from crawler.extraction import (
    boilerplate,
    fallbacks,
    metas,
    microdata,
    overrides,
    publishers,
    refusals,
    structured,
    titles,
    visible,
)
from crawler.extraction.claims import Claim
from crawler.extraction.names import Role
from crawler.extraction.outline import PROSE, trace
from crawler.extraction.overrides import Overrides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from crawler.extraction.body import Body
    from crawler.extraction.claims import Claims
    from crawler.extraction.document import Document
    from crawler.extraction.outline import Outline
    from crawler.extraction.publishers import Publisher

_OWN, _SECOND = "page", "page:trafilatura"
# A text that would be refused as too short is worth a second opinion; a short text that is ours is not.
_SHORT = refusals.LEAST_TEXT
_LONGER = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that has been looked at; `title_block` is the number of the headline's block.

    `own` is what the publisher's own file says, `own_source` how evidence names it.
    """

    document: Document
    outline: Outline
    publisher: Publisher
    claims: tuple[Claims, ...]
    own: Overrides
    own_source: str
    title: Claim | None
    title_block: int | None
    body: Body | None
    body_source: str

    def all(self, field: Callable[[Claims], Iterable[Claim]]) -> tuple[Claim, ...]:
        """The claims of every reader on one field, in the order of the readers."""
        return tuple(claim for claims in self.claims for claim in field(claims))


def look(document: Document, *, now: datetime) -> Page:
    """Raises PageTooDeepError."""
    outline = trace(document)
    claims = (structured.read(document), microdata.read(document), metas.read(document))
    publisher = publishers.publisher(document.url, [site for one in claims for site in one.sites])
    pages = overrides.pages_of(publisher.brand)
    own = (pages.read(document, now=now) if pages is not None else None) or Overrides()
    own_source = f"page:{publisher.brand}"
    title = _title(outline, claims, publisher, own, own_source)
    title_block = visible.title_block(outline, title.value) if title else None
    body, source = _body(document, outline, title_block, own, own_source)
    if body is None or body.length < _SHORT:
        body, source = _repeated(claims, title_block or 0) or (body, source)
    return Page(
        document=document,
        outline=outline,
        publisher=publisher,
        claims=claims,
        own=own,
        own_source=own_source,
        title=title,
        title_block=title_block,
        body=body,
        body_source=source,
    )


def _title(
    outline: Outline, claims: Sequence[Claims], publisher: Publisher, own: Overrides, source: str
) -> Claim | None:
    if own.title is not None:
        return Claim(value=own.title, source=source)
    claimed = [claim for one in claims for claim in one.titles]
    return titles.decide([*claimed, *visible.titles(outline)], publisher)


def _body(
    document: Document, outline: Outline, title: int | None, own: Overrides, own_source: str
) -> tuple[Body | None, str]:
    """The publisher's own element, or our reading, or trafilatura's where ours is short and it sees more."""
    inside = outline.number_of(own.body) if own.body is not None else None
    if inside is not None:
        return bodies.find(outline, title=title, inside=inside), own_source
    found = bodies.find(outline, title=title)
    if not outline.blocks or (found is not None and found.length >= _SHORT):
        return found, _OWN
    second = _second_opinion(document, outline, title, found)
    return (found, _OWN) if second is None else (second, _SECOND)


def _second_opinion(
    document: Document, outline: Outline, title: int | None, found: Body | None
) -> Body | None:
    """What trafilatura reads, where that is prose and much more than what was found."""
    others = _others(outline, title)
    paragraphs = [
        text
        for text in fallbacks.paragraphs(document, elements=len(outline.elements))
        if text not in others
    ]
    prose = [text for text in paragraphs if len(text) >= PROSE or boilerplate.is_sentence(text)]
    second = bodies.told(paragraphs, at=title or 0, container=found.container if found else 0)
    enough = max(_SHORT, _LONGER * found.length if found else 0)
    return second if sum(map(len, prose)) >= enough else None


def _others(outline: Outline, title: int | None) -> frozenset[str]:
    """What stands in lists of other articles and under pictures, which nobody's opinion makes text."""
    place = outline.blocks[title].place if title is not None else 0
    return frozenset(
        block.text
        for block in outline.blocks
        if outline.is_listed(block, unless=place)
        or any(Role.CAPTION in outline.roles[mark] for mark in block.marks)
    )


def _repeated(claims: Sequence[Claims], at: int) -> tuple[Body, str] | None:
    """The text that the markup repeats for machines, for pages that show it to nobody else."""
    for claim in (claim for one in claims for claim in one.bodies):
        told = bodies.told(claim.value.split("\n\n"), at=at, container=0)
        if told is not None and told.length >= _SHORT:
            return told, claim.source
    return None
