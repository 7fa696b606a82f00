"""Puts an article together: every reader's claims on one parsed page, and one decision per field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.text import clean_line, clean_text
from crawler.article import Article
from crawler.extraction import body as bodies
from crawler.extraction import (
    fallbacks,
    language,
    metas,
    microdata,
    people,
    publication,
    publishers,
    refusals,
    structured,
    tags,
    titles,
    visible,
)
from crawler.extraction.document import parse
from crawler.extraction.errors import NotAnArticleError
from crawler.extraction.outline import trace
from crawler.extraction.people import Part
from crawler.extraction.publication import Publication

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from crawler.extraction.body import Body
    from crawler.extraction.claims import Claim, Claims
    from crawler.extraction.document import Document
    from crawler.extraction.outline import Outline
    from crawler.extraction.publishers import Publisher

_OWN, _SECOND = "page", "page:trafilatura"
# A text that would be refused as too short is worth a second opinion; a short text that is ours is not.
_SHORT = refusals.LEAST_TEXT
_LONGER = 1.5
_LONGEST_SECTION = 40
_NO_SECTIONS = ("", "home", "beranda", "news", "article", "berita", "index")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A page and all that its readers found on it; `title_block` is the number of the headline's block."""

    document: Document
    outline: Outline
    publisher: Publisher
    claims: tuple[Claims, ...]
    title: Claim | None
    title_block: int | None
    body: Body | None
    body_source: str

    def all(self, field: Callable[[Claims], Iterable[Claim]]) -> tuple[Claim, ...]:
        """The claims of every reader on one field, in the order of the readers."""
        return tuple(claim for claims in self.claims for claim in field(claims))


def read(
    html: bytes | str, url: str, *, timezone: str, now: datetime, charset: str | None
) -> Article:
    """As crawler.extraction.extract."""
    page = _look(parse(html, url, charset=charset))
    _refuse(page)
    return _article(page, timezone=timezone, now=now)


def _look(document: Document) -> _Page:
    outline = trace(document)
    claims = (structured.read(document), microdata.read(document), metas.read(document))
    publisher = publishers.publisher(document.url, [site for one in claims for site in one.sites])
    claimed = [claim for one in claims for claim in one.titles]
    title = titles.decide([*claimed, *visible.titles(outline)], publisher)
    title_block = visible.title_block(outline, title.value) if title else None
    body, source = _body(document, outline, title_block)
    return _Page(
        document=document,
        outline=outline,
        publisher=publisher,
        claims=claims,
        title=title,
        title_block=title_block,
        body=body,
        body_source=source,
    )


def _body(document: Document, outline: Outline, title: int | None) -> tuple[Body | None, str]:
    """Our own reading, or trafilatura's where ours is short and it sees more."""
    own = bodies.find(outline, title=title)
    if not outline.blocks or (own is not None and own.length >= _SHORT):
        return own, _OWN
    paragraphs = fallbacks.paragraphs(document)
    second = bodies.told(paragraphs, at=title or 0, container=own.container if own else 0)
    if second is not None and second.length > _LONGER * (own.length if own else 0):
        return second, _SECOND
    return own, _OWN


def _refuse(page: _Page) -> None:
    shown = [
        claim.value for claim in (*page.all(lambda one: one.titles), *visible.titles(page.outline))
    ]
    refusal = refusals.judge(
        page.outline,
        page.body,
        titles=shown,
        claimed=any(claims.is_article for claims in page.claims),
        url=page.document.url,
    )
    if refusal is not None:
        raise refusal


def _article(page: _Page, *, timezone: str, now: datetime) -> Article:
    if page.title is None or page.body is None:
        raise NotAnArticleError(page.document.url)
    text = clean_text("\n\n".join(page.body.paragraphs))
    published = _published(page, timezone=timezone, now=now)
    modified = publication.modified(
        page.all(lambda one: one.modified), published, timezone=timezone, now=now
    )
    address, address_source = publishers.canonical(
        page.document.url, page.all(lambda one: one.addresses)
    )
    authors, editors, people_sources = _people(page)
    tagged, tags_source = _tags(page)
    section = _section(page)
    image = _image(page)
    evidence = {
        "title": page.title.source,
        "body": page.body_source,
        "published_at" if published.at else "published_on": published.evidence,
        "canonical_url": address_source,
        "tags": tags_source,
        "section": section.source if section else None,
        "image_url": image.source if image else None,
        "dateline": page.body.dateline,
        **people_sources,
    }
    return Article(
        url=page.document.url,
        canonical_url=address,
        title=clean_line(page.title.value),
        body=text,
        published_at=published.at,
        published_on=published.on,
        modified_at=modified,
        authors=authors,
        editors=editors,
        tags=tagged,
        section=section.value if section else None,
        language=language.decide(text, metas.locale(page.document)),
        image_url=image.value if image else None,
        evidence={field: source for field, source in evidence.items() if source},
    )


