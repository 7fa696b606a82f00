"""Puts an article together: every reader's claims on one parsed page, and one decision per field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.text import clean_line, clean_text
from crawler.article import Article
from crawler.extraction import (
    language,
    leftovers,
    paging,
    people,
    publication,
    publishers,
    refusals,
    tags,
    visible,
    visible_dates,
)
from crawler.extraction.claims import Claim
from crawler.extraction.document import parse
from crawler.extraction.errors import NotAnArticleError
from crawler.extraction.fallbacks import day
from crawler.extraction.page import look
from crawler.extraction.people import Part
from crawler.extraction.publication import Publication

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crawler.extraction.claims import Claims
    from crawler.extraction.leftovers import Leftover
    from crawler.extraction.page import Page
    from crawler.extraction.paging import Rest

_STALE = timedelta(days=2)
_CERTAIN = 50.0  # a publisher's own file outweighs whatever else a page claims
_LONGEST_SECTION = 40
_NO_SECTIONS = ("", "home", "beranda", "news", "article", "berita", "index")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An article, where the rest of it stands if it goes on elsewhere, and the page that it was read from."""

    article: Article
    rest: Rest
    page: Page

    def leftovers(self) -> tuple[Leftover, ...]:
        """Every line that the page shows and the article leaves out, in order, with why."""
        return leftovers.leftovers(
            self.page.outline, title=self.page.title_block, body=self.page.body
        )


def read(
    html: bytes | str, url: str, *, timezone: str, now: datetime, charset: str | None
) -> Reading:
    """As crawler.extraction.extract_page."""
    page = look(parse(html, url, charset=charset), now=now)
    _refuse(page)
    article = _article(page, timezone=timezone, now=now)
    return Reading(article=article, rest=paging.rest(page.document), page=page)


def _refuse(page: Page) -> None:
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


def _article(page: Page, *, timezone: str, now: datetime) -> Article:
    if page.title is None or page.body is None:
        raise NotAnArticleError(page.document.url)
    text = clean_text("\n\n".join(page.body.paragraphs))
    published = _published(page, timezone=timezone, now=now)
    changes = (*page.all(lambda one: one.modified), *_time_elements(page)[1])
    modified = publication.modified(changes, published, timezone=timezone, now=now)
    address, address_source = publishers.canonical(
        page.document.url, page.all(lambda one: one.addresses)
    )
    authors, editors, people_sources = _people(page)
    tagged, tags_source = _tags(page)
    section = _section(page)
    image = _image(page)
    declared = next((claim.value for claim in page.all(lambda one: one.locales)), None)
    evidence = {
        "title": page.title.source,
        "body": page.body_source,
        "published_at" if published.at else "published_on": published.evidence,
        "canonical_url": address_source,
        "tags": tags_source,
        "section": section.source if section else None,
        "image_url": image.source if image else None,
        "dateline": page.body_source if page.body.dateline else None,
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
        language=language.decide(text, declared),
        image_url=image.value if image else None,
        dateline=page.body.dateline,
        evidence={field: source for field, source in evidence.items() if source},
    )


def _published(page: Page, *, timezone: str, now: datetime) -> Publication:
    """What the claims agree on; else what is told from now, the address's day, the one htmldate finds."""
    seen = visible_dates.published(page.outline, title=page.title_block, body=page.body)
    own = _claims_of([page.own.published], page.own_source)
    claims = (*own, *page.all(lambda one: one.published), *_time_elements(page)[0], *seen)
    decided = publication.decide(claims, url=page.document.url, timezone=timezone, now=now)
    if decided.at or decided.on:
        return decided
    return _told_from_now(page, timezone=timezone, now=now) or _day(page, now=now)


def _claims_of(values: Iterable[str | None], source: str) -> tuple[Claim, ...]:
    return tuple(Claim(value=value, source=source, weight=_CERTAIN) for value in values if value)


def _time_elements(page: Page) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    return visible_dates.time_elements(page.outline, title=page.title_block, body=page.body)


def _told_from_now(page: Page, *, timezone: str, now: datetime) -> Publication | None:
    """As "2 jam yang lalu" says it, unless the address names another day: an old page read again."""
    told = visible_dates.told_from_now(
        page.outline, title=page.title_block, body=page.body, timezone=timezone, now=now
    )
    if told is None:
        return None
    label, at = told
    evidence = f"{visible_dates.VISIBLE}:{label}"
    named = publication.address_day(page.document.url)
    day = at.date() if isinstance(at, datetime) else at
    if named is not None and abs(named - day) > _STALE:
        return None
    if isinstance(at, datetime):
        return Publication(at=at, evidence=evidence)
    return Publication(on=at, evidence=evidence)


def _day(page: Page, *, now: datetime) -> Publication:
    named = publication.address_day(page.document.url)
    if named is not None and named <= now.date():
        return Publication(on=named, evidence="url")
    found = day(page.document, elements=len(page.outline.elements), latest=now.date())
    return Publication(on=found, evidence="htmldate") if found else Publication()


def _people(page: Page) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
    """Authors, editors, and where they stand; whoever is named as the editor is not taken for an author."""
    outline, title, body, publisher = page.outline, page.title_block, page.body, page.publisher
    said = visible.bylines(outline, title=title, body=body, publisher=publisher)
    editors, editors_source = _first(
        [
            (page.own_source, page.own.editors or ()),
            (visible.SOURCE, said.get(Part.EDITOR, ())),
            *_named(page, lambda one: one.editors),
        ]
    )
    unlabelled = visible.unlabelled_authors(outline, title=title, body=body, publisher=publisher)
    authors, authors_source = _first(
        (source, people.without(names, editors))
        for source, names in (
            (page.own_source, page.own.authors or ()),
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
    page: Page, field: Callable[[Claims], Iterable[Claim]]
) -> list[tuple[str, tuple[str, ...]]]:
    """The people that each reader's claims name, claims from one place together."""
    together: dict[str, list[str]] = {}
    for claim in page.all(field):
        together.setdefault(claim.source, []).extend(people.names(claim.value, page.publisher))
    return [(source, tuple(dict.fromkeys(names))) for source, names in together.items()]


def _tags(page: Page) -> tuple[tuple[str, ...], str | None]:
    """The visible list, which is made for readers, before what is written for search engines."""
    if page.own.tags:
        return page.own.tags, page.own_source
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


def _section(page: Page) -> Claim | None:
    title = publishers.compact(page.title.value) if page.title else ""
    seen = visible.sections(page.outline, page.publisher)
    for claim in (*page.all(lambda one: one.sections), *seen):
        usable = len(claim.value) <= _LONGEST_SECTION and "://" not in claim.value
        if usable and publishers.compact(claim.value) not in (title, *_NO_SECTIONS):
            return claim
    return None


def _image(page: Page) -> Claim | None:
    for claim in page.all(lambda one: one.images):
        address = publishers.absolute(claim.value, page.document.url)
        if address is not None:
            return replace(claim, value=address)
    return None