def _published(page: _Page, *, timezone: str, now: datetime) -> Publication:
    """What the claims agree on; else the day in the address; else the day htmldate finds."""
    seen = visible.published(page.outline, title=page.title_block, body=page.body)
    claims = (*page.all(lambda one: one.published), *seen)
    decided = publication.decide(claims, url=page.document.url, timezone=timezone, now=now)
    if decided.at or decided.on:
        return decided
    named = publication.address_day(page.document.url)
    if named is not None and named <= now.date():
        return Publication(on=named, evidence="url")
    found = fallbacks.day(page.document, latest=now.date())
    return Publication(on=found, evidence="htmldate") if found else Publication()


def _people(page: _Page) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
    """Authors, editors, and where they stand; whoever is named as the editor is not taken for an author."""
    outline, title, body, publisher = page.outline, page.title_block, page.body, page.publisher
    said = visible.bylines(outline, title=title, body=body, publisher=publisher)
    editors, editors_source = _first(
        [(visible.SOURCE, said.get(Part.EDITOR, ())), *_named(page, lambda one: one.editors)]
    )
    unlabelled = visible.unlabelled_authors(outline, title=title, body=body, publisher=publisher)
    authors, authors_source = _first(
        (source, people.without(names, editors))
        for source, names in (
            (visible.SOURCE, said.get(Part.AUTHOR, ())),
            *_named(page, lambda one: one.authors),
            (visible.SOURCE, unlabelled),
            (
                visible.SOURCE,
                visible.beside_date(outline, title=title, body=body, publisher=publisher),
            ),
            (visible.SOURCE, visible.signature(outline, body=body, publisher=publisher)),
        )
    )
    sources = {"authors": authors_source, "editors": editors_source}
    return authors, editors, {field: source for field, source in sources.items() if source}


def _named(
    page: _Page, field: Callable[[Claims], Iterable[Claim]]
) -> list[tuple[str, tuple[str, ...]]]:
    """The people that each reader's claims name, claims from one place together."""
    together: dict[str, list[str]] = {}
    for claim in page.all(field):
        together.setdefault(claim.source, []).extend(people.names(claim.value, page.publisher))
    return [(source, tuple(dict.fromkeys(names))) for source, names in together.items()]


def _tags(page: _Page) -> tuple[tuple[str, ...], str | None]:
    """The visible list, which is made for readers, before what is written for search engines."""
    together: dict[str, list[str]] = {}
    for claim in (*visible.tags(page.outline, body=page.body), *page.all(lambda one: one.tags)):
        together.setdefault(claim.source, []).append(claim.value)
    title = page.title.value if page.title else ""
    cleaned = [(source, tags.clean(words, title=title)) for source, words in together.items()]
    # A list of one is as often a label; it counts where nothing says more.
    return _first([one for one in cleaned if len(one[1]) > 1] or cleaned)


def _first(
    candidates: Iterable[tuple[str, tuple[str, ...]]],
) -> tuple[tuple[str, ...], str | None]:
    """The first that is not empty, with its source."""
    return next(((values, source) for source, values in candidates if values), ((), None))


def _section(page: _Page) -> Claim | None:
    title = publishers.compact(page.title.value) if page.title else ""
    seen = visible.sections(page.outline, page.publisher)
    for claim in (*page.all(lambda one: one.sections), *seen):
        usable = len(claim.value) <= _LONGEST_SECTION and "://" not in claim.value
        if usable and publishers.compact(claim.value) not in (title, *_NO_SECTIONS):
            return claim
    return None


def _image(page: _Page) -> Claim | None:
    for claim in page.all(lambda one: one.images):
        address = publishers.absolute(claim.value, page.document.url)
        if address is not None:
            return replace(claim, value=address)
    return None
